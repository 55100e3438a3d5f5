package hring.cli;

import hring.api.Hring;
import hring.api.RingInfo;
import hring.api.spi.region.RegionFiles;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Lists the rings. */
@Command(
    name = "ls",
    description = {
      "Lists the rings of this machine: alive, owner-thread-dead (the sender's process runs, and"
          + " nobody can send any more), stale (the sender is gone), unfinished or unreadable.",
      ""
    })
final class ListCommand implements Runnable {
  private static final List<String> TITLES =
      List.of(
          "NAME",
          "CONDITION",
          "PID",
          "USER",
          "TRANSPORT",
          "PLACEMENT",
          "ALLOC",
          "POOL",
          "USED",
          "RECEIVERS");

  /** How many of the last columns hold numbers. */
  private static final int NUMBERS = 3;

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
      List<List<String>> rows = new ArrayList<>(List.of(TITLES));
      rings.forEach(ring -> rows.add(row(ring)));
      print(out, rows);
    }
    out.flush();
  }

  private static List<String> row(RingInfo ring) {
    Optional<RingInfo.Details> details = ring.details();
    return List.of(
        ring.name(),
        EnumName.of(ring.condition()),
        Long.toString(ring.pid()),
        ring.user(),
        details.map(RingInfo.Details::transport).orElse("-"),
        details.map(d -> EnumName.of(d.placement())).orElse("-"),
        details.map(RingInfo.Details::allocator).orElse("-"),
        details.map(d -> ByteSize.format(d.poolSize())).orElse("-"),
        details.flatMap(RingInfo.Details::use).map(use -> ByteSize.format(use.used())).orElse("-"),
        details.map(d -> Integer.toString(d.receivers())).orElse("-"));
  }

  /** Prints columns as wide as their widest entry; those of the last titles hold numbers. */
  private static void print(PrintWriter out, List<List<String>> rows) {
    int[] widths = new int[TITLES.size()];
    for (List<String> row : rows) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < widths.length; i++) {
        String padding = " ".repeat(widths[i] - row.get(i).length());
        boolean right = i >= TITLES.size() - NUMBERS;
        line.append(right ? padding : "").append(row.get(i)).append(right ? "" : padding);
        line.append("  ");
      }
      out.println(line.toString().stripTrailing());
    }
  }
}
