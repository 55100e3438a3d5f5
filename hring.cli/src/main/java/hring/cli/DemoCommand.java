package hring.cli;

import hring.api.Sender;
import java.io.IOException;
import java.io.PrintWriter;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Shows that it works. */
@Command(
    name = "demo",
    description = {
      "Starts a receiver in a second JVM, sends it messages of 8 bytes, and compares what both"
          + " counted. The rates include the start of a cold JVM; they are no benchmark.",
      ""
    })
final class DemoCommand implements Callable<Integer> {
  @Option(
      names = "--messages",
      paramLabel = "NUMBER",
      description = "How many messages (default: ${DEFAULT-VALUE}).")
  private long count = 1_000_000;

  @Mixin private RingOptions ring;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (count < 1) {
      throw new Failure(ExitCode.USAGE, count + " messages: --messages takes 1 or more");
    }
    PrintWriter out = spec.commandLine().getOut();
    String name =
        "demo-" + ProcessHandle.current().pid() + "-" + Long.toHexString(System.nanoTime());
    // Before the ring is there: a ring in the kernel is opened for this receiver.
    try (DemoReceiver receiver = DemoReceiver.start(name, ring.directory())) {
      DemoResult sent;
      try (Sender sender = ring.openFor(name, receiver.pid())) {
        out.println("ring:     " + OptionNames.in(sender.description()));
        out.println("receiver: process " + receiver.pid());
        out.flush();
        sent = send(sender, receiver);
      }
      // Now that the ring is closed.
      compare(out, sent, receiver.result());
    }
    return ExitCode.OK;
  }

  private DemoResult send(Sender sender, DemoReceiver receiver) {
    Patience patience = new Patience(sender, null, receiver::check);
    patience.until(() -> sender.receivers() > 0);
    MessageWriter messages = new MessageWriter(sender, patience);
    long start = System.nanoTime();
    long checkSum = 0;
    for (long value = 1; value <= count; value++) {
      long address = messages.allocate(Long.BYTES);
      sender.segment(address).set(ValueLayout.JAVA_LONG, 0, value);
      messages.queue(address, Long.BYTES);
      checkSum = DemoResult.add(checkSum, value);
    }
    messages.submit();
    patience.until(() -> sender.awaitDrained(Duration.ZERO));
    return new DemoResult(count, checkSum, System.nanoTime() - start);
  }

  private static void compare(PrintWriter out, DemoResult sent, DemoResult received) {
    out.println(sent.describe("sent"));
    out.println(received.describe("received"));
    out.flush();
    if (!sent.agreesWith(received)) {
      throw new Failure(
          ExitCode.ERROR, "the two sides do not agree; please report this with all of the output");
    }
    out.println("both sides agree");
    out.flush();
  }
}
