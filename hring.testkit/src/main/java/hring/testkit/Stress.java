package hring.testkit;

import hring.api.Address;
import hring.api.spi.AllocatorProvider;
import hring.api.spi.Owner;
import hring.api.spi.PoolGeometry;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Kills and stops workers at random instants while all of them are at full speed. */
final class Stress {
  private static final int WORKERS = 3;
  private static final int MOST_PAUSE_MS = 20;

  /** How long progress is counted, before and during a stop. */
  private static final int MEASURE_MS = 50;

  /** One stop for so many kills. */
  private static final int KILLS_PER_STOP = 4;

  private final AllocatorProvider provider;
  private final PoolGeometry geometry;
  private final long largest;
  private final Random random;
  private final List<Party> parties = new ArrayList<>();
  private long before;
  private long during;
  private int killed;

  Stress(AllocatorProvider provider, PoolGeometry geometry, long largest, long seed) {
    this.provider = provider;
    this.geometry = geometry;
    this.largest = Math.max(Long.BYTES, largest);
    this.random = new Random(seed);
  }

  /** Goes on until so many workers were killed, and says what it saw. */
  String run(int kills) {
    while (killed < kills) {
      try (Crew crew = new Crew(provider, geometry)) {
        oneRegion(crew, kills);
      }
    }
    return String.format(
        "%s: %d killed; survivors' rate during a stop: %.2f of the rate before",
        provider.name(), killed, before == 0 ? Double.NaN : (double) during / before);
  }

  /** Owner numbers are not used again, so a region sees only so many deaths. */
  private void oneRegion(Crew crew, int kills) {
    parties.clear();
    for (int i = 0; i < WORKERS; i++) {
      start(crew, crew.join());
    }
    while (killed < kills) {
      pause(1 + random.nextInt(MOST_PAUSE_MS));
      Party victim = parties.get(random.nextInt(parties.size()));
      if (killed % KILLS_PER_STOP == 0) {
        stop(crew, victim);
      }
      parties.remove(victim);
      crew.kill(victim);
      killed++;
      parties.getFirst().reclaim(victim.owner());
      checkAtRest(crew, victim);
      Party heir = crew.join();
      if (heir == null) {
        break;
      }
      start(crew, heir);
    }
    settle(crew);
  }

  private void start(Crew crew, Party party) {
    parties.add(party);
    crew.worker(party).call("churn", random.nextLong(), largest);
  }

  private void stop(Crew crew, Party victim) {
    List<Party> others = new ArrayList<>(parties);
    others.remove(victim);
    before += measure(crew, others);
    crew.worker(victim).signal("STOP");
    try {
      during += measure(crew, others);
    } finally {
      crew.worker(victim).signal("CONT");
    }
  }

  /** Counts what each of some parties gets done in a while, which must be something. */
  private static long measure(Crew crew, List<Party> parties) {
    long[] start = progress(crew, parties);
    pause(MEASURE_MS);
    long[] end = progress(crew, parties);
    long sum = 0;
    for (int i = 0; i < start.length; i++) {
      // Under load a process may not be scheduled at all for a while: that is no stall.
      for (int more = 0; end[i] == start[i]; more++) {
        if ((long) more * MEASURE_MS > Watchdog.limit().toMillis()) {
          throw new AssertionError("participant " + parties.get(i).owner() + " is held up");
        }
        pause(MEASURE_MS);
        end[i] = crew.worker(parties.get(i)).call("progress");
      }
      sum += end[i] - start[i];
    }
    return sum;
  }

  private static long[] progress(Crew crew, List<Party> parties) {
    return parties.stream().mapToLong(party -> crew.worker(party).call("progress")).toArray();
  }

  /** Lets all finish what they do, looks, and lets them go on. */
  private void checkAtRest(Crew crew, Party dead) {
    parties.forEach(party -> crew.worker(party).call("pause"));
    LiveBlocks blocks = new LiveBlocks(geometry);
    Referee referee = new Referee(crew, blocks);
    Referee.expect(List.of(), crew.observer().verify(), "broken invariants after reclaim");
    Referee.expect(
        List.of(),
        referee.list(crew.observer(), dead.owner()),
        "blocks left of participant " + dead.owner());
    for (int owner = 1; owner <= Owner.IN_FLIGHT; owner++) {
      for (long address : referee.list(crew.observer(), owner)) {
        // The model refuses blocks that overlap.
        blocks.add(address, Address.length(address), owner);
      }
    }
    parties.forEach(party -> crew.worker(party).call("churn", random.nextLong(), largest));
  }

  /** Ends it: everything is freed, and the pool must be as new. */
  private void settle(Crew crew) {
    parties.forEach(party -> crew.worker(party).call("pause"));
    parties.forEach(party -> crew.worker(party).call("settle"));
    Party heir = parties.getFirst();
    Referee referee = new Referee(crew, new LiveBlocks(geometry));
    for (long address : referee.list(crew.observer(), Owner.IN_FLIGHT)) {
      heir.transfer(address, Owner.IN_FLIGHT, heir.owner());
      heir.free(address);
    }
    parties.forEach(Party::flush);
    referee.check();
    AsNew.check(new LocalSite(provider, geometry), crew, parties, largest);
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
