package hring.uring;

import hring.linux.Kernel;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** The system calls by way of syscall(2): nothing has to be installed. */
final class SyscallCalls implements UringCalls {
  private static final int SYS_IO_URING_SETUP = 425;
  private static final int SYS_IO_URING_ENTER = 426;
  private static final int SYS_IO_URING_REGISTER = 427;

  private final Kernel kernel;

  /**
   * Creates the calls.
   *
   * @param arena how long they are needed
   */
  SyscallCalls(Arena arena) {
    kernel = new Kernel(arena);
  }

  @Override
  public int setup(int entries, MemorySegment params) {
    return (int) kernel.syscall(SYS_IO_URING_SETUP, entries, params.address(), 0, 0, 0, 0);
  }

  @Override
  public int enter(int ring, int toSubmit, int flags) {
    // It fails only if nothing was submitted; so it can be made again.
    return (int) kernel.repeatable(SYS_IO_URING_ENTER, ring, toSubmit, 0, flags, 0);
  }

  @Override
  public int register(int fd, int opcode, MemorySegment argument, int count) {
    return (int) kernel.syscall(SYS_IO_URING_REGISTER, fd, opcode, argument.address(), count, 0, 0);
  }

  @Override
  public String name() {
    return "syscall(2)";
  }
}
