package hring.uring;

import java.lang.foreign.MemorySegment;

/**
 * The three system calls of io_uring(7). Each returns what the kernel does: a value, or an error
 * number negated.
 */
interface UringCalls {
  /**
   * Calls io_uring_setup(2).
   *
   * @param entries how many submission entries
   * @param params {@code struct io_uring_params}, see {@link Params}
   * @return the file descriptor of the ring, or {@code -errno}
   */
  int setup(int entries, MemorySegment params);

  /**
   * Calls io_uring_enter(2).
   *
   * @param ring the file descriptor of the ring, or its index with {@code
   *     IORING_ENTER_REGISTERED_RING}
   * @param toSubmit how many submissions at most
   * @param flags {@code IORING_ENTER_*}
   * @return how many were submitted, or {@code -errno}
   */
  int enter(int ring, int toSubmit, int flags);

  /**
   * Calls io_uring_register(2).
   *
   * @param fd the ring
   * @param opcode what to register
   * @param argument the argument
   * @param count how many
   * @return 0 or more, or {@code -errno}
   */
  int register(int fd, int opcode, MemorySegment argument, int count);

  /**
   * Returns a human-readable name of how the calls are made.
   *
   * @return for instance "liburing 2.3.0"
   */
  String name();
}
