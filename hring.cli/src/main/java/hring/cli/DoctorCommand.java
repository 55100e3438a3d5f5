package hring.cli;

import hring.api.Diagnosis;
import hring.api.Hring;
import hring.api.spi.region.RegionFiles;
import hring.api.spi.region.SystemCalls;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Says what works here. */
@Command(
    name = "doctor",
    description = {
      "Tries what hring needs from this machine, with a second process that attaches to rings of"
          + " each kind, and says what is missing and what to do.",
      ""
    })
final class DoctorCommand implements Callable<Integer> {
  private static final Path PTRACE_SCOPE = Path.of("/proc/sys/kernel/yama/ptrace_scope");
  private static final String CAPABILITIES = "CapEff:";
  private static final int CAP_SYS_PTRACE = 19;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException, InterruptedException {
    Diagnosis diagnosis = Hring.diagnose();
    PrintWriter out = spec.commandLine().getOut();
    out.println(
        "machine: "
            + System.getProperty("os.name")
            + " "
            + System.getProperty("os.version")
            + " "
            + System.getProperty("os.arch")
            + ", Java "
            + Runtime.version());
    out.println("regions: " + room());
    out.println(
        "logging out: "
            + RemoveIpc.sentence(
                Path.of("/"), SystemCalls.present().userId(), System.getProperty("user.name")));
    out.println("tracing: " + tracing());
    for (Diagnosis.Transport transport : diagnosis.transports()) {
      out.println("transport " + transport.name());
      transport.findings().forEach(finding -> out.println("  " + OptionNames.in(finding)));
    }
    out.println(
        "allocators: "
            + (diagnosis.allocators().isEmpty()
                ? "none"
                : String.join(", ", diagnosis.allocators())));
    out.println("rings that another process of this user attaches to:");
    out.flush();
    RingTrials.Trial taken;
    try (RingTrials trials = new RingTrials()) {
      List<RingTrials.Trial> tried =
          trials.tryAll(diagnosis.transports().stream().map(Diagnosis.Transport::name).toList());
      tried.forEach(trial -> out.println("  " + trial.ring() + ": " + trial.answer()));
      taken = tried.getFirst();
    }
    out.flush();
    if (!taken.works()) {
      throw new Failure(
          ExitCode.ERROR,
          "a ring that is opened without options does not work here; the lines above name what to"
              + " change, or the module path lacks hring.uring or hring.shm");
    }
    return ExitCode.OK;
  }

  /** Needed for rings in the kernel alone. */
  private static String tracing() throws IOException {
    String scope =
        Files.exists(PTRACE_SCOPE) ? Files.readString(PTRACE_SCOPE).strip() : "absent (no Yama)";
    boolean capable =
        Files.readAllLines(Path.of("/proc/self/status")).stream()
            .filter(line -> line.startsWith(CAPABILITIES))
            .map(line -> Long.parseUnsignedLong(line.substring(CAPABILITIES.length()).strip(), 16))
            .anyMatch(effective -> (effective >>> CAP_SYS_PTRACE & 1) != 0);
    return "kernel.yama.ptrace_scope is "
        + scope
        + ", this process has "
        + (capable ? "" : "no ")
        + "CAP_SYS_PTRACE; only rings in the kernel need it";
  }

  private static String room() throws IOException {
    FileStore store = Files.getFileStore(RegionFiles.SHM);
    return RegionFiles.SHM
        + " ("
        + store.type()
        + "), "
        + ByteSize.format(store.getUsableSpace())
        + " of "
        + ByteSize.format(store.getTotalSpace())
        + " free";
  }
}
