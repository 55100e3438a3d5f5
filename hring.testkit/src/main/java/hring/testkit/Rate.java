package hring.testkit;

import java.util.List;

/** How fast some workers go on, over all the times that it was measured. */
final class Rate {
  private static final int MEASURE_MS = 50;
  private static final double NANOS_PER_SECOND = 1e9;

  private long steps;
  private long nanos;

  /** Counts what each of some parties gets done in a while, which must be something. */
  void measure(Crew crew, List<Party> parties) {
    long begin = System.nanoTime();
    long[] start = progress(crew, parties);
    pause();
    long[] end = progress(crew, parties);
    for (int i = 0; i < start.length; i++) {
      // Under load a process may not be scheduled at all for a while: that is no stall.
      for (int more = 0; end[i] == start[i]; more++) {
        if ((long) more * MEASURE_MS > Watchdog.limit().toMillis()) {
          throw new AssertionError("participant " + parties.get(i).owner() + " is held up");
        }
        pause();
        end[i] = crew.worker(parties.get(i)).call("progress");
      }
      steps += end[i] - start[i];
    }
    nanos += System.nanoTime() - begin;
  }

  double perSecond() {
    return steps * NANOS_PER_SECOND / nanos;
  }

  private static long[] progress(Crew crew, List<Party> parties) {
    return parties.stream().mapToLong(party -> crew.worker(party).call("progress")).toArray();
  }

  private static void pause() {
    try {
      Thread.sleep(MEASURE_MS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }
}
