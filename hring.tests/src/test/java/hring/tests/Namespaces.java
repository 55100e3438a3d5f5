package hring.tests;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/** Processes in namespaces of their own, see unshare(1). */
final class Namespaces {
  /** A pid namespace whose first process is the child, with its own /proc. */
  static final List<String> PID_AND_PROC =
      List.of("unshare", "--pid", "--fork", "--kill-child", "--mount-proc");

  /** A pid namespace whose first process is the child, which sees the /proc of the old one. */
  static final List<String> PID = List.of("unshare", "--pid", "--fork", "--kill-child");

  /** A user namespace in which nobody has a number. */
  static final List<String> USER = List.of("unshare", "--user");

  /** A user namespace in which this user has a number: 0. */
  static final List<String> USER_MAPPED = List.of("unshare", "--user", "--map-root-user");

  private Namespaces() {}

  /** Skips the test, and says what is not tested, if such processes cannot be started. */
  static void require(List<String> prefix) throws Exception {
    Process probe;
    List<String> command = new java.util.ArrayList<>(prefix);
    command.add("true");
    boolean works;
    try {
      probe = new ProcessBuilder(command).inheritIO().start();
      works = probe.waitFor(30, TimeUnit.SECONDS) && probe.exitValue() == 0;
    } catch (java.io.IOException e) {
      // There is no such command here: the same as when it is refused.
      works = false;
    }
    Assumptions.assumeTrue(
        works, "NOT TESTED: what needs \"" + String.join(" ", prefix) + "\", which fails here");
  }
}
