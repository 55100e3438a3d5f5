package hring.api;

/** Where the rings of a transport live, and so what a receiver needs in order to attach. */
public enum Placement {
  /** In the region: a receiver needs the file, nothing else. */
  IN_REGION(1),
  /**
   * In the kernel: a receiver fetches the sender's ring from the sender's process, for which it
   * needs the right to trace it.
   */
  IN_KERNEL(2);

  private final int code;

  Placement(int code) {
    this.code = code;
  }

  /**
   * Returns the number by which this placement is stored in a region.
   *
   * @return the number, never 0
   */
  public int code() {
    return code;
  }
}
