package hring.tests;

import hring.api.Delivery;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/**
 * The region is corrupted between the steps of a sender and a receiver, and while a handler runs,
 * by a process that may write to it. Each step ends with a result or with an exception of hring, in
 * bounded time, and so do the steps after it.
 *
 * <p>Opening a ring takes ten times as long as a try, so one ring is used for many, as long as
 * messages still pass. A try that fails is shrunk on new rings; where that fails no more, it took
 * the tries before it, which the printed seed repeats.
 */
class CorruptedRegionProperties {
  private static final int TRIES_PER_RING = 20;
  private static final int WATCHDOG_SECONDS = 20;

  /** Where the read cursor is among the words of a receiver that are lied about. */
  private static final double READ_CURSOR_PLACE = 112.5 / 208;

  private static Path directory;
  private static ExecutorService thread;
  private static Thread worker;
  private static CorruptedRing ring;
  private static int tries;

  @BeforeContainer
  static void make() throws IOException {
    directory = Files.createTempDirectory(Path.of("/dev/shm"), "hring-hostile-");
    thread =
        Executors.newSingleThreadExecutor(
            task -> worker = Thread.ofPlatform().daemon().unstarted(task));
  }

  @AfterContainer
  static void remove() throws Exception {
    run(CorruptedRegionProperties::raise);
    thread.shutdown();
    Files.delete(directory);
  }

  @Provide
  Arbitrary<List<Corruption>> corruptions() {
    Arbitrary<Long> values =
        Arbitraries.oneOf(
            Arbitraries.longs(),
            Arbitraries.longs().between(-3, 200),
            Arbitraries.of(Long.MIN_VALUE, -1L, 0L, 1L << 32, (1L << 56) - 1, 8L << 32));
    return Combinators.combine(
            Arbitraries.doubles().between(0, 1), values, Arbitraries.of(Corruption.Width.class))
        .as(Corruption::new)
        .list()
        .ofMinSize(1)
        .ofMaxSize(3);
  }

  /** Entries of the block table and state words that might be true, with low numbers beside. */
  @Provide
  Arbitrary<List<Corruption>> lies() {
    Arbitrary<Long> entries =
        Combinators.combine(
                Arbitraries.of(0L, 1L, 2L, 3L, 251L, 253L, 254L, 255L),
                Arbitraries.longs().between(0, 15),
                Arbitraries.of(0L, 1L, 8L, 38L, 75L, 0xFFFFFL))
            .as((owner, deliveries, length) -> owner << 24 | deliveries << 20 | length);
    Arbitrary<Long> states =
        Combinators.combine(
                Arbitraries.longs().between(0, 5),
                Arbitraries.longs().between(0, 4),
                Arbitraries.longs().between(0, 20))
            .as((state, by, generation) -> generation << 16 | by << 8 | state);
    Arbitrary<Long> numbers =
        Arbitraries.oneOf(
            Arbitraries.longs().between(-3, 200),
            Arbitraries.longs().between(0, 40).map(count -> 2L << 56 | count << 13 | count & 7));
    return Combinators.combine(
            Arbitraries.doubles().between(0, 1),
            Arbitraries.oneOf(entries, states, numbers),
            Arbitraries.of(Corruption.Width.class))
        .as(Corruption::new)
        .list()
        .ofMinSize(1)
        .ofMaxSize(3);
  }

  @Property
  void survivesLiesAboutTheClaimCursor(@ForAll("lies") List<Corruption> corruptions)
      throws Exception {
    attack(RingKind.SHM, "slab", corruptions, RegionCorruptor::claimCursor);
  }

  @Property
  void survivesLiesAboutTheReturnedWord(@ForAll("lies") List<Corruption> corruptions)
      throws Exception {
    attack(RingKind.SHM, "slab", corruptions, RegionCorruptor::returnedWord);
  }

  @Property
  void survivesLiesInTheSlotOfAReceiver(@ForAll("lies") List<Corruption> corruptions)
      throws Exception {
    attack(RingKind.SHM, "slab", corruptions, RegionCorruptor::receiversWords);
  }

  @Property
  void survivesLiesAboutOwnersAndDeliveries(@ForAll("lies") List<Corruption> corruptions)
      throws Exception {
    attack(RingKind.SHM, "slab", corruptions, RegionCorruptor::blockTable);
  }

  @Property
  void survivesLiesAboutOwnersAndDeliveriesOfBuddy(@ForAll("lies") List<Corruption> corruptions)
      throws Exception {
    attack(RingKind.SHM, "buddy", corruptions, RegionCorruptor::blockTable);
  }

  /** What is counted decides nothing but when all counts as handled. */
  @Property
  void losesNothingByLyingCounters(@ForAll("corruptions") List<Corruption> corruptions)
      throws Exception {
    require(corruptions, RegionCorruptor::receiversCounters);
  }

