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
 * Opens a ring in each way there is, and has a second process of this user attach to each: whether
 * a ring can be made says nothing of whether another process may have it.
 */
final class Ways implements AutoCloseable {
  private static final int MESSAGE = 8;
  private static final long POOL = 64 << 10;
  private static final long PATIENCE_SECONDS = 60;

  private final List<Way> ways = new ArrayList<>();
  private final List<Sender> senders = new ArrayList<>();

  /** The names of the rings that could be opened, and where in the list their ways are. */
  private final List<String> names = new ArrayList<>();

  private final List<Integer> places = new ArrayList<>();

  /**
   * A way to open a ring, and what came of it.
   *
   * @param transport the transport, and where its ring lives
   * @param answer {@link DoctorReceiverCommand#WORKS}, or a sentence that says why not
   */
  record Way(String transport, String answer) {
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
  List<Way> tryAll(List<String> transports) throws IOException, InterruptedException {
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
    return List.copyOf(ways);
  }

  /** A transport that has no such placement refuses it, which is nothing to tell. */
  private void open(String what, UnaryOperator<SenderBuilder> options, boolean expected) {
    String name = "doctor-" + ProcessHandle.current().pid() + "-" + ways.size();
    try {
      Sender sender = options.apply(Hring.sender(name).poolSize(POOL)).open();
      senders.add(sender);
      names.add(name);
      places.add(ways.size());
      String taken = describe(sender.transport(), sender.placement());
      ways.add(new Way(taken.equals(what) ? what : what + ": " + taken, ""));
      if (!sender.trySend(new byte[MESSAGE])) {
        throw new IllegalStateException("a new ring is full");
      }
    } catch (HringException e) {
      if (expected || !(e instanceof TransportException)) {
        ways.add(new Way(what, "cannot be opened: " + OptionNames.in(e.getMessage())));
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
      for (int place : places) {
        String answer = lines.readLine();
        if (answer == null) {
          throw new Failure(
              ExitCode.ERROR,
              "the second process ended with exit code "
                  + process.exitValue()
                  + "; what it wrote to standard error, above, says why");
        }
        ways.set(place, new Way(ways.get(place).transport(), answer));
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
