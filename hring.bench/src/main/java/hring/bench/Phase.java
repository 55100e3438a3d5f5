package hring.bench;

/** What side A is doing; it tells the others by way of the {@link Control}. */
enum Phase {
  WARM_UP(0),
  MEASURED(1),

  /** Of round trips: one more follows, which does not count. */
  MEASURING_ENDED(2),
  ENDED(3);

  private static final Phase[] BY_CODE = {WARM_UP, MEASURED, MEASURING_ENDED, ENDED};

  private final long code;

  Phase(long code) {
    this.code = code;
  }

  long code() {
    return code;
  }

  static Phase of(long code) {
    return BY_CODE[(int) code];
  }
}
