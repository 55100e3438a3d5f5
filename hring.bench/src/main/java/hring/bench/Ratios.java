package hring.bench;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The ratios that matter, of medians; without a judgement. */
final class Ratios {
  private static final String TIME = "time";
  private static final String P50 = "p50";
  private static final String CPU = "cpu";

  private static final List<Ratio> ALL =
      List.of(
          new Ratio("hring/batched/8", "agrona/one-to-one/8", TIME),
          new Ratio("hring/batched/8", "aeron/ipc/8", TIME),
          new Ratio("hring/single/8", "nop/loop", TIME),
          new Ratio("hring/single/8", "nop/stream/8", TIME),
          new Ratio("hring/loop/8", "nop/loop", TIME),
          new Ratio("hring/rtt/spin", "nop/rtt", P50),
          new Ratio("hring/rtt/spin", "nop/rtt/8", P50),
          new Ratio("hring/rtt/park", "uds/rtt", P50),
          new Ratio("hring/rtt/spin@shm", "agrona/rtt/spin", P50),
          new Ratio("hring/rtt/spin@shm", "aeron/rtt/spin", P50),
          new Ratio("hring/rtt/spin@shm", "hring/rtt/spin", P50),
          new Ratio("hring/rtt/park@shm", "uds/rtt", P50),
          new Ratio("hring/batched/8@shm", "hring/batched/8", TIME),
          new Ratio("hring/single/8@shm", "hring/single/8", TIME),
          new Ratio("hring/send/8@shm", "uds/8", TIME),
          new Ratio("hring/send/8@shm", "agrona/one-to-one/8", TIME),
          new Ratio("hring/send/8@shm", "aeron/ipc/8", TIME),
          new Ratio("hring/send/8", "uds/8", TIME),
          new Ratio("hring/send/64@shm", "agrona/one-to-one/64", TIME),
          new Ratio("hring/send/64@shm", "aeron/ipc/64", TIME),
          new Ratio("hring/send/256@shm", "agrona/one-to-one/256", TIME),
          new Ratio("hring/send/256@shm", "aeron/ipc/256", TIME),
          new Ratio("hring/send/1024@shm", "agrona/one-to-one/1024", TIME),
          new Ratio("hring/send/1024@shm", "aeron/ipc/1024", TIME),
          new Ratio("hring/send-each/8@shm", "aeron/ipc/8", TIME),
          new Ratio("hring/send-each/8@shm", "chronicle/queue/8", TIME),
          new Ratio("hring/rtt/spin@shm", "chronicle/rtt/spin", P50),
          new Ratio("hring/rtt/copied@shm", "agrona/rtt/spin", P50),
          new Ratio("hring/rtt/copied@shm", "aeron/rtt/spin", P50),
          new Ratio("hring/batched/1024@shm", "agrona/one-to-one/1024", TIME),
          new Ratio("hring/batched/1024@shm", "aeron/ipc/1024", TIME),
          new Ratio("hring/batched/1048576", "shm/copyless/1048576", "throughput"),
          new Ratio("hring/batched/1048576", "uds/1048576", "throughput"),
          // Messages a second of two receivers against those of one.
          new Ratio("hring/receivers/1", "hring/receivers/2", TIME),
          // The sender's CPU time for each message that three receivers get, and its peers'.
          new Ratio("hring/broadcast/3", "hring/broadcast/1", CPU),
          new Ratio("hring/broadcast/3@shm", "hring/broadcast/1@shm", CPU),
          new Ratio("agrona/broadcast/3", "agrona/broadcast/1", CPU),
          new Ratio("aeron/broadcast/3", "aeron/broadcast/1", CPU),
          new Ratio("hring/broadcast/3@shm", "agrona/broadcast/3", CPU),
          new Ratio("hring/broadcast/3@shm", "aeron/broadcast/3", CPU),
          // The time that two workers take for each message, against one.
          new Ratio("hring/workers/2", "hring/workers/1", TIME));

  private Ratios() {}

  /**
   * Returns a line for each ratio of which both cases were measured.
   *
   * @param runs which runs these are
   */
  static String of(String runs, List<Result> results) {
    StringBuilder lines = new StringBuilder();
    for (Ratio ratio : ALL) {
      Optional<Result> above = Results.find(results, ratio.above, ratio.metric);
      Optional<Result> below = Results.find(results, ratio.below, ratio.metric);
      if (above.isPresent() && below.isPresent()) {
        lines.append(
            String.format(
                Locale.ROOT,
                "%-58s %8.3f  (%d and %d runs)%n",
                ratio.above + " / " + ratio.below + ", " + ratio.metric,
                above.get().median() / below.get().median(),
                above.get().runs(),
                below.get().runs()));
      }
    }
    return lines.isEmpty() ? "" : "ratios of medians, " + runs + System.lineSeparator() + lines;
  }

  private record Ratio(String above, String below, String metric) {}
}
