package hring.bench;

/** What side A is doing; it tells the others by way of the {@link Control}. */
enum Phase {
  WARM_UP,
  MEASURED,
  ENDED;

  private static final Phase[] ALL = values();

  static Phase of(long ordinal) {
    return ALL[(int) ordinal];
  }
}
