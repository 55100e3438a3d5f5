package hring.cli;

import hring.api.Address;
import hring.api.Hring;
import hring.api.HringException;
import hring.api.Receiver;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The second process of the doctor. */
@Command(
    name = "doctor-receiver",
    hidden = true,
    description = {"Attaches to the rings of 'hring doctor', which starts it.", ""})
final class DoctorReceiverCommand implements Callable<Integer> {
  /** The answer for a ring that a message came over; else it is a sentence. */
  static final String WORKS = "works";

  private static final Duration PATIENCE = Duration.ofSeconds(5);

  @Parameters(paramLabel = "NAME", description = "The names of the rings.")
  private List<String> names;

  @Spec private CommandSpec spec;

  /** Prints a line for each ring, in their order. */
  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    for (String name : names) {
      out.println(answer(name).replace('\n', ' '));
    }
    out.flush();
    return ExitCode.OK;
  }

  private static String answer(String name) {
    try (Receiver receiver = Hring.receiver(name).attach()) {
      long message = receiver.take(PATIENCE);
      if (message == Address.NULL) {
        return "attached, and no message came within " + PATIENCE.toSeconds() + " s";
      }
      receiver.free(message);
      return WORKS;
    } catch (HringException e) {
      return OptionNames.in(e.getMessage());
    }
  }
}
