package hring.testkit;

import hring.api.Address;

/**
 * Any 64 bits, where an address is expected.
 *
 * @param bits the bits
 */
public record AnyAddress(long bits) {
  @Override
  public String toString() {
    return Address.toString(bits);
  }
}
