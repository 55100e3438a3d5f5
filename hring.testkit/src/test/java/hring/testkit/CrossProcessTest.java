package hring.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(120)
class CrossProcessTest {
  private static final int COUNT = 5;
  private static final long PATIENCE_NANOS = Duration.ofSeconds(30).toNanos();

  enum Event {
    BEGUN,
    COUNTED
  }

  /** Counts, and then fails if it is told to. */
  static final class Counter {
    public static void main(String[] args) {
      try (Ledger<Event> ledger = Ledger.ofThisWorker()) {
        ledger.write(Event.BEGUN, 0);
        for (int i = 1; i <= COUNT; i++) {
          ledger.write(Event.COUNTED, i);
        }
      }
      if (args[0].equals("fails")) {
        throw new IllegalStateException("as it was told");
      }
      System.out.println("counted");
    }
  }

  /** Starts another one, which only waits; stops it if it is told to; and waits. */
  static final class Parent {
    public static void main(String[] args) throws InterruptedException {
      ChildJvm child = ChildJvm.start(Waiting.class);
      child.awaitOutput("waiting");
      if (args[0].equals("stopped")) {
        child.stop();
      }
      System.out.println("child " + child.pid() + ".");
      Orders.next();
    }
  }

  /** Waits for what nobody says. */
  static final class Waiting {
    public static void main(String[] args) throws InterruptedException {
      System.out.println("waiting");
      Orders.next();
    }
  }

  @Test
  void whatAWorkerHasWrittenIsThereAfterItWasKilled() throws InterruptedException {
    try (CrossProcess<Event> test = new CrossProcess<>(Event.class)) {
      Worker<Event> held = test.startHeldAt(Event.COUNTED, 3, "held", Counter.class, "ends");
      held.awaitHeld();
      test.pause(20);
      held.kill();
      assertEquals(
          List.of("BEGUN 0", "COUNTED 1", "COUNTED 2", "COUNTED 3"),
          held.entries().stream().map(Object::toString).toList());
      // Nobody complains of one that was killed.
      test.pause(1);
    }
  }

  @Test
  void aHeldWorkerGoesOn() throws InterruptedException {
    try (CrossProcess<Event> test = new CrossProcess<>(Event.class)) {
      Worker<Event> held = test.startHeldAt(Event.BEGUN, 1, "held", Counter.class, "ends");
      held.awaitHeld();
      assertEquals(0, held.count(Event.COUNTED));
      held.goOn();
      assertEquals("counted", held.finish());
      assertEquals(COUNT, held.count(Event.COUNTED));
    }
  }

  @Test
  void aWorkerThatFailsIsNamedWithItsException() throws InterruptedException {
    try (CrossProcess<Event> test = new CrossProcess<>(Event.class)) {
      test.start("unlucky", Counter.class, "fails");
      AssertionError failure =
          assertThrows(AssertionError.class, () -> test.await("it never comes", () -> false));
      assertTrue(failure.getMessage().contains("unlucky"), failure.getMessage());
      assertTrue(failure.getMessage().contains("last COUNTED 5"), failure.getMessage());
      assertTrue(failure.getMessage().contains("as it was told"), failure.getMessage());
    }
  }

  @Test
  void nothingIsLeft() throws InterruptedException {
    Path directory;
    Worker<Event> worker;
    try (CrossProcess<Event> test = new CrossProcess<>(Event.class)) {
      directory = test.directory();
      worker = test.startHeldAt(Event.BEGUN, 1, "held", Counter.class, "ends");
      worker.awaitHeld();
    }
    assertFalse(worker.jvm().isAlive());
    assertFalse(Files.exists(directory));
    assertEquals(1, worker.entries().size());
  }

  @ParameterizedTest
  @ValueSource(strings = {"running", "stopped"})
  void noChildOutlivesItsParentHoweverThatEnds(String child) throws InterruptedException {
    try (ChildJvm parent = ChildJvm.start(Parent.class, child)) {
      parent.awaitOutput(".");
      String printed = parent.output();
      int at = printed.indexOf("child ") + "child ".length();
      long pid = Long.parseLong(printed.substring(at, printed.indexOf('.', at)));
      assertTrue(ProcessHandle.of(pid).isPresent());
      parent.kill();
      long start = System.nanoTime();
      while (ProcessHandle.of(pid).isPresent()) {
        assertTrue(System.nanoTime() - start < PATIENCE_NANOS, "process " + pid + " lives on");
        Thread.sleep(5);
      }
    }
  }

  @Test
  void valuesOutOfRangeAreRefused() throws Exception {
    Path file = Files.createTempFile("hring-ledger", "");
    try (Ledger<Event> ledger = new Ledger<>(file)) {
      assertThrows(IllegalArgumentException.class, () -> ledger.write(Event.BEGUN, -1));
      assertThrows(
          IllegalArgumentException.class, () -> ledger.write(Event.BEGUN, Ledger.MAX_VALUE + 1));
      ledger.write(Event.COUNTED, Ledger.MAX_VALUE);
      try (LedgerReader<Event> reader = new LedgerReader<>(file, Event.class)) {
        reader.read(
            entry ->
                assertEquals(new LedgerReader.Entry<>(Event.COUNTED, Ledger.MAX_VALUE), entry));
      }
    } finally {
      Files.delete(file);
    }
  }
}
