package hring.api.spi.alloc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hring.api.Address;
import hring.api.InvalidAddressException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RefusalTest {
  private static final PoolGeometry GEOMETRY = new PoolGeometry(4096, 16, 8);

  /** Asks for 100 bytes at granule 2 as participant 1; or for the batch, or outside the pool. */
  @ParameterizedTest
  @CsvSource({
    "block, 0, 0, not a live block",
    "block, 100, 2, 'belongs to participant 2, not to 1'",
    "block, 99, 1, the live block there has 99 bytes",
    "block, 100, 255, in flight",
    "block, 100, 252, not a live block",
    "block, 100, 253, was given back",
    "block, 100, 254, was given back",
    "batch, 100, 1, batch bit",
    "outside, 0, 0, outside the pool of 4096 bytes",
  })
  void eachReasonIsNamed(String asked, int length, int owner, String reason) {
    long address =
        switch (asked) {
          case "block" -> Address.of(2, 100);
          case "batch" -> BatchBit.set(Address.of(2, 100));
          default -> Address.of(250, 100);
        };
    long block = length == 0 ? Address.NULL : Address.of(2, length);
    InvalidAddressException refusal = Refusal.of(GEOMETRY, address, block, owner, 1);
    assertEquals(address, refusal.address());
    assertTrue(refusal.getMessage().contains(reason), refusal.getMessage());
  }
}
