package com.example.freelist;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import hring.api.spi.alloc.AllocatorProvider;
import hring.api.spi.alloc.PoolGeometry;
import hring.api.spi.alloc.ProviderOptions;
import org.junit.jupiter.api.Test;

/** The options: what they change, and what is said of those that are not accepted. */
class FreelistProviderTest {
  private static final PoolGeometry POOL = new PoolGeometry(1 << 20, 16, 8);

  private static AllocatorProvider with(String options) {
    return new FreelistProvider().withOptions(new ProviderOptions(options));
  }

  @Test
  void withoutOptionsTheSmallestBlocksHave64Bytes() {
    assertEquals(with("smallest=64").metadataSize(POOL), with("").metadataSize(POOL));
    assertEquals(with("").metadataSize(POOL), new FreelistProvider().metadataSize(POOL));
  }

  @Test
  void aSizeThatIsNotAcceptedIsNamedWithWhatIs() {
    assertEquals(
        "option smallest=100: it must be a power of two from 16 to 4096",
        assertThrows(IllegalArgumentException.class, () -> with("smallest=100")).getMessage());
  }

  @Test
  void anUnknownOptionIsNamedWithThoseThatThereAre() {
    assertEquals(
        "option smalest=128: there is no such option; there are smallest",
        assertThrows(IllegalArgumentException.class, () -> with("smalest=128")).getMessage());
  }
}
