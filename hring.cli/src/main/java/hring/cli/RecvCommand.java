package hring.cli;

import hring.api.Hring;
import hring.api.NameException;
import hring.api.Receiver;
import hring.api.ReceiverBuilder;
import hring.api.StreamState;
import hring.api.WaitStrategy;
import hring.api.spi.region.RegionFiles;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Receives to standard output. */
@Command(
    name = "recv",
    description = {
      "Attaches to a ring and writes its messages to standard output, byte for byte, until the"
          + " sender ends.",
      "",
      "Several receivers share the messages: each message reaches exactly one.",
      ""
    })
final class RecvCommand implements Callable<Integer> {
  private static final int RUN = 64;
  private static final Duration LOOK = Duration.ofSeconds(1);

  @Parameters(paramLabel = "NAME", description = "The name of the ring.")
  private String name;

  @Option(
      names = "--wait",
      paramLabel = "DURATION",
      converter = WaitTime.class,
      description =
          "How long to wait for the sender to open the ring: 500ms, 10s, 2m (default: not at all).")
  private Duration wait = Duration.ZERO;

  @Option(
      names = "--lines",
      description = "Ends each message with a newline unless it has one already.")
  private boolean lines;

  @Option(
      names = "--wait-strategy",
      paramLabel = "HOW",
      converter = EnumName.OfWaitStrategy.class,
      description = "spin, spin-then-park (the default) or park.")
  private WaitStrategy strategy = WaitStrategy.SPIN_THEN_PARK;

  @Option(
      names = "--from-user",
      paramLabel = "USER",
      description = "Trusts a ring of this user (default: only one's own).")
  private String user;

  @Option(
      names = "--pre-touch",
      description =
          "Maps every page of the pool before the first message, rather than when it is used.")
  private boolean preTouch;

  @Option(
      names = "--dir",
      paramLabel = "DIRECTORY",
      description = "The directory of the region (default: /dev/shm).")
  private Path directory = RegionFiles.SHM;

  @Override
  public Integer call() {
    try (Receiver receiver = attach();
        WritableByteChannel out = new FileOutputStream(FileDescriptor.out).getChannel()) {
      receive(receiver, new MessagePrinter(out, lines));
      return Endings.exitCode(
          name, receiver.lastEnd().orElseThrow(), "everything that it had submitted was received");
    } catch (IOException e) {
      throw unwritable(e);
    } catch (UncheckedIOException e) {
      throw unwritable(e.getCause());
    }
  }

  private Receiver attach() {
    ReceiverBuilder builder =
        Hring.receiver(name).directory(directory).waitStrategy(strategy).waitFor(wait);
    if (user != null) {
      builder.fromUser(user);
    }
    if (preTouch) {
      builder.preTouch();
    }
    try {
      return builder.attach();
    } catch (NameException e) {
      throw new Failure(ExitCode.NOT_THERE, OptionNames.in(e.getMessage()), e);
    }
  }

  private static void receive(Receiver receiver, MessagePrinter printer) throws IOException {
    StreamState state = StreamState.OPEN;
    while (state == StreamState.OPEN) {
      if (receiver.poll(printer, RUN) == 0) {
        printer.flush();
        receiver.await(LOOK);
        if (Thread.currentThread().isInterrupted()) {
          throw Failure.interrupted();
        }
        state = receiver.state();
      }
    }
  }

  private static Failure unwritable(IOException e) {
    return new Failure(
        ExitCode.ERROR,
        "cannot write to standard output: "
            + e.getMessage()
            + "; messages that were claimed and not written are lost",
        e);
  }
}
