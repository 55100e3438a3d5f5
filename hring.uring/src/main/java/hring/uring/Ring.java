package hring.uring;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import hring.api.Placement;
import hring.api.TransportException;
import hring.linux.Errno;
import hring.linux.Kernel;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * An io_uring of this process: made disabled, restricted to NOP, then enabled, so that there is no
 * moment in which somebody who has got hold of it can do more with it. The submission entries are
 * in memory of this process alone if the rings are in the region; a ring in the kernel shares them
 * with whoever fetches it, which is why the restriction matters.
 */
final class Ring implements AutoCloseable {
  /** The size of {@code struct io_uring_sqe}. */
  static final int SUBMISSION_SIZE = 64;

  /**
   * Where {@code user_data} is in {@code struct io_uring_sqe}. All other fields stay zero: that is
   * a NOP.
   */
  static final int SUBMISSION_USER_DATA = 32;

  /** The size of {@code struct io_uring_cqe}; its first field is {@code user_data}. */
  static final int COMPLETION_SIZE = 16;

  private static final int PAGE = 4096;

  /**
   * More than the kernel's {@code struct io_rings} takes before the completion entries, in any
   * version.
   */
  private static final int HEADER_ROOM = 1024;

  private static final long IORING_OFF_SQ_RING = 0;
  private static final long IORING_OFF_SQES = 0x1000_0000L;
  private static final byte IORING_REGISTER_PROBE = 8;
  private static final int IORING_REGISTER_RESTRICTIONS = 11;
  private static final int IORING_REGISTER_ENABLE_RINGS = 12;
  private static final short RESTRICTION_REGISTER_OP = 0;
  private static final short RESTRICTION_SQE_OP = 1;
  private static final short RESTRICTION_SQE_FLAGS_ALLOWED = 2;
  private static final int RESTRICTION_SIZE = 16;
  private static final byte IORING_OP_NOP = 0;

  private final int fd;
  private final RegisteredFd registered;
  private final Params params;
  private final MemorySegment rings;
  private final MemorySegment submissions;
  private final Kernel kernel;

  private Ring(
      int fd,
      RegisteredFd registered,
      Params params,
      MemorySegment rings,
      MemorySegment submissions,
      Kernel kernel) {
    this.fd = fd;
    this.registered = registered;
    this.params = params;
    this.rings = rings;
    this.submissions = submissions;
    this.kernel = kernel;
  }

  /**
   * Returns how much memory the rings take.
   *
   * @return the size in bytes, whole pages
   */
  static long ringsSize(int submissionEntries, int completionEntries) {
    long bytes =
        HEADER_ROOM
            + (long) completionEntries * COMPLETION_SIZE
            + (long) submissionEntries * Integer.BYTES;
    return (bytes + PAGE - 1) / PAGE * PAGE;
  }

  /**
   * Creates a ring.
   *
   * @param calls how to call io_uring
   * @param step which flags
   * @param submissionEntries how many submission entries
   * @param completionEntries how many completion entries
   * @param ringMemory zeroed memory of {@link #ringsSize} if the step says IN_REGION
   * @param arena how long the mappings live
   * @return the ring, or what io_uring_setup(2) returned instead
   */
  static Attempt make(
      UringCalls calls,
      SetupStep step,
      int submissionEntries,
      int completionEntries,
      MemorySegment ringMemory,
      Arena arena) {
    Kernel kernel = new Kernel(arena);
    boolean inRegion = step.placement() == Placement.IN_REGION;
    long submissionsSize = ((long) submissionEntries * SUBMISSION_SIZE + PAGE - 1) / PAGE * PAGE;
    Params params = new Params(arena, completionEntries, step.flags());
    MemorySegment submissions = null;
    if (inRegion) {
      submissions = kernel.mapPrivate(submissionsSize, arena);
      params.provide(ringMemory, submissions);
    }
    RegisteredFd registered = new RegisteredFd(calls, arena);
    int fd = calls.setup(submissionEntries, params.memory());
    if (fd < 0) {
      return new Attempt(null, fd);
    }
    try {
      if (step.anyThread()) {
        registered.useDescriptor(fd);
      } else {
        registered.register(fd);
      }
      MemorySegment rings = ringMemory;
      if (!inRegion) {
        rings = kernel.mapShared(mappedSize(step, params), fd, IORING_OFF_SQ_RING, arena);
        submissions = kernel.mapShared(submissionsSize, fd, IORING_OFF_SQES, arena);
      }
      Ring ring = new Ring(fd, registered, params, rings, submissions, kernel);
      ring.checkSizes(submissionEntries, completionEntries);
      if (!step.has(SetupStep.NO_SQARRAY)) {
        ring.fillArray();
      }
      restrictAndEnable(calls, fd, registered.isRegistered(), arena);
      return new Attempt(ring, 0);
    } catch (RuntimeException | Error e) {
      close(registered, kernel, fd);
      throw e;
    }
  }

