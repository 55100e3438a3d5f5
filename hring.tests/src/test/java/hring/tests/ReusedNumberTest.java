package hring.tests;

import static org.assertj.core.api.Assertions.assertThat;

import hring.testkit.ChildJvm;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The kernel gives the number of a process that has ended to another one, in the end. */
@Timeout(120)
class ReusedNumberTest {
  /** Alone in a pid namespace, where the next number can be chosen, see pid_namespaces(7). */
  @Test
  void aChildWhoseNumberIsAnothersByNowIsClosedAndTheOtherLeftAlone() throws Exception {
    Namespaces.require(Namespaces.PID_AND_PROC);
    try (ChildJvm child =
        ChildJvm.start(Namespaces.PID_AND_PROC, List.of("-XX:-UsePerfData"), Reuser.class)) {
      assertThat(child.finish()).contains("closed, and the other is alive");
    }
  }

  static final class Reuser {
    private static final Path LAST = Path.of("/proc/sys/kernel/ns_last_pid");

    public static void main(String[] args) throws Exception {
      // With a prefix: then the JVM is looked for among the children of the process.
      ChildJvm child = ChildJvm.start(List.of("env"), List.of(), Nothing.class);
      child.finish();
      ProcessHandle other = reuse(child.pid());
      ProcessHandle grandchild = other.children().findAny().orElseThrow();
      try {
        child.signal("KILL");
        child.kill();
        child.close();
        // Who was killed is there until its parent has noticed.
        Thread.sleep(300);
        boolean alive = other.isAlive() && grandchild.isAlive();
        System.out.println("closed, and the other is " + (alive ? "alive" : "dead"));
      } finally {
        grandchild.destroyForcibly();
        other.destroyForcibly();
      }
    }

    /** Starts a shell, with a child, until it has the number: threads take numbers, too. */
    private static ProcessHandle reuse(long pid) throws Exception {
      while (true) {
        Files.writeString(LAST, Long.toString(pid - 1));
        Process shell = new ProcessBuilder("sh", "-c", "sleep 1000; true").start();
        if (shell.pid() == pid) {
          while (shell.children().findAny().isEmpty()) {
            Thread.sleep(5);
          }
          // Not the Process: of a number that was another's just now, it may say that it has ended.
          return ProcessHandle.of(pid).orElseThrow();
        }
        shell.destroyForcibly().waitFor();
      }
    }
  }

  static final class Nothing {
    public static void main(String[] args) {
      // It only ends.
    }
  }
}