  @Property
  void losesNothingByLyingSharedCounters(@ForAll("corruptions") List<Corruption> corruptions)
      throws Exception {
    require(corruptions, RegionCorruptor::receiversSharedCounters);
  }

  @Property
  void losesNothingByALyingReturnedWord(@ForAll("corruptions") List<Corruption> corruptions)
      throws Exception {
    require(corruptions, RegionCorruptor::returnedWord);
  }

  private static void require(List<Corruption> corruptions, RegionCorruptor.Target target)
      throws Exception {
    run(
        () -> {
          if (ring == null
              || !ring.isOf(RingKind.SHM, "slab", Delivery.TO_ONE)
              || tries == TRIES_PER_RING) {
            raise();
            ring = CorruptedRing.open(directory, RingKind.SHM, "slab", Delivery.TO_ONE);
          }
          tries++;
          try {
            ring.shrugOff(corruptions, target);
          } catch (Throwable e) {
            raise();
            throw e;
          }
          return null;
        });
  }

  @Property
  void survivesCorruptionAnywhereWhereEachGetsAll(
      @ForAll("corruptions") List<Corruption> corruptions) throws Exception {
    attackEach(RingKind.URING, corruptions, RegionCorruptor::everything);
  }

  @Property
  void survivesLiesInTheHeaderWhereEachGetsAll(@ForAll("lies") List<Corruption> corruptions)
      throws Exception {
    attackEach(RingKind.SHM, corruptions, RegionCorruptor::published);
  }

  @Property
  void survivesLiesInTheSlotOfAReceiverWhereEachGetsAll(
      @ForAll("cursors") List<Corruption> corruptions) throws Exception {
    attackEach(RingKind.SHM, corruptions, RegionCorruptor::receiversWords);
  }

  @Property
  void survivesLiesAboutOwnersWhereEachGetsAll(@ForAll("lies") List<Corruption> corruptions)
      throws Exception {
    attackEach(RingKind.SHM, corruptions, RegionCorruptor::blockTable);
  }

  @Property
  void survivesCorruptionOfABatchWhereEachGetsAll(
      @ForAll("corruptions") List<Corruption> corruptions) throws Exception {
    attackEach(RingKind.URING, corruptions, RegionCorruptor::batch);
  }

  private static void attackEach(
      RingKind kind, List<Corruption> corruptions, RegionCorruptor.Target target) throws Exception {
    attack(kind, "slab", Delivery.TO_EACH, corruptions, target);
  }

  /** Anything in the slot of a receiver, and read cursors that might be true. */
  @Provide
  Arbitrary<List<Corruption>> cursors() {
    Arbitrary<Long> cursors =
        Combinators.combine(
                Arbitraries.longs().between(0, 3),
                Arbitraries.oneOf(
                    Arbitraries.longs().between(0, 200), Arbitraries.of((1L << 24) - 1)),
                Arbitraries.longs().between(-3, 4000))
            .as((kind, length, passed) -> kind << 62 | length << 38 | passed & (1L << 38) - 1);
    return Combinators.combine(
            Arbitraries.oneOf(
                Arbitraries.doubles().between(0, 1), Arbitraries.of(READ_CURSOR_PLACE)),
            cursors,
            Arbitraries.of(Corruption.Width.class))
        .as(Corruption::new)
        .list()
        .ofMinSize(1)
        .ofMaxSize(3);
  }

  @Property
  void survivesCorruptionAnywhere(@ForAll("corruptions") List<Corruption> corruptions)
      throws Exception {
    attack(RingKind.URING, "slab", corruptions, RegionCorruptor::everything);
  }

  @Property
  void survivesCorruptionOfTheHeader(@ForAll("corruptions") List<Corruption> corruptions)
      throws Exception {
    attack(RingKind.URING, "slab", corruptions, RegionCorruptor::header);
  }

  @Property
  void survivesCorruptionOfTheParticipantTable(@ForAll("corruptions") List<Corruption> corruptions)
      throws Exception {
    attack(RingKind.URING, "slab", corruptions, RegionCorruptor::participants);
  }

  @Property
  void survivesCorruptionAnywhereOverShm(@ForAll("corruptions") List<Corruption> corruptions)
      throws Exception {
    attack(RingKind.SHM, "slab", corruptions, RegionCorruptor::everything);
  }

  @Property
  void survivesCorruptionOfTheTailOfShm(@ForAll("corruptions") List<Corruption> corruptions)
      throws Exception {
    attack(RingKind.SHM, "slab", corruptions, RegionCorruptor::indices);
  }

