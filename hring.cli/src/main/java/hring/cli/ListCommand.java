package hring.cli;

import hring.api.Hring;
import hring.api.RingInfo;
import hring.api.spi.region.RegionFiles;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Lists the rings. */
@Command(
    name = "ls",
    description = {
      "Lists the rings of this machine, alive, stale (the sender is gone) or unreadable.",
      ""
    })
final class ListCommand implements Runnable {
  private static final String ROW = "%-24s %-10s %8s %-12s %-10s %-8s %9s %9s %9s%n";

  @Option(names = "--json", description = "Prints one JSON object a line, sizes in bytes.")
  private boolean json;

  @Option(
      names = "--dir",
      paramLabel = "DIRECTORY",
      description = "The directory of the regions (default: /dev/shm).")
  private Path directory = RegionFiles.SHM;

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    List<RingInfo> rings = Hring.rings(directory);
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      rings.forEach(ring -> out.println(RingJson.of(ring)));
    } else if (!rings.isEmpty()) {
      out.printf(
          ROW,
          "NAME",
          "CONDITION",
          "PID",
          "USER",
          "PLACEMENT",
          "ALLOC",
          "POOL",
          "USED",
          "RECEIVERS");
      rings.forEach(ring -> printRow(out, ring));
    }
    out.flush();
  }

  private static void printRow(PrintWriter out, RingInfo ring) {
    out.printf(
        ROW,
        ring.name(),
        ring.condition().name().toLowerCase(Locale.ROOT),
        ring.pid(),
        ring.user(),
        ring.details().map(d -> EnumName.of(d.placement())).orElse("-"),
        ring.details().map(RingInfo.Details::allocator).orElse("-"),
        ring.details().map(d -> ByteSize.format(d.poolSize())).orElse("-"),
        ring.details()
            .flatMap(RingInfo.Details::use)
            .map(use -> ByteSize.format(use.used()))
            .orElse("-"),
        ring.details().map(d -> Integer.toString(d.receivers())).orElse("-"));
  }
}
