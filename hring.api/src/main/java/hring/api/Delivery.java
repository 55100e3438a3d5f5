package hring.api;

/** Whom a message is delivered to, if several receivers are attached to a ring. */
public enum Delivery {
  /** Receivers compete: each message reaches exactly one of them. */
  TO_ONE(1),
  /**
   * Each message reaches every receiver that was attached when it was submitted, in order and
   * without a copy: all of them read the same block. It is freed when all have passed it, at once
   * if no receiver is attached. A receiver that dies or leaves is waited for no more; one that is
   * slow keeps the sender waiting, unless {@link SenderBuilder#evictBehind} says otherwise. A
   * message must only be read.
   */
  TO_EACH(2);

  private final int code;

  Delivery(int code) {
    this.code = code;
  }

  /**
   * Returns the number by which this is stored in a region.
   *
   * @return the number, never 0
   */
  public int code() {
    return code;
  }
}
