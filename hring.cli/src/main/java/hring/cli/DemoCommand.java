package hring.cli;

import hring.api.Sender;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.lang.ProcessBuilder.Redirect;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
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
  /** How long to wait while the receiver is not attached. */
  private static final Duration LONELY = Duration.ofSeconds(30);

  private static final long EXIT_SECONDS = 30;

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
    Process receiver = null;
    DemoResult sent;
    try (Sender sender = ring.open(name)) {
      out.println("ring:     " + sender.description());
      receiver = start(name, ring.directory());
      out.println("receiver: process " + receiver.pid());
      out.flush();
      sent = send(sender, receiver);
    } catch (RuntimeException | IOException e) {
      if (receiver != null) {
        receiver.destroyForcibly();
      }
      throw e;
    }
    DemoResult received = result(receiver);
    out.println(sent.describe("sent"));
    out.println(received.describe("received"));
    if (!sent.agreesWith(received)) {
      throw new Failure(
          ExitCode.ERROR, "the two sides do not agree; please report this with all of the output");
    }
    out.println("both sides agree");
    out.flush();
    return ExitCode.OK;
  }

  private static Process start(String name, Path directory) throws IOException {
    String modulePath = System.getProperty("jdk.module.path");
    if (modulePath == null) {
      throw new Failure(
          ExitCode.ERROR, "the demo starts a second JVM and needs the module path; use bin/hring");
    }
    return new ProcessBuilder(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--module-path",
                modulePath,
                "--enable-native-access=hring.linux",
                "--module",
                "hring.cli/hring.cli.Main",
                "demo-receiver",
                "--dir",
                directory.toString(),
                name))
        .redirectError(Redirect.INHERIT)
        .start();
  }

  private DemoResult send(Sender sender, Process receiver) {
    Patience patience = new Patience(sender, LONELY);
    patience.until(() -> sender.receivers() > 0 || !receiver.isAlive());
    MessageWriter messages = new MessageWriter(sender, patience);
    long start = System.nanoTime();
    long checkSum = 0;
    for (long value = 1; value <= count; value++) {
      long address = messages.allocate(Long.BYTES);
      sender.segment(address).set(ValueLayout.JAVA_LONG, 0, value);
      messages.queue(address);
      checkSum = DemoResult.add(checkSum, value);
    }
    messages.submit();
    patience.until(() -> sender.awaitDrained(Duration.ZERO) || !receiver.isAlive());
    return new DemoResult(count, checkSum, System.nanoTime() - start);
  }

  private static DemoResult result(Process receiver) throws IOException, InterruptedException {
    try (BufferedReader lines = receiver.inputReader()) {
      // It has printed its one line, or failed, when it ends; neither can fill the pipe.
      if (!receiver.waitFor(EXIT_SECONDS, TimeUnit.SECONDS)) {
        throw new Failure(
            ExitCode.ERROR,
            "the receiving process did not end within "
                + EXIT_SECONDS
                + " s after the last message");
      }
      return DemoResult.parse(lines.readLine());
    } finally {
      receiver.destroyForcibly();
    }
  }
}
