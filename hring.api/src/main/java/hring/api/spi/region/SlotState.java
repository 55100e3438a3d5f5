package hring.api.spi.region;

/**
 * The word of a participant's slot that says whose it is and what becomes of it.
 *
 * <pre>
 *   63                                     24 23                  2 1     0
 *  +-----------------------------------------+---------------------+-------+
 *  | start time of the process               | process id          | state |
 *  +-----------------------------------------+---------------------+-------+
 * </pre>
 *
 * A process id has 22 bits (PID_MAX_LIMIT of the kernel); 40 bits of ticks last for 348 years. As
 * the identity is complete in one word, a slot is taken, with it, by one compare-and-set: however
 * early a process dies, nobody takes another with the same id for it.
 */
final class SlotState {
  /** Nobody's; the whole word is 0. */
  static final int FREE = 0;

  /** A process is about to attach. */
  static final int JOINING = 1;

  /** A process is attached. */
  static final int ACTIVE = 2;

  /** The process has died, and the sender is taking back what it had. */
  static final int RECLAIMING = 3;

  private static final int STATE_MASK = 3;
  private static final int PID_SHIFT = 2;
  private static final int PID_BITS = 22;
  private static final int START_SHIFT = PID_SHIFT + PID_BITS;
  private static final long PID_MASK = (1L << PID_BITS) - 1;

  private SlotState() {}

  static long of(ProcessIdentity process, int state) {
    return process.startTime() << START_SHIFT | (process.pid() & PID_MASK) << PID_SHIFT | state;
  }

  static int state(long word) {
    return (int) word & STATE_MASK;
  }

  static long with(long word, int state) {
    return word & ~STATE_MASK | state;
  }

  static ProcessIdentity process(long word, long namespace) {
    return new ProcessIdentity(word >>> PID_SHIFT & PID_MASK, word >>> START_SHIFT, namespace);
  }
}
