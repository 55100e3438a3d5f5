package hring.cli;

import hring.api.HringException;
import hring.api.Placement;
import hring.api.Recovered;
import hring.api.Sender;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Sends standard input or a file. */
@Command(
    name = "send",
    description = {
      "Opens a ring and sends standard input, or a file, as messages.",
      "",
      "Waits for a receiver before it reads anything, waits while the pool or the ring is full, and"
          + " ends when every message was claimed. If all receivers go away meanwhile it waits for"
          + " another one, for ever unless --wait is given. If receivers were killed, it says at"
          + " the end what was lost or delivered again. If it fails or is interrupted once it has"
          + " begun to send, receivers are told that it gave up and why, not that the input ended.",
      ""
    })
final class SendCommand implements Callable<Integer> {
  private static final long DEFAULT_CHUNK = 16 << 10;

  @Parameters(paramLabel = "NAME", description = "The name of the ring.")
  private String name;

  @Option(
      names = "--file",
      paramLabel = "FILE",
      description = "Sends this file instead of standard input.")
  private Path file;

  @ArgGroup private Division division = new Division();

  @Option(
      names = "--wait",
      paramLabel = "DURATION",
      converter = WaitTime.class,
      description =
          "How long to wait while no receiver is attached: 500ms, 10s, 2m (default: for ever).")
  private Duration wait;

  @Mixin private RingOptions ring;

  @Spec private CommandSpec spec;

  private boolean begun;

  /** How the input becomes messages. */
  private static final class Division {
    @Option(
        names = "--chunk",
        paramLabel = "BYTES",
        converter = ByteSize.class,
        description =
            "The size of each message; the last may be smaller. Without it a message is what one"
                + " read of the input gives, 16K at most.")
    private Long chunk;

    @Option(
        names = "--lines",
        description = "Each line is a message, with its newline; sent as soon as it is read.")
    private boolean lines;
  }

  @Override
  public Integer call() throws IOException {
    try (FileInputStream input = open()) {
      Sender sender = ring.open(name);
      try (sender) {
        sendOrGiveUp(sender, input);
      } finally {
        sayLosses(sender.recovered());
      }
      return sender.recovered().discarded() > 0 ? ExitCode.LOST : ExitCode.OK;
    }
  }

  private void sendOrGiveUp(Sender sender, FileInputStream input) throws IOException {
    try {
      if (sender.placement() == Placement.IN_KERNEL) {
        // Processes that may not trace this one cannot attach: better said now than by a receiver.
        ErrorReport.say(spec.commandLine(), OptionNames.in(sender.description()));
      }
      send(sender, input);
    } catch (Throwable e) {
      giveUp(sender, e);
      throw e;
    }
  }

  /** To close the ring would tell the receivers that this was all. */
  private void giveUp(Sender sender, Throwable e) {
    if (begun) {
      boolean interrupted = e instanceof ClosedByInterruptException;
      try {
        sender.abort(interrupted ? "interrupted" : String.valueOf(e.getMessage()));
      } catch (HringException suppressed) {
        e.addSuppressed(suppressed);
      }
    }
  }

  private void sayLosses(Recovered recovered) {
    String sentence = Losses.describe(recovered);
    if (!sentence.isEmpty()) {
      ErrorReport.say(spec.commandLine(), sentence);
    }
  }

  private FileInputStream open() throws IOException {
    if (file == null) {
      return new FileInputStream(FileDescriptor.in);
    }
    if (Files.isDirectory(file)) {
      throw new Failure(ExitCode.ERROR, file + " is a directory; --file takes a file");
    }
    try {
      return new FileInputStream(file.toFile());
    } catch (FileNotFoundException e) {
      throw new Failure(
          ExitCode.ERROR, "cannot read the file: " + e.getMessage() + "; check --file", e);
    }
  }

  private void send(Sender sender, FileInputStream input) throws IOException {
    int chunk = chunk(sender.largestMessage());
    Patience patience = new Patience(sender, wait, () -> {});
    patience.until(() -> sender.receivers() > 0);
    MessageWriter messages = new MessageWriter(sender, patience);
    long size = file == null ? 0 : Files.size(file);
    try (Progress progress = new Progress(Progress.isTerminal(), size)) {
      // Before the first read: bytes read from a pipe are lost if this process is interrupted.
      begun = true;
      if (division.lines) {
        // By way of the channel, since a read of the file itself cannot be interrupted.
        InputStream lines = Channels.newInputStream(input.getChannel());
        new LineSplitter(lines, messages, progress, sender.largestMessage()).run();
      } else {
        boolean fill = division.chunk != null;
        for (int read = messages.writeFrom(input, chunk, fill);
            read > 0;
            read = messages.writeFrom(input, chunk, fill)) {
          progress.add(read);
        }
        messages.submit();
      }
      patience.until(() -> sender.awaitDrained(Duration.ZERO));
    }
  }

  private int chunk(long largest) {
    if (division.chunk == null) {
      return (int) Math.min(DEFAULT_CHUNK, largest);
    }
    if (division.chunk < 1 || division.chunk > largest) {
      throw new Failure(
          ExitCode.USAGE,
          "a chunk of "
              + division.chunk
              + " bytes: it must be 1 to "
              + largest
              + ", the largest message of this pool; use a larger --pool or another --allocator for"
              + " more");
    }
    return division.chunk.intValue();
  }
}
