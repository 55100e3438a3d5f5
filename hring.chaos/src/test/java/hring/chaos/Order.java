package hring.chaos;

/** The lines that the referee says to a process. */
final class Order {
  /** Sender: wait until all is handled, then close. Receiver: close. */
  static final String CLOSE = "close";

  /** Sender: close at once. */
  static final String CLOSE_NOW = "close now";

  /** Sender: call nothing for a while. */
  static final String SLEEP = "sleep";

  private Order() {}
}
