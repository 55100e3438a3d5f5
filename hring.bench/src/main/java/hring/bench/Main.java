package hring.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The command bin/bench. */
@Command(
    name = "bench",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Measures hring beside its peers and beside the limits of the machine.")
public final class Main implements Callable<Integer> {
  private static final int FULL_RUNS = 5;
  private static final int QUICK_RUNS = 3;

  @Option(names = "--quick", description = "3 short runs of each case, for a first look.")
  private boolean quick;

  @Option(
      names = "--only",
      paramLabel = "REGEX",
      description =
          "The cases whose names match as a whole, for instance 'hring/.*' or '.*'. Without it, the"
              + " most important ones.")
  private Pattern only;

  @Option(names = "--runs", paramLabel = "N", description = "How many measured runs of each case.")
  private Integer runs;

  @Option(names = "--json", paramLabel = "FILE", description = "Writes the results as JSON.")
  private Path json;

  @Option(names = "--svg", paramLabel = "DIR", description = "Draws pictures of the results.")
  private Path svg;

  @Option(
      names = "--fragmentation",
      description = "Prints how much the allocators lose to rounding, and measures nothing.")
  private boolean fragmentation;

  @Option(names = "--list", description = "Prints the names of the cases that would be measured.")
  private boolean list;

  private boolean failed;

  private Main() {}

  /**
   * Runs the command.
   *
   * @param args its arguments
   */
  public static void main(String[] args) {
    System.exit(new CommandLine(new Main()).execute(args));
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (fragmentation) {
      System.out.print(Fragmentation.table());
      return CommandLine.ExitCode.OK;
    }
    List<Case> cases = cases();
    if (list) {
      cases.forEach(c -> System.out.println(c.name()));
      return CommandLine.ExitCode.OK;
    }
    if (cases.isEmpty()) {
      System.err.println("no case matches '" + only + "'; --list shows them");
      return CommandLine.ExitCode.USAGE;
    }
    Results all = measure(cases);
    List<Result> results = all.list(cases);
    System.out.print(Table.of(results));
    System.out.print(Ratios.of("all runs", results));
    printApart(all, cases);
    if (json != null) {
      new ObjectMapper()
          .enable(SerializationFeature.INDENT_OUTPUT)
          .writeValue(json.toFile(), results);
    }
    if (svg != null) {
      Pictures.draw(results, svg);
    }
    return failed ? CommandLine.ExitCode.SOFTWARE : CommandLine.ExitCode.OK;
  }

  private List<Case> cases() {
    return only == null
        ? Cases.byDefault()
        : Cases.all().stream().filter(c -> only.matcher(c.name()).matches()).toList();
  }

  /** Once more for near and for far cores: near ones against far ones say nothing. */
  private static void printApart(Results all, List<Case> cases) {
    if (all.has(Distance::isNear) && all.has(Distance::isFar)) {
      System.out.print(Ratios.of("near cores", all.where(Distance::isNear).list(cases)));
      System.out.print(Ratios.of("far cores", all.where(Distance::isFar).list(cases)));
    }
  }

  /** Case after case in each round, so that a change of the machine's speed meets all of them. */
  private Results measure(List<Case> cases) throws IOException, InterruptedException {
    Durations durations = quick ? Durations.QUICK : Durations.FULL;
    int rounds = runs != null ? runs : quick ? QUICK_RUNS : FULL_RUNS;
    Cores cores = Cores.find();
    System.out.println(Machine.description());
    System.out.println(cores.description());
    Results results = new Results();
    try (Launcher launcher = new Launcher(durations, cores)) {
      for (int round = 1; round <= rounds; round++) {
        for (Case measured : cases) {
          System.err.printf(Locale.ROOT, "round %d of %d: %s%n", round, rounds, measured.name());
          run(launcher, measured, results);
        }
      }
    }
    return results;
  }

  private void run(Launcher launcher, Case measured, Results results) throws InterruptedException {
    try {
      results.add(measured.name(), launcher.run(measured));
    } catch (IOException e) {
      failed = true;
      System.err.println(measured.name() + " failed: " + e.getMessage());
    }
  }
}
