package hring.cli;

import hring.api.Diagnosis;
import hring.api.Hring;
import hring.api.spi.region.RegionFiles;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Tells what works here. */
@Command(
    name = "doctor",
    description = {
      "Tries what hring needs from this machine, and says what is missing and what to do.",
      ""
    })
final class DoctorCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
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
    boolean works = false;
    for (Diagnosis.Transport transport : diagnosis.transports()) {
      works |= transport.works();
      out.println(
          "transport "
              + transport.name()
              + (transport.works() ? ": works" : ": does not work here"));
      transport.findings().forEach(finding -> out.println("  " + OptionNames.in(finding)));
    }
    out.println(
        "allocators: "
            + (diagnosis.allocators().isEmpty()
                ? "none"
                : String.join(", ", diagnosis.allocators())));
    out.flush();
    if (!works) {
      throw new Failure(
          ExitCode.ERROR,
          "no transport works here; the findings above name what to change, or the module path"
              + " lacks hring.uring");
    }
    return ExitCode.OK;
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
