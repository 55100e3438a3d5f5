package hring.cli;

import hring.api.Hring;
import hring.api.Receiver;
import hring.api.ReceiverBuilder;
import hring.api.StreamState;
import hring.api.WaitStrategy;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.WritableByteChannel;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

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

  @Mixin private SourceOptions source;

  @Option(
      names = "--wait-strategy",
      paramLabel = "HOW",
      converter = EnumName.OfWaitStrategy.class,
      description = "spin, spin-then-park (the default) or park.")
  private WaitStrategy strategy = WaitStrategy.SPIN_THEN_PARK;

  @Option(
      names = "--pre-touch",
      description =
          "Maps every page of the pool before the first message, rather than when it is used.")
  private boolean preTouch;

  @Override
  public Integer call() {
    try (Receiver receiver = attach();
        WritableByteChannel out = new FileOutputStream(FileDescriptor.out).getChannel()) {
      receive(receiver, new MessagePrinter(out, source.lines));
      return Endings.exitCode(
          source.name,
          receiver.lastEnd().orElseThrow(),
          "everything that it had submitted was received");
    } catch (IOException e) {
      throw unwritable(e);
    } catch (UncheckedIOException e) {
      throw unwritable(e.getCause());
    }
  }

  private Receiver attach() {
    ReceiverBuilder builder =
        Hring.receiver(source.name)
            .directory(source.directory)
            .waitStrategy(strategy)
            .waitFor(source.wait);
    if (preTouch) {
      builder.preTouch();
    }
    return source.open(builder::fromUser, builder::attach);
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
