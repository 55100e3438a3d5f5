package hring.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import hring.api.Address;
import hring.api.spi.alloc.Allocator;
import hring.api.spi.alloc.AllocatorProvider;
import hring.api.spi.alloc.PoolGeometry;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FailingAllocatorTest {
  @TempDir static Path directory;

  private static AllocatorProvider provider;

  @BeforeAll
  static void compile() {
    provider = Example.BUMP.compile(directory);
  }

  private final LocalSite site = new LocalSite(provider, new PoolGeometry(64 << 10, 64, 8));
  private final LocalParty party = site.join();

  @Test
  void everyThirdAllocationFindsNoRoom() {
    Allocator failing = new FailingAllocator(party.allocator(), 3);
    for (int i = 1; i <= 9; i++) {
      assertEquals(i % 3 == 0, failing.allocate(100) == Address.NULL, "allocation " + i);
    }
    assertEquals(6, failing.stats().blocks());
  }

  @Test
  void itsBlocksAreAllocatedAndFreed() {
    Allocator failing = new FailingAllocator(party.allocator(), 2);
    long address = failing.allocate(100);
    assertNotEquals(Address.NULL, address);
    assertEquals(party.owner(), failing.owner(address));
    failing.free(address);
    assertEquals(0, failing.stats().blocks());
    assertEquals(List.of(), failing.verify());
  }

  @Test
  void impossibleSizesAreRefused() {
    Allocator failing = new FailingAllocator(party.allocator(), 1);
    assertEquals(Address.NULL, failing.allocate(1));
    assertThrows(IllegalArgumentException.class, () -> failing.allocate(0));
    assertThrows(
        IllegalArgumentException.class, () -> failing.allocate(failing.largestBlock() + 1));
  }

  @Test
  void anIntervalOfZeroIsRefused() {
    assertThrows(IllegalArgumentException.class, () -> new FailingAllocator(party.allocator(), 0));
  }
}
