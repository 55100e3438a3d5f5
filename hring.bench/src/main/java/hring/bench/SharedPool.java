package hring.bench;

import hring.api.Address;
import hring.api.SenderBuilder;
import hring.api.spi.alloc.Allocator;
import hring.api.spi.alloc.AllocatorMemory;
import hring.api.spi.alloc.AllocatorProvider;
import hring.api.spi.alloc.PoolGeometry;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ServiceLoader;

/** A pool without a ring, in files that both sides map; of the size of a ring's pool. */
final class SharedPool {
  private static final int MAX_OWNERS = 4;
  private static final PoolGeometry GEOMETRY =
      new PoolGeometry(
          SenderBuilder.DEFAULT_POOL_SIZE,
          PoolGeometry.defaultGranule(SenderBuilder.DEFAULT_POOL_SIZE),
          MAX_OWNERS);

  private final AllocatorProvider provider;
  private final AllocatorMemory memory;

  private SharedPool(Path directory, String allocatorName) throws IOException {
    provider = provider(allocatorName);
    memory =
        new AllocatorMemory(
            SharedFile.map(directory.resolve("metadata"), provider.metadataSize(GEOMETRY)),
            SharedFile.map(directory.resolve("pool"), GEOMETRY.poolSize()),
            GEOMETRY,
            _ -> true);
  }

  static AllocatorProvider provider(String name) {
    return ServiceLoader.load(AllocatorProvider.class).stream()
        .map(ServiceLoader.Provider::get)
        .filter(provider -> provider.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("no allocator '" + name + "' is present"));
  }

  static SharedPool format(Path directory, String allocatorName) throws IOException {
    SharedPool pool = new SharedPool(directory, allocatorName);
    pool.provider.format(pool.memory);
    return pool;
  }

  static SharedPool open(Path directory, String allocatorName) throws IOException {
    return new SharedPool(directory, allocatorName);
  }

  Allocator attach(int owner) {
    return provider.attach(memory, owner);
  }

  MemorySegment memory() {
    return memory.pool();
  }

  long offset(long address) {
    return Address.granules(address) << GEOMETRY.granuleShift();
  }
}
