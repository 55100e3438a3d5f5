package hring.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Which cores the sides run on, as a prefix of their command lines. */
final class Cores {
  private final List<Integer> cores;
  private final boolean pinned;

  private Cores(List<Integer> cores, boolean pinned) {
    this.cores = cores;
    this.pinned = pinned;
  }

  /** Finds the cores that this process may use, one thread of each if there are two cores. */
  static Cores find() throws IOException {
    List<Integer> allowed = allowed();
    List<Integer> cores = new ArrayList<>();
    for (int cpu : allowed) {
      if (firstSibling(cpu, allowed) == cpu) {
        cores.add(cpu);
      }
    }
    List<Integer> usable = cores.size() > 1 ? cores : allowed;
    boolean taskset =
        Stream.of(System.getenv().getOrDefault("PATH", "").split(":", -1))
            .anyMatch(directory -> Files.isExecutable(Path.of(directory, "taskset")));
    return new Cores(usable, taskset && usable.size() > 1);
  }

  private static List<Integer> allowed() throws IOException {
    try (Stream<String> lines = Files.lines(Path.of("/proc/self/status"))) {
      return lines
          .filter(line -> line.startsWith("Cpus_allowed_list:"))
          .findFirst()
          .map(line -> parseList(line.substring(line.indexOf(':') + 1).strip()))
          .orElse(List.of(0));
    }
  }

  private static int firstSibling(int cpu, List<Integer> allowed) throws IOException {
    Path siblings = Path.of("/sys/devices/system/cpu/cpu" + cpu + "/topology/thread_siblings_list");
    if (!Files.isReadable(siblings)) {
      return cpu;
    }
    return parseList(Files.readString(siblings).strip()).stream()
        .filter(allowed::contains)
        .findFirst()
        .orElse(cpu);
  }

  /** Parses a list such as "0-2,5". */
  private static List<Integer> parseList(String list) {
    List<Integer> numbers = new ArrayList<>();
    for (String range : list.split(",", -1)) {
      int dash = range.indexOf('-');
      int from = Integer.parseInt(dash < 0 ? range : range.substring(0, dash));
      int to = dash < 0 ? from : Integer.parseInt(range.substring(dash + 1));
      for (int i = from; i <= to; i++) {
        numbers.add(i);
      }
    }
    return numbers;
  }

  List<String> sideA() {
    return pin(List.of(cores.getFirst()));
  }

  /** One receiver gets a core, several share all that are left. */
  List<String> sideB(int receivers) {
    return pinned
        ? pin(receivers == 1 ? cores.subList(1, 2) : cores.subList(1, cores.size()))
        : List.of();
  }

  private List<String> pin(List<Integer> to) {
    return pinned
        ? List.of(
            "taskset", "-c", to.stream().map(String::valueOf).collect(Collectors.joining(",")))
        : List.of();
  }

  String description() {
    return pinned
        ? "pinned: side A to core "
            + cores.getFirst()
            + ", side B to core "
            + cores.get(1)
            + " (several receivers share all but side A's)"
        : "NOT pinned: there is no taskset, or only one core; the figures mean little";
  }
}
