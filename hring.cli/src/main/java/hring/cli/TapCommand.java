package hring.cli;

import hring.api.Address;
import hring.api.Hring;
import hring.api.StreamState;
import hring.api.Tap;
import hring.api.TapBuilder;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.channels.WritableByteChannel;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
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

  @Mixin private SourceOptions source;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    try (Tap tap = open();
        WritableByteChannel out = new FileOutputStream(FileDescriptor.out).getChannel()) {
      try {
        lookOn(tap, new MessagePrinter(out, source.lines));
      } finally {
        sayMissed(tap.missed());
      }
      return Endings.exitCode(
          source.name,
          tap.lastEnd().orElseThrow(),
          "everything that could still be seen was written");
    } catch (IOException e) {
      throw unwritable(e);
    } catch (UncheckedIOException e) {
      throw unwritable(e.getCause());
    }
  }

  private Tap open() {
    TapBuilder builder = Hring.tap(source.name).directory(source.directory).waitFor(source.wait);
    return source.open(builder::fromUser, builder::open);
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
