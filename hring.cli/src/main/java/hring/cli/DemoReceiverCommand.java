package hring.cli;

import hring.api.Hring;
import hring.api.Receiver;
import hring.api.StreamState;
import hring.api.spi.region.RegionFiles;
import java.io.PrintWriter;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The second process of the demo. */
@Command(
    name = "demo-receiver",
    hidden = true,
    description = {"Receives for 'hring demo', which starts it.", ""})
final class DemoReceiverCommand implements Callable<Integer> {
  private static final int RUN = 1024;
  private static final Duration LOOK = Duration.ofSeconds(1);

  /** The sender opens the ring once this process is there. */
  private static final Duration OPENED = Duration.ofSeconds(30);

  @Parameters(paramLabel = "NAME", description = "The name of the ring.")
  private String name;

  @Option(names = "--dir", paramLabel = "DIRECTORY", description = "The directory of the region.")
  private Path directory = RegionFiles.SHM;

  @Spec private CommandSpec spec;

  private long messages;
  private long checkSum;
  private long first;
  private long last;

  @Override
  public Integer call() {
    StreamState state = StreamState.OPEN;
    try (Receiver receiver = Hring.receiver(name).directory(directory).waitFor(OPENED).attach()) {
      while (state == StreamState.OPEN && !Thread.currentThread().isInterrupted()) {
        if (poll(receiver) == 0) {
          receiver.await(LOOK);
          state = receiver.state();
        }
      }
    }
    if (state != StreamState.SENDER_CLOSED) {
      throw new Failure(ExitCode.SENDER_DIED, "the sending process of the demo ended early");
    }
    PrintWriter out = spec.commandLine().getOut();
    out.println(new DemoResult(messages, checkSum, last - first).toLine());
    out.flush();
    return ExitCode.OK;
  }

  private int poll(Receiver receiver) {
    long before = System.nanoTime();
    int handled =
        receiver.poll(
            (address, payload) -> {
              checkSum = DemoResult.add(checkSum, payload.get(ValueLayout.JAVA_LONG, 0));
              messages++;
            },
            RUN);
    if (handled > 0) {
      first = first == 0 ? before : first;
      last = System.nanoTime();
    }
    return handled;
  }
}
