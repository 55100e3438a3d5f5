package hring.api;

/**
 * An address does not name a block that the caller may use so: it was never allocated, is already
 * freed, has a wrong length, lies outside the pool, is in flight, or belongs to another
 * participant. Nothing was changed.
 */
public final class InvalidAddressException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  /** The address that was refused. */
  private final long address;

  /**
   * Creates an exception.
   *
   * @param address the address that was refused
   * @param reason what is wrong with it, as the rest of a sentence that starts with the address
   */
  public InvalidAddressException(long address, String reason) {
    super("address " + Address.toString(address) + " " + reason);
    this.address = address;
  }

  /**
   * Returns the address that was refused.
   *
   * @return the address
   */
  public long address() {
    return address;
  }
}
