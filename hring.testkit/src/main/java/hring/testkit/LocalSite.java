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

  /** Owner numbers that are taken, by the living and by the dead that were not reclaimed. */
  private final Set<Integer> taken = ConcurrentHashMap.newKeySet();

  private final Set<Integer> alive = ConcurrentHashMap.newKeySet();
  private final Allocator observer;

  LocalSite(AllocatorProvider provider, PoolGeometry geometry) {
    this(
        provider,
        geometry,
        Arena.ofAuto().allocate(provider.metadataSize(geometry), PAGE),
        Arena.ofAuto().allocate(geometry.poolSize(), PAGE));
  }

  /** Creates one in other memory, which is all zero. */
  LocalSite(
      AllocatorProvider provider,
      PoolGeometry geometry,
      MemorySegment metadata,
      MemorySegment pool) {
    this.provider = provider;
    this.memory = new AllocatorMemory(metadata, pool, geometry, alive::contains);
    provider.format(memory);
    this.observer = attach(readOnly(), Owner.NONE);
  }

  private AllocatorMemory readOnly() {
    MemorySegment metadata = memory.metadata().asReadOnly();
    return new AllocatorMemory(
        metadata, memory.pool().asReadOnly(), memory.geometry(), memory.alive());
  }

  private Allocator attach(AllocatorMemory as, int owner) {
    Allocator allocator = provider.attach(as, owner);
    if (allocator == null) {
      throw new AssertionError("attach(memory, " + owner + ") returned null");
    }
    return new WatchedAllocator(allocator, owner);
  }

  /** Creates a pool like this one was at first. */
  LocalSite another() {
    return new LocalSite(provider, memory.geometry());
  }

  /** Attaches one more observer. */
  Allocator observeAgain() {
    return attach(readOnly(), Owner.NONE);
  }

  @Override
  public LocalParty join() {
    int owner = 1;
    while (taken.contains(owner)) {
      owner++;
    }
    return owner > memory.geometry().maxOwners() ? null : join(owner);
  }

  /** Lets a participant join with an owner number that is not taken. */
  LocalParty join(int owner) {
    taken.add(owner);
    alive.add(owner);
    return new LocalParty(owner, attach(memory, owner), memory);
  }

  @Override
  public void kill(Party party) {
    alive.remove(party.owner());
  }

  @Override
  public void release(int owner) {
    alive.remove(owner);
    taken.remove(owner);
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
