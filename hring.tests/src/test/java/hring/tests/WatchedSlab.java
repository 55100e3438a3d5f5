package hring.tests;

import hring.alloc.slab.SlabProvider;
import hring.api.spi.alloc.Allocator;
import hring.api.spi.alloc.AllocatorMemory;
import hring.api.spi.alloc.AllocatorProvider;
import hring.api.spi.alloc.PoolGeometry;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;

/** Slab under another name, each call of which is seen before it is made. */
abstract class WatchedSlab implements AllocatorProvider {
  private final AllocatorProvider slab = new SlabProvider();
  private final String name;

  WatchedSlab(String name) {
    this.name = name;
  }

  /** Called before each call of the allocator's, which does not take place if this throws. */
  abstract void before(String method);

  @Override
  public final String name() {
    return name;
  }

  @Override
  public final long metadataSize(PoolGeometry geometry) {
    return slab.metadataSize(geometry);
  }

  @Override
  public final void format(AllocatorMemory memory) {
    slab.format(memory);
  }

  @Override
  public final Allocator attach(AllocatorMemory memory, int owner) {
    Allocator allocator = slab.attach(memory, owner);
    return (Allocator)
        Proxy.newProxyInstance(
            Allocator.class.getClassLoader(),
            new Class<?>[] {Allocator.class},
            (_, method, args) -> {
              before(method.getName());
              try {
                return method.invoke(allocator, args);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }
}
