package hring.bench;

import static hring.api.spi.alloc.SharedMemory.getIntAcquire;
import static hring.api.spi.alloc.SharedMemory.setIntRelease;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import java.util.function.LongUnaryOperator;

/**
 * An io_uring with nothing around it, made and entered as cheaply as hring does, in a mapped file:
 * a page that tells other processes where to look, the submission entries, the rings. Needs Linux
 * 6.6; with so many completions that the rings take several pages, a newer one.
 */
final class BareRing {
  static final int ENTRIES = 64;

  /** What the kernel takes for so many entries: they fit into a page with the rings' indices. */
  private static final int COMPLETIONS = 2 * ENTRIES;

  private static final long PAGE = 4096;
  private static final int SUBMISSION_SIZE = 64;
  private static final int SUBMISSION_USER_DATA = 32;
  private static final int COMPLETION_SIZE = 16;

  /** {@code CQSIZE | SUBMIT_ALL | SINGLE_ISSUER | DEFER_TASKRUN | NO_MMAP | NO_SQARRAY}. */
  private static final int FLAGS = 1 << 3 | 1 << 7 | 1 << 12 | 1 << 13 | 1 << 14 | 1 << 16;

  private static final long SYS_IO_URING_SETUP = 425;
  private static final long SYS_IO_URING_ENTER = 426;
  private static final long SYS_IO_URING_REGISTER = 427;
  private static final long IORING_REGISTER_RING_FDS = 20;
  private static final long IORING_ENTER_REGISTERED_RING = 1 << 4;

  // struct io_uring_rsrc_update: the place in the thread's table of rings, 0, the file descriptor.
  private static final int UPDATE_SIZE = 16;
  private static final long UPDATE_FD = 8;
  private static final int ANY_PLACE = -1;

  // Offsets in struct io_uring_params.
  private static final int PARAMS_SIZE = 120;
  private static final int PARAMS_COMPLETIONS = 4;
  private static final int PARAMS_FLAGS = 8;
  private static final int PARAMS_SQ_TAIL = 44;
  private static final int PARAMS_SQ_USER_ADDRESS = 72;
  private static final int PARAMS_CQ_HEAD = 80;
  private static final int PARAMS_CQ_TAIL = 84;
  private static final int PARAMS_CQES = 100;
  private static final int PARAMS_CQ_USER_ADDRESS = 112;

  // What a process that polls another's ring has to know.
  private static final long ABOUT_HEAD = 0;
  private static final long ABOUT_TAIL = ABOUT_HEAD + Integer.BYTES;
  private static final long ABOUT_CQES = ABOUT_TAIL + Integer.BYTES;
  private static final long SUBMISSIONS = PAGE;
  private static final long RINGS = SUBMISSIONS + PAGE;

  private static final MethodHandle SYSCALL =
      Linker.nativeLinker()
          .downcallHandle(
              Linker.nativeLinker().defaultLookup().findOrThrow("syscall"),
              FunctionDescriptor.of(
                  JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG,
                  JAVA_LONG),
              Linker.Option.firstVariadicArg(1));

  private final MemorySegment memory;
  private final int completions;
  private final int place;
  private final long submissionTail;
  private final long completionHead;
  private final long completionTail;
  private final long firstCompletion;
  private int tail;
  private int head;

  private BareRing(MemorySegment memory, int completions, int place, long submissionTail) {
    this.memory = memory;
    this.completions = completions;
    this.place = place;
    this.submissionTail = submissionTail;
    completionHead = RINGS + memory.get(JAVA_INT, ABOUT_HEAD);
    completionTail = RINGS + memory.get(JAVA_INT, ABOUT_TAIL);
    firstCompletion = RINGS + memory.get(JAVA_INT, ABOUT_CQES);
  }

  static BareRing make(Path file) throws IOException {
    return make(file, COMPLETIONS);
  }

