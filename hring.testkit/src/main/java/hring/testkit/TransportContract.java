package hring.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hring.api.Address;
import hring.api.Placement;
import hring.api.RegionException;
import hring.api.spi.region.ProviderName;
import hring.api.spi.transport.Outbound;
import hring.api.spi.transport.TransportOptions;
import hring.api.spi.transport.TransportProvider;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The contract of a transport, in one process: the sender's end and receivers' ends of one ring,
 * each end with a mapping of the region of its own. A transport joins with a subclass:
 *
 * <pre>{@code
 * class MyTransportTest extends TransportContract {
 *   @Override
 *   protected TransportProvider provider() {
 *     return new MyProvider();
 *   }
 * }
 * }</pre>
 *
 * <p>What the ring carries here are single messages, counted from 1: a transport neither knows nor
 * changes what they mean. Regions are made in {@code /dev/shm} and removed. A failure names the
 * seed where chance had a part.
 */
@Timeout(60)
public abstract class TransportContract {
  private static final int SUBMISSIONS = 8;
  private static final int COMPLETIONS = 32;
  private static final int ROUNDS = 2_000;
  private static final int SLEEPS = 300;
  private static final int RECEIVERS = 3;

  /** Far more than a wake takes. */
  private static final long ASLEEP_NANOS = 5_000_000_000L;

  /** In less a receiver is still on its way to sleep, in more it sleeps. */
  private static final int MAX_PAUSE_NANOS = 100_000;

  /** For subclasses. */
  protected TransportContract() {}

  /**
   * Returns the transport.
   *
   * @return the provider, a new one or always the same
   */
  protected abstract TransportProvider provider();

  /**
   * Returns where the rings live that the transport is tested with.
   *
   * @return the placement; in the region unless overridden
   */
  protected Placement placement() {
    return Placement.IN_REGION;
  }

  private TransportRing open() {
    return open(SUBMISSIONS, COMPLETIONS);
  }

  private TransportRing open(int submissions, int completions) {
    return TransportRing.open(
        provider(),
        new TransportOptions(submissions, completions, placement(), TransportOptions.NO_TRACER));
  }

  /** The provider has a name that can stand in a region, and its probe finds that it works. */
  @Test
  public void theProviderIntroducesItself() {
    assertTrue(ProviderName.isValid(provider().name()), provider().name());
    TransportProvider.Probe probe = provider().probe();
    assertTrue(probe.works(), () -> "the probe says that it does not work: " + probe.findings());
    assertFalse(probe.findings().isEmpty(), "the probe says nothing");
  }

  /** Numbers of entries that are no power of two, or more to queue than to post, are refused. */
  @Test
  public void sizesThatAreNoneAreRefused() {
    for (int[] sizes : new int[][] {{0, 8}, {3, 8}, {8, 12}, {16, 8}, {-8, 8}}) {
      assertThrows(
          IllegalArgumentException.class,
          () -> open(sizes[0], sizes[1]).close(),
          () -> sizes[0] + " submission and " + sizes[1] + " completion entries");
    }
  }

  /** What is queued is seen after submit, and not before. */
  @Test
  public void whatIsNotSubmittedIsNotSeen() {
    try (TransportRing ring = open();
        TransportRing.End end = ring.attach()) {
      assertFalse(end.hasEntries(), "a new ring is not empty");
      ring.queue(1, 2);
      assertEquals(2, ring.outbound().queued());
      assertFalse(end.hasEntries(), "what is queued is seen before it is submitted");
      assertEquals(0, end.claim(COMPLETIONS));
      assertEquals(2, ring.outbound().submit(), "submitted");
      assertEquals(0, ring.outbound().queued());
      assertEquals(2, ring.outbound().unclaimed());
      assertTrue(end.hasEntries(), "what is submitted is not seen");
      assertFalse(end.peek() == Address.NULL, "peek hides what is submitted");
      assertEquals(2, end.claim(COMPLETIONS));
      assertEquals(0, ring.outbound().unclaimed());
      assertEquals(0, ring.outbound().submit(), "nothing is submitted again");
    }
  }

