package hring.testkit;

import hring.api.Address;
import hring.api.spi.alloc.AllocatorProvider;
import hring.api.spi.alloc.Owner;
import hring.api.spi.alloc.PoolGeometry;
import hring.api.spi.alloc.ProviderOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Kills and stops workers at random instants while all of them are at full speed.
 *
 * <p>That no blocks overlap is seen twice, and once without believing the allocator: while they
 * run, {@link Churn} finds the pattern of another block in its own; at rest, the allocator's own
 * list of live blocks is checked. That nothing leaks is seen at the end of each region: when all is
 * freed, as much can be allocated as from a new pool.
 */
final class Stress {
  private static final int WORKERS = 3;
  private static final int MOST_PAUSE_MS = 20;

  /** A region is given up then, so that what leaked in it is seen. */
  private static final int DEATHS_PER_REGION = 16;

  /** One stop for so many kills. */
  private static final int KILLS_PER_STOP = 4;

  private static final int MANY_KILLS = 1000;
  private static final double NANOS_PER_MS = 1e6;

  private final AllocatorProvider provider;
  private final ProviderOptions options;
  private final PoolGeometry geometry;
  private final long largest;
  private final Random random;
  private final List<Party> parties = new ArrayList<>();
  private final Rate before = new Rate();
  private final Rate during = new Rate();

  /** The signals that were sent to the workers of the present region. */
  private final List<String> disturbances = new ArrayList<>();

  private int killed;
  private long reclaimed;
  private long longestNanos;

  Stress(
      AllocatorProvider provider,
      ProviderOptions options,
      PoolGeometry geometry,
      long largest,
      long seed) {
    this.provider = provider;
    this.options = options;
    this.geometry = geometry;
    this.largest = Math.max(Long.BYTES, largest);
    this.random = new Random(seed);
  }

  /** Goes on until so many workers were killed, and says what it saw. */
  String run(int kills) {
    try {
      while (killed < kills) {
        disturbances.clear();
        try (Crew crew = new Crew(provider, options, geometry)) {
          oneRegion(crew, kills);
        }
      }
    } catch (AssertionError | RuntimeException e) {
      throw new AssertionError(
          (e instanceof AssertionError ? e.getMessage() : e.toString())
              + "\n  after "
              + killed
              + " kills; done to this region: "
              + String.join(", ", disturbances)
              + "\n"
              + "  the seed repeats these decisions and what the workers ask for; the instants are"
              + " the scheduler's: -Dhring.testkit.kills="
              + MANY_KILLS
              + " tries more of them",
          e);
    }
    // Overlaps and leaks are failures that throw: at this point there was none.
    return String.format(
        "%s: %d killed, %d blocks of the dead reclaimed, 0 overlaps, 0 leaks; longest step of a"
            + " survivor %.0f ms; survivors' rate before a stop %.0f, during it %.0f steps/s: %.2f",
        provider.name(),
        killed,
        reclaimed,
        longestNanos / NANOS_PER_MS,
        before.perSecond(),
        during.perSecond(),
        during.perSecond() / before.perSecond());
  }

  private void oneRegion(Crew crew, int kills) {
    int last = Math.min(kills, killed + DEATHS_PER_REGION);
    parties.clear();
    for (int i = 0; i < WORKERS; i++) {
      start(crew, crew.join());
    }
    while (killed < last) {
      int pause = 1 + random.nextInt(MOST_PAUSE_MS);
      pause(pause);
      Party victim = parties.get(random.nextInt(parties.size()));
      boolean stops = killed % KILLS_PER_STOP == 0;
      disturbances.add(
          "after " + pause + " ms " + (stops ? "stopped and " : "") + "killed " + victim.owner());
      if (stops) {
        stop(crew, victim);
      }
      parties.remove(victim);
      crew.kill(victim);
      killed++;
      reclaimed += parties.getFirst().reclaim(victim.owner());
      checkAtRest(crew, victim);
      crew.release(victim.owner());
      start(crew, crew.join());
    }
    freeAll(crew);
  }

  private void start(Crew crew, Party party) {
    parties.add(party);
    crew.worker(party).call("churn", random.nextLong(), largest);
  }

  private void stop(Crew crew, Party victim) {
    List<Party> others = new ArrayList<>(parties);
    others.remove(victim);
    before.measure(crew, others);
    crew.worker(victim).stopWhile(() -> during.measure(crew, others));
  }

  /** Lets all finish what they do, looks, and lets them go on. */
  private void checkAtRest(Crew crew, Party dead) {
    rest(crew);
    LiveBlocks blocks = new LiveBlocks(geometry);
    Referee referee = new Referee(crew, blocks);
    Referee.expect(List.of(), crew.observer().verify(), "broken invariants after reclaim");
    Referee.expect(
        List.of(),
        Referee.named(referee.list(crew.observer(), dead.owner())),
        "blocks left of participant " + dead.owner());
    for (int owner = 1; owner <= Owner.IN_FLIGHT; owner++) {
      for (long address : referee.list(crew.observer(), owner)) {
        // The model refuses blocks that overlap.
        blocks.add(address, Address.length(address), owner);
      }
    }
    parties.forEach(party -> crew.worker(party).call("churn", random.nextLong(), largest));
  }

  private void rest(Crew crew) {
    for (Party party : parties) {
      crew.worker(party).call("pause");
      longestNanos = Math.max(longestNanos, crew.worker(party).call("longest"));
    }
  }

  /** Ends it: everything is freed, and the pool must be as new. */
  private void freeAll(Crew crew) {
    rest(crew);
    parties.forEach(party -> crew.worker(party).call("freeAll"));
    Party heir = parties.getFirst();
    Referee referee = new Referee(crew, new LiveBlocks(geometry));
    for (long address : referee.list(crew.observer(), Owner.IN_FLIGHT)) {
      heir.transfer(address, Owner.IN_FLIGHT, heir.owner());
      heir.free(address);
    }
    parties.forEach(Party::flush);
    referee.check();
    new PristineCheck(new LocalSite(provider.withOptions(options), geometry), largest)
        .check(crew, parties);
  }

  private static void pause(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }
}
