package hring.bench;

import hring.api.spi.alloc.Allocator;
import hring.api.spi.alloc.AllocatorMemory;
import hring.api.spi.alloc.AllocatorProvider;
import hring.api.spi.alloc.PoolGeometry;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** A pool in this process's own memory with one participant, for what needs no second process. */
public final class LocalPool implements AutoCloseable {
  private static final long PAGE = 4096;
  private static final int OWNER = 1;
  private static final int MAX_OWNERS = 4;

  private final Arena arena = Arena.ofShared();
  private final Allocator allocator;

  /**
   * Creates a pool.
   *
   * @param allocatorName the name of the allocator
   * @param poolSize the size in bytes
   */
  public LocalPool(String allocatorName, long poolSize) {
    this(allocatorName, poolSize, true);
  }

  private LocalPool(String allocatorName, long poolSize, boolean withMemory) {
    AllocatorProvider provider = SharedPool.provider(allocatorName);
    PoolGeometry geometry =
        new PoolGeometry(poolSize, PoolGeometry.defaultGranule(poolSize), MAX_OWNERS);
    AllocatorMemory memory =
        new AllocatorMemory(
            arena.allocate(provider.metadataSize(geometry), PAGE),
            withMemory ? arena.allocate(poolSize, PAGE) : MemorySegment.NULL,
            geometry,
            owner -> owner == OWNER);
    provider.format(memory);
    allocator = provider.attach(memory, OWNER);
  }

  /**
   * Creates a pool whose blocks cannot be written, for those who only allocate.
   *
   * @param allocatorName the name of the allocator
   * @param poolSize the size in bytes
   * @return the pool
   */
  public static LocalPool withoutMemory(String allocatorName, long poolSize) {
    return new LocalPool(allocatorName, poolSize, false);
  }

  /**
   * Returns the participant's access.
   *
   * @return the allocator
   */
  public Allocator allocator() {
    return allocator;
  }

  @Override
  public void close() {
    allocator.close();
    arena.close();
  }
}
