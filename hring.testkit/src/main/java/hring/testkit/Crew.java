package hring.testkit;

import hring.api.DeathPolicy;
import hring.api.Delivery;
import hring.api.Placement;
import hring.api.spi.alloc.Allocator;
import hring.api.spi.alloc.AllocatorMemory;
import hring.api.spi.alloc.AllocatorProvider;
import hring.api.spi.alloc.Owner;
import hring.api.spi.alloc.PoolGeometry;
import hring.api.spi.alloc.ProviderOptions;
import hring.api.spi.region.Participants;
import hring.api.spi.region.Region;
import hring.api.spi.region.RegionFiles;
import hring.api.spi.region.RegionSpec;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A region in shared memory, and worker processes that take part in it. Workers that are still well
 * at the end wait for the next crew: starting a JVM is what takes longest.
 */
final class Crew implements Site, AutoCloseable {
  /** Room for the letter boxes of {@link Churn}. */
  private static final long RINGS_SIZE = 4096;

  private static final AtomicInteger REGIONS = new AtomicInteger();

  /** Regions that are still to be removed, also if this JVM ends before their test does. */
  private static final Set<Region> OPEN = ConcurrentHashMap.newKeySet();

  static {
    Runtime.getRuntime().addShutdownHook(new Thread(() -> OPEN.forEach(Region::delete)));
  }

  private static final Map<Class<?>, ArrayDeque<PoolWorker>> IDLE = new LinkedHashMap<>();

  private final AllocatorProvider provider;
  private final Region region;
  private final AllocatorMemory memory;
  private final Allocator observer;
  private final Map<Integer, PoolWorker> workers = new LinkedHashMap<>();

  /** Owner numbers of the dead that were not reclaimed. */
  private final Set<Integer> dead = new HashSet<>();

  /** Workers make the provider by its class, and give it the options that the region has. */
  Crew(AllocatorProvider provider, ProviderOptions options, PoolGeometry geometry) {
    this.provider = provider;
    AllocatorProvider configured = provider.withOptions(options);
    String name =
        "hring-testkit-" + ProcessHandle.current().pid() + "-" + REGIONS.incrementAndGet();
    region =
        Region.create(
            new RegionSpec(
                name,
                new RegionFiles(RegionFiles.SHM, RegionFiles.USER_ONLY, null),
                geometry,
                "none",
                ProviderOptions.NONE,
                Placement.IN_REGION,
                RINGS_SIZE,
                provider.name(),
                options,
                configured.metadataSize(geometry),
                Delivery.TO_ONE,
                DeathPolicy.DISCARD,
                0));
    OPEN.add(region);
    try {
      memory = region.allocatorMemory();
      configured.format(memory);
      region.publish(1, 1, 1);
      region.markOpen();
      observer = new WatchedAllocator(configured.attach(memory, Owner.NONE), Owner.NONE);
    } catch (RuntimeException | Error e) {
      delete();
      region.close();
      throw e;
    }
  }

  @Override
  public Party join() {
    // The first slot is the sender's, and this process has its lock.
    if (workers.size() + dead.size() == memory.geometry().maxOwners() - 1) {
      return null;
    }
    PoolWorker worker;
    synchronized (IDLE) {
      worker = idle().poll();
    }
    if (worker == null) {
      worker = new PoolWorker(provider);
    }
    int owner;
    try {
      owner = (int) worker.call("attach", region.file());
    } catch (AssertionError e) {
      worker.close();
      throw e;
    }
    workers.put(owner, worker);
    return new RemoteParty(owner, worker);
  }

  PoolWorker worker(Party party) {
    return workers.get(party.owner());
  }

  @Override
  public void kill(Party party) {
    workers.remove(party.owner()).close();
    dead.add(party.owner());
    Referee.expect(
        true,
        region.participants().tryBeginReclaim(party.owner(), Participants.SENDER),
        "whether the slot of participant " + party.owner() + " can be taken from the dead");
  }

  @Override
  public void release(int owner) {
    if (dead.remove(owner)) {
      region.participants().endReclaim(owner);
    } else {
      PoolWorker worker = workers.remove(owner);
      worker.call("detach");
      release(worker);
    }
  }

  private void release(PoolWorker worker) {
    synchronized (IDLE) {
      idle().add(worker);
    }
  }

  @Override
  public AllocatorMemory memory() {
    return memory;
  }

  @Override
  public Allocator observer() {
    return observer;
  }

  private void delete() {
    region.delete();
    OPEN.remove(region);
  }

  /** Removes the region, and lets the workers go; those that do not answer are killed. */
  @Override
  public void close() {
    delete();
    for (PoolWorker worker : workers.values()) {
      try {
        worker.call("detach");
        release(worker);
      } catch (AssertionError e) {
        // A test that failed left it in the middle of something: the failure itself is reported.
        worker.close();
      }
    }
    region.close();
  }

  private ArrayDeque<PoolWorker> idle() {
    return IDLE.computeIfAbsent(provider.getClass(), _ -> new ArrayDeque<>());
  }
}
