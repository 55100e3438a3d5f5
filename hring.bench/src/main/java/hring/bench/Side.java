package hring.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/** The main class of the JVMs that are measured. */
final class Side {
  static final String A = "A";

  private Side() {}

  /** Arguments: case, "A" or the number of a receiver, directory, warm-up, measured time. */
  public static void main(String[] args) throws Exception {
    endWithLauncher();
    Case measured = Cases.named(args[0]);
    Path directory = Path.of(args[2]);
    Control control = new Control(directory);
    if (args[1].equals(A)) {
      Durations durations = new Durations(Duration.parse(args[3]), Duration.parse(args[4]));
      measured.workload().sideA(new SideA(directory, control, durations, measured.receivers()));
      if (measured.receivers() > 0) {
        Distance.measure(directory);
      }
    } else {
      SideB side = new SideB(directory, control, Integer.parseInt(args[1]));
      side.awaitOpened();
      measured.workload().sideB(side);
      if (side.isFirst()) {
        Distance.echo(directory);
      }
    }
  }

  /** The launcher holds the other end of standard input, also when it is killed. */
  private static void endWithLauncher() {
    Thread watcher =
        new Thread(
            () -> {
              try {
                while (System.in.read() >= 0) {
                  // Nothing is ever written.
                }
              } catch (IOException e) {
                System.err.println("standard input broke: " + e);
              }
              Runtime.getRuntime().halt(1);
            },
            "launcher watcher");
    watcher.setDaemon(true);
    watcher.start();
  }
}
