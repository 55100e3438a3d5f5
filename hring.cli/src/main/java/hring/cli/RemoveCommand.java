package hring.cli;

import hring.api.Hring;
import hring.api.HringException;
import hring.api.RingInfo;
import hring.api.RingInfo.Condition;
import hring.api.spi.region.RegionFiles;
import hring.api.spi.region.SystemCalls;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Removes what dead senders left. */
@Command(
    name = "rm",
    description = {
      "Removes the stale regions of this user, whose senders are gone. Never touches a ring whose"
          + " sender is alive. --stale goes on after one that cannot be removed, and says at the"
          + " end what was left and why.",
      ""
    })
final class RemoveCommand implements Callable<Integer> {
  @ArgGroup(multiplicity = "1")
  private What what;

  @Option(
      names = "--dir",
      paramLabel = "DIRECTORY",
      description = "The directory of the regions (default: /dev/shm).")
  private Path directory = RegionFiles.SHM;

  @Spec private CommandSpec spec;

  /** Which. */
  private static final class What {
    @Parameters(paramLabel = "NAME", arity = "1", description = "The name of a ring.")
    private String name;

    @Option(names = "--stale", required = true, description = "All stale regions of this user.")
    private boolean stale;
  }

  @Override
  public Integer call() {
    return what.stale ? removeAll() : removeNamed();
  }

  /**
   * Goes on after what cannot be removed, and says at the end what was left. What a living sender
   * is making is nobody's business.
   */
  private int removeAll() {
    List<RingInfo> found = unused();
    Map<String, String> reasons = new HashMap<>();
    for (String name : found.stream().map(RingInfo::name).distinct().toList()) {
      try {
        remove(name);
      } catch (HringException e) {
        reasons.put(name, OptionNames.in(e.getMessage()));
      }
    }
    List<RingInfo> left =
        found.stream()
            .filter(ring -> Files.exists(ring.file(), LinkOption.NOFOLLOW_LINKS))
            .filter(
                ring ->
                    ring.condition() != Condition.UNFINISHED || reasons.containsKey(ring.name()))
            .toList();
    for (RingInfo ring : left) {
      String reason = reasons.getOrDefault(ring.name(), whyLeft(ring));
      ErrorReport.say(spec.commandLine(), "left " + ring.file() + ": " + reason);
    }
    return left.isEmpty() ? ExitCode.OK : ExitCode.ERROR;
  }

  private static String whyLeft(RingInfo ring) {
    return ring.condition() == Condition.STALE
        ? "a receiver is still attached to it"
        : "it is no region, or one of a layout of which nobody can tell whether it is in use; if"
            + " you know that it is not, remove the file";
  }

  /** Lists what this user has in the directory and no living sender uses. */
  private List<RingInfo> unused() {
    return Hring.rings(directory).stream()
        .filter(ring -> !ring.condition().isInUse() && isOwn(ring))
        .toList();
  }

  private static boolean isOwn(RingInfo ring) {
    return ring.uid() == SystemCalls.present().userId();
  }

  private int removeNamed() {
    for (RingInfo ring : Hring.rings(directory)) {
      if (ring.name().equals(what.name) && ring.condition().isInUse() && isOwn(ring)) {
        throw new Failure(
            ExitCode.ERROR,
            "the ring '"
                + ring.name()
                + "' is in use: its sender, process "
                + ring.pid()
                + ", is alive; end that process first");
      }
    }
    if (remove(what.name) == 0) {
      throw new Failure(
          ExitCode.NOT_THERE,
          "no ring of this user is named '" + what.name + "' in " + directory + "; see 'hring ls'");
    }
    return ExitCode.OK;
  }

  private int remove(String name) {
    List<Path> removed = Hring.removeStale(directory, name);
    PrintWriter out = spec.commandLine().getOut();
    removed.forEach(file -> out.println("removed " + file));
    out.flush();
    return removed.size();
  }
}