  /** Entries arrive once and in their order, over many rounds of rings of every small size. */
  @Test
  public void entriesArriveOnceAndInOrder() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int completions = 1; completions <= COMPLETIONS; completions *= 2) {
      try (TransportRing ring = open(Math.min(SUBMISSIONS, completions), completions);
          TransportRing.End end = ring.attach()) {
        long received = 0;
        for (int round = 0; round < ROUNDS; round++) {
          ring.queueSome(1 + random.nextInt(completions));
          if (random.nextInt(4) > 0) {
            ring.outbound().submit();
          }
          int claimed = end.claim(1 + random.nextInt(completions));
          for (int i = 0; i < claimed; i++) {
            assertEquals(++received, end.claimed(i), "the next entry, seed " + seed);
          }
        }
        ring.outbound().submit();
        for (int claimed; (claimed = end.claim(completions)) > 0; ) {
          for (int i = 0; i < claimed; i++) {
            assertEquals(++received, end.claimed(i), "the next entry, seed " + seed);
          }
        }
        assertEquals(ring.queued(), received, "entries received, seed " + seed);
      }
    }
  }

  /** A full ring has no room, refuses what is queued all the same, and recovers. */
  @Test
  public void aFullRingSaysSoAndRecovers() {
    try (TransportRing ring = open();
        TransportRing.End end = ring.attach()) {
      Outbound outbound = ring.outbound();
      assertEquals(COMPLETIONS, outbound.completionEntries());
      assertEquals(COMPLETIONS, ring.fill());
      assertEquals(0, outbound.writableEntries(), "room in a full ring");
      assertThrows(IllegalStateException.class, () -> outbound.queue(new long[] {1}, 0, 1));
      assertEquals(COMPLETIONS, outbound.unclaimed());
      int claimed = end.claim(COMPLETIONS);
      assertTrue(claimed > 0, "nothing can be claimed from a full ring");
      while (claimed < COMPLETIONS) {
        claimed += end.claim(COMPLETIONS);
      }
      assertEquals(COMPLETIONS, outbound.writableEntries(), "room in an empty ring");
      assertEquals(COMPLETIONS, ring.fill());
    }
  }

  /** One call queues as many as can be submitted at once, and says how far it came. */
  @Test
  public void noMoreIsQueuedThanCanBeSubmittedAtOnce() {
    try (TransportRing ring = open()) {
      Outbound outbound = ring.outbound();
      assertEquals(SUBMISSIONS, outbound.submissionEntries());
      long[] many = new long[2 * SUBMISSIONS];
      Arrays.fill(many, 1);
      assertEquals(SUBMISSIONS, outbound.queue(many, 0, many.length));
      assertEquals(SUBMISSIONS, outbound.queue(many, SUBMISSIONS, many.length));
      assertEquals(SUBMISSIONS, outbound.submit());
      assertEquals(many.length, outbound.queue(many, SUBMISSIONS, many.length));
    }
  }

  /** Each entry goes to one of several receivers. */
  @Test
  public void receiversShareTheEntries() {
    int count = ROUNDS * 5;
    AtomicIntegerArray times = new AtomicIntegerArray(count + 1);
    AtomicInteger left = new AtomicInteger(count);
    try (TransportRing ring = open();
        SecondThreads receivers = new SecondThreads()) {
      for (int i = 0; i < RECEIVERS; i++) {
        receivers.start(
            () -> {
              try (TransportRing.End end = ring.attach()) {
                while (left.get() > 0 && !Thread.currentThread().isInterrupted()) {
                  int claimed = end.claim(SUBMISSIONS);
                  for (int n = 0; n < claimed; n++) {
                    times.incrementAndGet((int) end.claimed(n));
                  }
                  left.addAndGet(-claimed);
                }
              }
            });
      }
      while (ring.queued() < count && left.get() > 0) {
        receivers.requireNoFailure();
        ring.queueSome((int) Math.min(SUBMISSIONS, count - ring.queued()));
        ring.outbound().submit();
        Thread.onSpinWait();
      }
      receivers.join();
    }
    for (int entry = 1; entry <= count; entry++) {
      assertEquals(1, times.get(entry), "times that entry " + entry + " was claimed");
    }
  }

  /** A receiver that sleeps is woken by each submission, and by wakeAll. */
  @Test
  public void whoSleepsIsWoken() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    AtomicInteger claimed = new AtomicInteger();
    AtomicInteger awake = new AtomicInteger();
    try (TransportRing ring = open();
        SecondThreads receivers = new SecondThreads()) {
      receivers.start(
          () -> {
            try (TransportRing.End end = ring.attach()) {
              while (claimed.get() <= SLEEPS && !Thread.currentThread().isInterrupted()) {
                long start = System.nanoTime();
                end.park(ASLEEP_NANOS);
                assertTrue(System.nanoTime() - start < ASLEEP_NANOS, "a sleeper was not woken");
                awake.incrementAndGet();
                claimed.addAndGet(end.claim(COMPLETIONS));
              }
            }
          });
      for (int sent = 1; sent <= SLEEPS; sent++) {
        ring.queueSome(1);
        ring.outbound().submit();
        while (claimed.get() < sent) {
          receivers.requireNoFailure();
          Thread.onSpinWait();
        }
        TransportRing.pause(random.nextInt(MAX_PAUSE_NANOS));
      }
      TransportRing.pause(100L * MAX_PAUSE_NANOS);
      int before = awake.get();
      // Again and again: on a busy machine it may have been on its way to sleep still.
      while (awake.get() == before) {
        receivers.requireNoFailure();
        ring.outbound().wakeAll();
        TransportRing.pause(100L * MAX_PAUSE_NANOS);
      }
      ring.queueSome(1);
      ring.outbound().submit();
      receivers.join();
    }
  }

  /** What was submitted before the sender's end closed can be claimed afterwards. */
  @Test
  public void whatWasSubmittedOutlivesTheSendersEnd() {
    try (TransportRing ring = open();
        TransportRing.End end = ring.attach()) {
      ring.queueSome(SUBMISSIONS);
      ring.outbound().submit();
      ring.closeOutbound();
      assertTrue(end.hasEntries(), "what was submitted is gone");
      assertEquals(SUBMISSIONS, end.claim(COMPLETIONS));
      assertEquals(SUBMISSIONS, end.claimed(SUBMISSIONS - 1));
      assertFalse(end.hasEntries(), "more than was submitted");
    }
  }

  /** A receiver that moves the claim cursor beyond what was submitted is found out. */
  @Test
  public void aClaimCursorThatLiesIsReported() {
    try (TransportRing ring = open()) {
      ring.fill();
      ring.forgeClaims(ring.queued() + 1);
      assertThrows(RegionException.class, ring.outbound()::unclaimed);
      assertThrows(RegionException.class, ring.outbound()::writableEntries);
    }
  }
}