  private static long mappedSize(SetupStep step, Params params) {
    long completions = params.completions() + (long) params.completionEntries() * COMPLETION_SIZE;
    return step.has(SetupStep.NO_SQARRAY)
        ? completions
        : Math.max(
            completions,
            params.submissionArray() + (long) params.submissionEntries() * Integer.BYTES);
  }

  private void checkSizes(int submissionEntries, int completionEntries) {
    if (params.submissionEntries() != submissionEntries
        || params.completionEntries() != completionEntries) {
      throw new TransportException(
          "asked for a ring of "
              + submissionEntries
              + " and "
              + completionEntries
              + " entries, the kernel made one of "
              + params.submissionEntries()
              + " and "
              + params.completionEntries());
    }
  }

  /** Entry i of the queue is submission i, for ever. */
  private void fillArray() {
    for (int i = 0; i < params.submissionEntries(); i++) {
      rings.set(JAVA_INT, params.submissionArray() + (long) i * Integer.BYTES, i);
    }
  }

  /**
   * Lets the ring accept nothing but NOPs without flags. From Linux 7.0 on, a list without a
   * register operation would leave all of those allowed, so it always names one: what close needs,
   * or one that is harmless.
   */
  private static void restrictAndEnable(UringCalls calls, int fd, boolean registered, Arena arena) {
    MemorySegment list = arena.allocate(3L * RESTRICTION_SIZE, Long.BYTES);
    byte operation = registered ? RegisteredFd.UNREGISTER : IORING_REGISTER_PROBE;
    restriction(list, 0, RESTRICTION_REGISTER_OP, operation);
    restriction(list, 1, RESTRICTION_SQE_OP, IORING_OP_NOP);
    restriction(list, 2, RESTRICTION_SQE_FLAGS_ALLOWED, (byte) 0);
    require(
        "io_uring_register(RESTRICTIONS)",
        calls.register(fd, IORING_REGISTER_RESTRICTIONS, list, 3));
    require(
        "io_uring_register(ENABLE_RINGS)",
        calls.register(fd, IORING_REGISTER_ENABLE_RINGS, MemorySegment.NULL, 0));
  }

  private static void restriction(MemorySegment list, int index, short opcode, byte value) {
    list.set(JAVA_SHORT, (long) index * RESTRICTION_SIZE, opcode);
    list.set(JAVA_BYTE, (long) index * RESTRICTION_SIZE + Short.BYTES, value);
  }

  private static void require(String call, int result) {
    if (result < 0) {
      throw Errno.failure(call, result);
    }
  }

  int fd() {
    return fd;
  }

  boolean isRegistered() {
    return registered.isRegistered();
  }

  /**
   * Calls io_uring_enter(2), in the thread that made the ring unless any thread may submit.
   *
   * @param count how many submissions at most
   * @return how many were submitted, or {@code -errno}
   */
  int submit(int count) {
    return registered.submit(count);
  }

  Params params() {
    return params;
  }

  MemorySegment rings() {
    return rings;
  }

  MemorySegment submissions() {
    return submissions;
  }

  /** Closes the file descriptor; the mappings end with their arena. */
  @Override
  public void close() {
    close(registered, kernel, fd);
  }

  private static void close(RegisteredFd registered, Kernel kernel, int fd) {
    try {
      registered.close();
    } finally {
      require("close of the ring", kernel.close(fd));
    }
  }

  /**
   * The result of trying to create a ring.
   *
   * @param ring the ring, or null
   * @param error what io_uring_setup(2) returned if there is no ring
   */
  record Attempt(Ring ring, int error) {}
}
