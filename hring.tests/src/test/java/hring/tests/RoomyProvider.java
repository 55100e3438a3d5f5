package hring.tests;

import hring.alloc.buddy.BuddyProvider;
import hring.api.RegionException;
import hring.api.spi.alloc.Allocator;
import hring.api.spi.alloc.AllocatorMemory;
import hring.api.spi.alloc.AllocatorProvider;
import hring.api.spi.alloc.PoolGeometry;
import hring.api.spi.alloc.ProviderOptions;

/**
 * An allocator with an option: with {@code roomy?extra=N} its metadata has N bytes more, and who
 * attaches with another N, or none, sees that they are missing or too many.
 */
public final class RoomyProvider implements AllocatorProvider {
  private static final int LONGEST = 1 << 20;
  private static final long PAGE = 4096;

  private final AllocatorProvider buddy = new BuddyProvider();
  private final long extra;

  /** Without options. */
  public RoomyProvider() {
    this(0);
  }

  private RoomyProvider(long extra) {
    this.extra = extra;
  }

  @Override
  public String name() {
    return "roomy";
  }

  @Override
  public AllocatorProvider withOptions(ProviderOptions options) {
    options.requireOnly("extra");
    return new RoomyProvider(options.number("extra", 0, 0, LONGEST));
  }

  @Override
  public long metadataSize(PoolGeometry geometry) {
    return buddy.metadataSize(geometry) + extra;
  }

  @Override
  public void format(AllocatorMemory memory) {
    buddy.format(memory);
  }

  @Override
  public Allocator attach(AllocatorMemory memory, int owner) {
    long pages = (metadataSize(memory.geometry()) + PAGE - 1) / PAGE;
    if (memory.metadata().byteSize() != pages * PAGE) {
      throw new RegionException(
          memory.metadata().byteSize() + " bytes of metadata, and extra is " + extra);
    }
    return buddy.attach(memory, owner);
  }
}
