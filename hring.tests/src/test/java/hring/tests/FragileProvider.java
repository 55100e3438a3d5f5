package hring.tests;

import hring.alloc.slab.SlabProvider;
import hring.api.RegionException;
import hring.api.spi.alloc.Allocator;
import hring.api.spi.alloc.AllocatorMemory;
import hring.api.spi.alloc.AllocatorProvider;
import hring.api.spi.alloc.PoolGeometry;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;

/** An allocator that finds its metadata damaged whenever it is to repair what a dead one left. */
public final class FragileProvider implements AllocatorProvider {
  private final AllocatorProvider slab = new SlabProvider();

  @Override
  public String name() {
    return "fragile";
  }

  @Override
  public long metadataSize(PoolGeometry geometry) {
    return slab.metadataSize(geometry);
  }

  @Override
  public void format(AllocatorMemory memory) {
    slab.format(memory);
  }

  @Override
  public Allocator attach(AllocatorMemory memory, int owner) {
    Allocator allocator = slab.attach(memory, owner);
    return (Allocator)
        Proxy.newProxyInstance(
            Allocator.class.getClassLoader(),
            new Class<?>[] {Allocator.class},
            (_, method, args) -> {
              if (method.getName().equals("finishOperation")) {
                throw new RegionException("damaged on purpose");
              }
              try {
                return method.invoke(allocator, args);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }
}
