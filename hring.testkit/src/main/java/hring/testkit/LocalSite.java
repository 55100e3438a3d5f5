package hring.testkit;

import hring.api.spi.alloc.Allocator;
import hring.api.spi.alloc.AllocatorMemory;
import hring.api.spi.alloc.AllocatorProvider;
import hring.api.spi.alloc.Owner;
import hring.api.spi.alloc.PoolGeometry;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A pool in this process's own memory, exactly as large as the allocator asked for, so that any
 * access outside it is an exception.
 */
final class LocalSite implements Site {
  private static final long PAGE = 4096;

  private final AllocatorProvider provider;
  private final AllocatorMemory memory;
  private final Set<Integer> alive = ConcurrentHashMap.newKeySet();
  private final Allocator observer;
  private int joined;

  LocalSite(AllocatorProvider provider, PoolGeometry geometry) {
    this.provider = provider;
    Arena arena = Arena.ofAuto();
    this.memory =
        new AllocatorMemory(
            arena.allocate(provider.metadataSize(geometry), PAGE),
            arena.allocate(geometry.poolSize(), PAGE),
            geometry,
            alive::contains);
    provider.format(memory);
    this.observer = provider.attach(readOnly(), Owner.NONE);
  }

  private AllocatorMemory readOnly() {
    MemorySegment metadata = memory.metadata().asReadOnly();
    return new AllocatorMemory(
        metadata, memory.pool().asReadOnly(), memory.geometry(), memory.alive());
  }

  @Override
  public LocalParty join() {
    if (joined == memory.geometry().maxOwners()) {
      return null;
    }
    int owner = ++joined;
    alive.add(owner);
    return new LocalParty(owner, provider.attach(memory, owner), memory);
  }

  @Override
  public void kill(Party party) {
    alive.remove(party.owner());
  }

  @Override
  public AllocatorMemory memory() {
    return memory;
  }

  @Override
  public Allocator observer() {
    return observer;
  }
}