  @Property
  void survivesCorruptionOfTheEntriesOfShm(@ForAll("corruptions") List<Corruption> corruptions)
      throws Exception {
    attack(RingKind.SHM, "slab", corruptions, RegionCorruptor::entries);
  }

  @Property
  void inPacksOverUring(@ForAll("corruptions") List<Corruption> corruptions) throws Exception {
    attack(RingKind.URING_SMALL, "slab", corruptions, RegionCorruptor::packs);
  }

  @Property
  void inTheFirstPacksOverUring(@ForAll("corruptions") List<Corruption> corruptions)
      throws Exception {
    attack(RingKind.URING_SMALL, "slab", corruptions, RegionCorruptor::frames);
  }

  @Property
  void inTheEntriesOfPacksOverUring(@ForAll("corruptions") List<Corruption> corruptions)
      throws Exception {
    attack(RingKind.URING_SMALL, "slab", corruptions, RegionCorruptor::entries);
  }

  @Property
  void anywhereAroundPacksOverShm(@ForAll("corruptions") List<Corruption> corruptions)
      throws Exception {
    attack(RingKind.SHM_SMALL, "slab", corruptions, RegionCorruptor::everything);
  }

  @Property
  void inPacksOverShm(@ForAll("corruptions") List<Corruption> corruptions) throws Exception {
    attack(RingKind.SHM_SMALL, "slab", corruptions, RegionCorruptor::packs);
  }

  @Property
  void inTheFirstPacksOverShm(@ForAll("corruptions") List<Corruption> corruptions)
      throws Exception {
    attack(RingKind.SHM_SMALL, "slab", corruptions, RegionCorruptor::frames);
  }

  @Property
  void inTheEntriesOfPacksOverShm(@ForAll("corruptions") List<Corruption> corruptions)
      throws Exception {
    attack(RingKind.SHM_SMALL, "slab", corruptions, RegionCorruptor::entries);
  }

  @Property
  void inTheParticipantTableOfPacksOverShm(@ForAll("corruptions") List<Corruption> corruptions)
      throws Exception {
    attack(RingKind.SHM_SMALL, "slab", corruptions, RegionCorruptor::participants);
  }

  @Property
  void survivesCorruptionOfTheIndicesOfUring(@ForAll("corruptions") List<Corruption> corruptions)
      throws Exception {
    attack(RingKind.URING, "slab", corruptions, RegionCorruptor::indices);
  }

  @Property
  void survivesCorruptionOfTheCompletionsOfUring(
      @ForAll("corruptions") List<Corruption> corruptions) throws Exception {
    attack(RingKind.URING, "slab", corruptions, RegionCorruptor::entries);
  }

  @Property
  void survivesCorruptionOfABatch(@ForAll("corruptions") List<Corruption> corruptions)
      throws Exception {
    attack(RingKind.URING, "slab", corruptions, RegionCorruptor::batch);
  }

  @Property
  void survivesCorruptionOfTheMetadataOfSlab(@ForAll("corruptions") List<Corruption> corruptions)
      throws Exception {
    attack(RingKind.URING, "slab", corruptions, RegionCorruptor::metadata);
  }

  @Property
  void survivesCorruptionOfTheMetadataOfBuddy(@ForAll("corruptions") List<Corruption> corruptions)
      throws Exception {
    attack(RingKind.URING, "buddy", corruptions, RegionCorruptor::metadata);
  }

  private static void attack(
      RingKind kind, String allocator, List<Corruption> corruptions, RegionCorruptor.Target target)
      throws Exception {
    attack(kind, allocator, Delivery.TO_ONE, corruptions, target);
  }

  private static void attack(
      RingKind kind,
      String allocator,
      Delivery delivery,
      List<Corruption> corruptions,
      RegionCorruptor.Target target)
      throws Exception {
    run(
        () -> {
          if (ring == null || !ring.isOf(kind, allocator, delivery) || tries == TRIES_PER_RING) {
            raise();
            ring = CorruptedRing.open(directory, kind, allocator, delivery);
          }
          tries++;
          try {
            if (!ring.exercise(corruptions, target)) {
              raise();
            }
          } catch (Throwable e) {
            raise();
            throw e;
          }
          return null;
        });
  }

  /** Ends the ring, if there is one. */
  private static Void raise() throws IOException {
    CorruptedRing last = ring;
    ring = null;
    tries = 0;
    if (last != null) {
      last.close();
    }
    return null;
  }

  private static void run(Callable<Void> task) throws Exception {
    Future<Void> done = thread.submit(task);
    try {
      done.get(WATCHDOG_SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      AssertionError hang = new AssertionError("hangs for " + WATCHDOG_SECONDS + " s", e);
      hang.setStackTrace(worker.getStackTrace());
      throw hang;
    }
  }
}
