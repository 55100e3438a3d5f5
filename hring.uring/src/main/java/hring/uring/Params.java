package hring.uring;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * {@code struct io_uring_params} of {@code linux/io_uring.h}, see io_uring_setup(2).
 *
 * <pre>
 *   0           4           8       12                                        40                       80                      120
 *  +-----------+-----------+-------+-----------------------------------------+------------------------+-----------------------+
 *  |sq_entries |cq_entries | flags | sq_thread_cpu, idle, features, wq_fd, 0 | sq_off                 | cq_off                |
 *  +-----------+-----------+-------+-----------------------------------------+------------------------+-----------------------+
 *   sq_off: head, tail, ring_mask, ring_entries, flags, dropped, array, 0 (int each), user_addr (long)
 *   cq_off: head, tail, ring_mask, ring_entries, overflow, cqes, flags, 0 (int each), user_addr (long)
 * </pre>
 */
final class Params {
  private static final long SQ_ENTRIES = 0;
  private static final long CQ_ENTRIES = SQ_ENTRIES + Integer.BYTES;
  private static final long FLAGS = CQ_ENTRIES + Integer.BYTES;
  private static final long SQ_OFF = FLAGS + 8 * Integer.BYTES;
  private static final long SQ_TAIL = SQ_OFF + Integer.BYTES;
  private static final long SQ_FLAGS = SQ_OFF + 4 * Integer.BYTES;
  private static final long SQ_ARRAY = SQ_OFF + 6 * Integer.BYTES;
  private static final long SQ_USER_ADDRESS = SQ_OFF + 8 * Integer.BYTES;
  private static final long CQ_OFF = SQ_USER_ADDRESS + Long.BYTES;
  private static final long CQ_HEAD = CQ_OFF;
  private static final long CQ_TAIL = CQ_OFF + Integer.BYTES;
  private static final long CQ_CQES = CQ_OFF + 5 * Integer.BYTES;
  private static final long CQ_USER_ADDRESS = CQ_OFF + 8 * Integer.BYTES;
  private static final long SIZE = CQ_USER_ADDRESS + Long.BYTES;

  private final MemorySegment memory;

  Params(Arena arena, int completionEntries, int flags) {
    memory = arena.allocate(SIZE, Long.BYTES);
    memory.set(JAVA_INT, CQ_ENTRIES, completionEntries);
    memory.set(JAVA_INT, FLAGS, flags);
  }

  /** For IORING_SETUP_NO_MMAP: where the kernel puts the rings and the submission entries. */
  void provide(MemorySegment rings, MemorySegment submissions) {
    memory.set(JAVA_LONG, CQ_USER_ADDRESS, rings.address());
    memory.set(JAVA_LONG, SQ_USER_ADDRESS, submissions.address());
  }

  MemorySegment memory() {
    return memory;
  }

  int submissionEntries() {
    return memory.get(JAVA_INT, SQ_ENTRIES);
  }

  int completionEntries() {
    return memory.get(JAVA_INT, CQ_ENTRIES);
  }

  int submissionTail() {
    return memory.get(JAVA_INT, SQ_TAIL);
  }

  int submissionFlags() {
    return memory.get(JAVA_INT, SQ_FLAGS);
  }

  int submissionArray() {
    return memory.get(JAVA_INT, SQ_ARRAY);
  }

  int completionHead() {
    return memory.get(JAVA_INT, CQ_HEAD);
  }

  int completionTail() {
    return memory.get(JAVA_INT, CQ_TAIL);
  }

  int completions() {
    return memory.get(JAVA_INT, CQ_CQES);
  }
}
