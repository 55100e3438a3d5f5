package hring.cli;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * Becomes another command under a seccomp filter that refuses io_uring with EPERM, as containers
 * do, see seccomp(2). Its arguments are the command and its arguments.
 */
final class WithoutIoUring {
  private static final Linker LINKER = Linker.nativeLinker();
  private static final int PR_SET_SECCOMP = 22;
  private static final int PR_SET_NO_NEW_PRIVS = 38;
  private static final int SECCOMP_MODE_FILTER = 2;
  private static final int FIRST_SYSCALL = 425;
  private static final int LAST_SYSCALL = 427;
  private static final short LOAD = 0x20;
  private static final short JUMP_IF_AT_LEAST = 0x35;
  private static final short JUMP_IF_MORE = 0x25;
  private static final short RETURN = 0x06;
  private static final int REFUSE_WITH_EPERM = 0x0005_0001;
  private static final int ALLOW = 0x7FFF_0000;
  private static final int INSTRUCTION_SIZE = 8;

  private WithoutIoUring() {}

  public static void main(String[] command) throws Throwable {
    MethodHandle prctl =
        LINKER.downcallHandle(
            LINKER.defaultLookup().find("prctl").orElseThrow(),
            FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG),
            Linker.Option.firstVariadicArg(1));
    MethodHandle execvp =
        LINKER.downcallHandle(
            LINKER.defaultLookup().find("execvp").orElseThrow(),
            FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS));
    try (Arena arena = Arena.ofConfined()) {
      require((int) prctl.invokeExact(PR_SET_NO_NEW_PRIVS, 1L, 0L, 0L, 0L));
      long program = program(arena).address();
      long mode = SECCOMP_MODE_FILTER;
      require((int) prctl.invokeExact(PR_SET_SECCOMP, mode, program, 0L, 0L));
      MemorySegment arguments = arena.allocate(ADDRESS, command.length + 1L);
      for (int i = 0; i < command.length; i++) {
        arguments.setAtIndex(ADDRESS, i, arena.allocateFrom(command[i]));
      }
      // In this thread: a filter is a thread's, and this one's stays with the new command.
      require((int) execvp.invokeExact(arena.allocateFrom(command[0]), arguments));
    }
  }

  /** A {@code struct sock_fprog}. The number of the system call is the first word that it sees. */
  private static MemorySegment program(Arena arena) {
    MemorySegment code = arena.allocate(5L * INSTRUCTION_SIZE, INSTRUCTION_SIZE);
    instruction(code, 0, LOAD, 0, 0, 0);
    instruction(code, 1, JUMP_IF_AT_LEAST, 0, 2, FIRST_SYSCALL);
    instruction(code, 2, JUMP_IF_MORE, 1, 0, LAST_SYSCALL);
    instruction(code, 3, RETURN, 0, 0, REFUSE_WITH_EPERM);
    instruction(code, 4, RETURN, 0, 0, ALLOW);
    MemorySegment program = arena.allocate(2L * Long.BYTES, Long.BYTES);
    program.set(JAVA_SHORT, 0, (short) (code.byteSize() / INSTRUCTION_SIZE));
    program.set(ADDRESS, Long.BYTES, code);
    return program;
  }

  /** A {@code struct sock_filter}; jumps count from the next instruction on. */
  private static void instruction(
      MemorySegment code, int index, short operation, int ifTrue, int ifFalse, int operand) {
    long offset = (long) index * INSTRUCTION_SIZE;
    code.set(JAVA_SHORT, offset, operation);
    code.set(JAVA_BYTE, offset + Short.BYTES, (byte) ifTrue);
    code.set(JAVA_BYTE, offset + Short.BYTES + 1, (byte) ifFalse);
    code.set(JAVA_INT, offset + Integer.BYTES, operand);
  }

  private static void require(int result) {
    if (result != 0) {
      throw new AssertionError("prctl or execvp returned " + result);
    }
  }
}
