package hring.cli;

import hring.api.Address;
import hring.api.Hring;
import hring.api.NameException;
import hring.api.StreamState;
import hring.api.Tap;
import hring.api.TapBuilder;
import hring.api.spi.region.RegionFiles;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Looks on, to standard output. */
@Command(
    name = "tap",
    description = {
      "Looks on at a ring and writes the messages that it can see to standard output, byte for"
          + " byte, until the sender ends; then says how many it missed. It takes none from the"
          + " receivers, and nobody waits for it.",
      "",
      "Of a ring that delivers to each it sees what is not freed yet; of one whose receivers share"
          + " the messages, what none of them has claimed.",
      ""
    })
final class TapCommand implements Callable<Integer> {
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
      names = "--from-user",
      paramLabel = "USER",
      description = "Trusts a ring of this user (default: only one's own).")
  private String user;

  @Option(
      names = "--dir",
      paramLabel = "DIRECTORY",
      description = "The directory of the region (default: /dev/shm).")
  private Path directory = RegionFiles.SHM;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    try (Tap tap = open();
        WritableByteChannel out = new FileOutputStream(FileDescriptor.out).getChannel()) {
      try {
        lookOn(tap, new MessagePrinter(out, lines));
      } finally {
        sayMissed(tap.missed());
      }
      return Endings.exitCode(
          name, tap.lastEnd().orElseThrow(), "everything that could still be seen was written");
    } catch (IOException e) {
      throw unwritable(e);
    } catch (UncheckedIOException e) {
      throw unwritable(e.getCause());
    }
  }

  private Tap open() {
    TapBuilder builder = Hring.tap(name).directory(directory).waitFor(wait);
    if (user != null) {
      builder.fromUser(user);
    }
    try {
      return builder.open();
    } catch (NameException e) {
      throw new Failure(ExitCode.NOT_THERE, OptionNames.in(e.getMessage()), e);
    }
  }

  private static void lookOn(Tap tap, MessagePrinter printer) throws IOException {
    Consumer<MemorySegment> print = message -> printer.onMessage(Address.NULL, message);
    StreamState state = StreamState.OPEN;
    while (state == StreamState.OPEN) {
      boolean shown = tap.poll(print, RUN) > 0;
      if (!shown) {
        printer.flush();
        tap.await(LOOK);
        state = tap.state();
      }
      // Also in the middle of a stream, which need not have an end.
      if (Thread.currentThread().isInterrupted()) {
        throw Failure.interrupted();
      }
    }
  }

  private void sayMissed(long missed) {
    ErrorReport.say(
        spec.commandLine(), "missed " + missed + (missed == 1 ? " message" : " messages"));
  }

  private static Failure unwritable(IOException e) {
    return new Failure(ExitCode.ERROR, "cannot write to standard output: " + e.getMessage(), e);
  }
}
