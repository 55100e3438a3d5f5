package hring.testkit;

import hring.api.DeathPolicy;
import hring.api.Delivery;
import hring.api.spi.alloc.PoolGeometry;
import hring.api.spi.alloc.ProviderOptions;
import hring.api.spi.region.ClaimCursor;
import hring.api.spi.region.Participant;
import hring.api.spi.region.Participants;
import hring.api.spi.region.Region;
import hring.api.spi.region.RegionFiles;
import hring.api.spi.region.RegionSpec;
import hring.api.spi.transport.Claims;
import hring.api.spi.transport.Inbound;
import hring.api.spi.transport.Outbound;
import hring.api.spi.transport.TransportOptions;
import hring.api.spi.transport.TransportPlan;
import hring.api.spi.transport.TransportProvider;

/**
 * A ring without an allocator: numbers go over it, counted from 1. Confined to the test's thread.
 */
final class TransportRing implements AutoCloseable {
  private static final int POOL = 4096;
  private static final int OWNERS = 8;
  private static final String NO_ALLOCATOR = "none";

  private final TransportProvider provider;
  private final Region region;
  private final Outbound outbound;
  private boolean closed;
  private long queued;

  private TransportRing(TransportProvider provider, Region region, Outbound outbound) {
    this.provider = provider;
    this.region = region;
    this.outbound = outbound;
  }

  static TransportRing open(TransportProvider provider, TransportOptions options) {
    TransportPlan plan = provider.plan(options);
    Region region =
        Region.create(
            new RegionSpec(
                "testkit-" + ProcessHandle.current().pid() + "-" + System.nanoTime(),
                new RegionFiles(RegionFiles.SHM, RegionFiles.USER_ONLY, null),
                new PoolGeometry(POOL, PoolGeometry.defaultGranule(POOL), OWNERS),
                provider.name(),
                ProviderOptions.NONE,
                plan.placement(),
                plan.ringsSize(),
                NO_ALLOCATOR,
                ProviderOptions.NONE,
                POOL,
                Delivery.TO_ONE,
                DeathPolicy.DISCARD,
                0));
    Outbound outbound = null;
    try {
      region.participants().join();
      outbound = plan.open(region);
      region.publish(outbound.handle(), outbound.submissionEntries(), outbound.completionEntries());
      region.markOpen();
      return new TransportRing(provider, region, outbound);
    } catch (RuntimeException | Error e) {
      region.discard(outbound, e);
      throw e;
    }
  }

  Outbound outbound() {
    return outbound;
  }

  /** How many numbers were queued. */
  long queued() {
    return queued;
  }

  /**
   * Queues the next numbers, so many of them as there is room for; submits where that is needed.
   */
  void queueSome(int count) {
    long[] numbers = new long[Math.min(count, outbound.writableEntries())];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = ++queued;
    }
    for (int next = 0; next < numbers.length; ) {
      next = outbound.queue(numbers, next, numbers.length);
      if (next < numbers.length) {
        outbound.submit();
      }
    }
  }

  /** Queues just these. */
  void queue(long... numbers) {
    outbound.queue(numbers, 0, numbers.length);
    queued += numbers.length;
  }

  /** Sends until there is no room; returns how many that were. */
  int fill() {
    long before = queued;
    for (int room; (room = outbound.writableEntries()) > 0; ) {
      queueSome(room);
      outbound.submit();
    }
    return (int) (queued - before);
  }

  /** Moves the claim cursor as no receiver should. */
  void forgeClaims(long count) {
    ClaimCursor cursor = region.claimCursor();
    cursor.tryMove(cursor.read(), Participants.SENDER, ClaimCursor.position(count, 0));
  }

  /** Attaches a receiver, with a mapping of its own, for the calling thread. */
  End attach() {
    Region mapped = Region.attach(region.file(), true);
    try {
      Participant participant = mapped.participants().begin();
      Inbound inbound = provider.attach(mapped, participant);
      participant.activate();
      return new End(mapped, participant, inbound);
    } catch (RuntimeException | Error e) {
      mapped.discard(null, e);
      throw e;
    }
  }

  /** Waits for about so long, without sleeping. */
  static void pause(long nanos) {
    for (long start = System.nanoTime(); System.nanoTime() - start < nanos; ) {
      Thread.onSpinWait();
    }
  }

  void closeOutbound() {
    closed = true;
    outbound.close();
  }

  @Override
  public void close() {
    try (region) {
      if (!closed) {
        outbound.close();
      }
    } finally {
      region.delete();
    }
  }

  /** A receiver's end. */
  static final class End implements AutoCloseable {
    private final Region region;
    private final Participant participant;
    private final Inbound inbound;
    private final Claims claims;
    private final long[] claimed = new long[Claims.MAX_CLAIM];

    private End(Region region, Participant participant, Inbound inbound) {
      this.region = region;
      this.participant = participant;
      this.inbound = inbound;
      claims = inbound.claims();
    }

    /** Claims so many at most. */
    int claim(int limit) {
      return claims.claim(claimed, Math.min(limit, claimed.length));
    }

    /** One of those that were claimed last. */
    long claimed(int index) {
      return claimed[index];
    }

    boolean hasEntries() {
      return claims.hasEntries();
    }

    long peek() {
      return claims.peek();
    }

    void park(long nanos) {
      inbound.park(nanos);
    }

    @Override
    public void close() {
      try (region;
          inbound) {
        participant.leave();
      }
    }
  }
}
