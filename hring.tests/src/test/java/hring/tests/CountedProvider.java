package hring.tests;

import hring.alloc.slab.SlabProvider;
import hring.api.spi.alloc.Allocator;
import hring.api.spi.alloc.AllocatorMemory;
import hring.api.spi.alloc.AllocatorProvider;
import hring.api.spi.alloc.PoolGeometry;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Slab, and how often each method was called in this process. */
public final class CountedProvider implements AllocatorProvider {
  static final Map<String, Integer> CALLS = new ConcurrentHashMap<>();

  private final AllocatorProvider slab = new SlabProvider();

  @Override
  public String name() {
    return "counted";
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
              CALLS.merge(method.getName(), 1, Integer::sum);
              try {
                return method.invoke(allocator, args);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }
}