  static BareRing make(Path file, int completions) throws IOException {
    MemorySegment memory = SharedFile.map(file, size(completions));
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment params = arena.allocate(PARAMS_SIZE, Long.BYTES);
      params.set(JAVA_INT, PARAMS_COMPLETIONS, completions);
      params.set(JAVA_INT, PARAMS_FLAGS, FLAGS);
      params.set(JAVA_LONG, PARAMS_CQ_USER_ADDRESS, memory.address() + RINGS);
      params.set(JAVA_LONG, PARAMS_SQ_USER_ADDRESS, memory.address() + SUBMISSIONS);
      long fd = syscall(SYS_IO_URING_SETUP, ENTRIES, params.address(), 0, 0);
      if (fd < 0) {
        throw new IOException(
            "io_uring_setup(2) with "
                + completions
                + " completions is refused; the bare cases need Linux 6.6, large rings a newer"
                + " one");
      }
      MemorySegment update = arena.allocate(UPDATE_SIZE, Long.BYTES);
      update.set(JAVA_INT, 0, ANY_PLACE);
      update.set(JAVA_LONG, UPDATE_FD, fd);
      if (syscall(SYS_IO_URING_REGISTER, fd, IORING_REGISTER_RING_FDS, update.address(), 1) != 1) {
        throw new IOException("io_uring_register(2) of the ring is refused");
      }
      memory.set(JAVA_INT, ABOUT_HEAD, params.get(JAVA_INT, PARAMS_CQ_HEAD));
      memory.set(JAVA_INT, ABOUT_TAIL, params.get(JAVA_INT, PARAMS_CQ_TAIL));
      memory.set(JAVA_INT, ABOUT_CQES, params.get(JAVA_INT, PARAMS_CQES));
      return new BareRing(
          memory,
          completions,
          update.get(JAVA_INT, 0),
          RINGS + params.get(JAVA_INT, PARAMS_SQ_TAIL));
    }
  }

  static BareRing attach(Path file) throws IOException {
    return attach(file, COMPLETIONS);
  }

  /** Reads the completions of a ring that another process has made. */
  static BareRing attach(Path file, int completions) throws IOException {
    return new BareRing(SharedFile.map(file, size(completions)), completions, -1, 0);
  }

  private static long size(int completions) {
    // With a page for the indices.
    return RINGS + PAGE + (long) completions * COMPLETION_SIZE;
  }

  private static long syscall(long number, long a, long b, long c, long d) {
    try {
      return (long) SYSCALL.invokeExact(number, a, b, c, d, 0L, 0L);
    } catch (Throwable e) {
      throw new AssertionError("a downcall does not throw", e);
    }
  }

  /** Queues a NOP; all other fields of the entry stay zero. */
  void queue(long userData) {
    long index = tail++ & ENTRIES - 1;
    memory.set(JAVA_LONG, SUBMISSIONS + index * SUBMISSION_SIZE + SUBMISSION_USER_DATA, userData);
  }

  void submit(int count) {
    // Pairs with the kernel's acquire of the tail, in the system call.
    setIntRelease(memory, submissionTail, tail);
    if (syscall(SYS_IO_URING_ENTER, place, count, 0, IORING_ENTER_REGISTERED_RING) != count) {
      throw new IllegalStateException("io_uring_enter(2) did not take all NOPs");
    }
  }

  /** Returns whether there is room for the completions of all NOPs queued. */
  boolean hasRoom() {
    // Pairs with the reader's release of the head.
    return tail - getIntAcquire(memory, completionHead) <= completions;
  }

  /** Reads everything that is completed, and adds it up. */
  long drain() {
    return drain(LongUnaryOperator.identity());
  }

  /** Reads everything that is completed, and adds up what it stands for. */
  long drain(LongUnaryOperator meaning) {
    // Pairs with the kernel's release of the tail.
    int posted = getIntAcquire(memory, completionTail);
    if (head == posted) {
      return 0;
    }
    long sum = 0;
    for (; head != posted; head++) {
      long index = head & completions - 1;
      sum += meaning.applyAsLong(memory.get(JAVA_LONG, firstCompletion + index * COMPLETION_SIZE));
    }
    // Pairs with the kernel's acquire of the head, and the sender's in hasRoom().
    setIntRelease(memory, completionHead, head);
    return sum;
  }

  /** Returns how many completions were read. */
  int drained() {
    return head;
  }
}
