package hring.cli;

import hring.api.Hring;
import hring.api.HringException;
import hring.api.Placement;
import hring.api.Sender;
import hring.api.SenderBuilder;
import hring.api.TransportException;
import java.io.BufferedReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/**
 * Opens a ring over each transport and placement, and has a second process of this user attach to
 * each: that a ring can be opened does not mean that another process can attach to it.
 */
final class RingTrials implements AutoCloseable {
  private static final int MESSAGE = 8;
  private static final long POOL = 64 << 10;
  private static final long PATIENCE_SECONDS = 60;

  private final List<Trial> trials = new ArrayList<>();
  private final List<Sender> senders = new ArrayList<>();

  /** The names of the rings that could be opened, and the indices of their trials. */
  private final List<String> names = new ArrayList<>();

  private final List<Integer> indices = new ArrayList<>();

  /**
   * The result for one ring.
   *
   * @param ring its transport and its placement, or "by default"
   * @param answer {@link DoctorReceiverCommand#WORKS}, or a sentence that says why not
   */
  record Trial(String ring, String answer) {
    boolean works() {
      return answer.equals(DoctorReceiverCommand.WORKS);
    }
  }

  /**
   * Tries each transport with its ring in the region, and in the kernel where it can be there.
   *
   * @param transports the names of the transports
   * @return what came of it; the first is what a sender gets that asks for nothing
   */
  List<Trial> tryAll(List<String> transports) throws IOException, InterruptedException {
    open("by default", builder -> builder, true);
    for (String transport : transports) {
      for (Placement placement : Placement.values()) {
        open(
            describe(transport, placement),
            builder -> builder.transport(transport).placement(placement),
            placement == Placement.IN_REGION);
      }
    }
    if (!names.isEmpty()) {
      attach();
    }
    return List.copyOf(trials);
  }

  /**
   * A transport may refuse a placement that it does not have: only what is expected to work is a
   * finding.
   */
  private void open(String what, UnaryOperator<SenderBuilder> options, boolean expected) {
    String name = "doctor-" + ProcessHandle.current().pid() + "-" + trials.size();
    try {
      Sender sender = options.apply(Hring.sender(name).poolSize(POOL)).open();
      senders.add(sender);
      names.add(name);
      indices.add(trials.size());
      String taken = describe(sender.transport(), sender.placement());
      trials.add(new Trial(taken.equals(what) ? what : what + ": " + taken, ""));
      if (!sender.trySend(new byte[MESSAGE])) {
        throw new IllegalStateException("a new ring is full");
      }
    } catch (HringException e) {
      if (expected || !(e instanceof TransportException)) {
        trials.add(new Trial(what, "cannot be opened: " + OptionNames.in(e.getMessage())));
      }
    }
  }

  private static String describe(String transport, Placement placement) {
    return transport + " " + EnumName.of(placement);
  }

  private void attach() throws IOException, InterruptedException {
    List<String> arguments = new ArrayList<>(names);
    arguments.addFirst("doctor-receiver");
    Process process = SecondJvm.start(arguments);
    try (BufferedReader lines = process.inputReader()) {
      if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        throw new Failure(
            ExitCode.ERROR, "the second process did not end within " + PATIENCE_SECONDS + " s");
      }
      for (int index : indices) {
        String answer = lines.readLine();
        if (answer == null) {
          throw new Failure(
              ExitCode.ERROR,
              "the second process ended with exit code "
                  + process.exitValue()
                  + "; what it wrote to standard error, above, says why");
        }
        trials.set(index, new Trial(trials.get(index).ring(), answer));
      }
    } finally {
      process.destroyForcibly();
    }
  }

  @Override
  public void close() {
    senders.forEach(Sender::close);
  }
}
