package hring.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import hring.api.Hring;
import hring.api.Receiver;
import hring.api.RingInfo;
import hring.api.RingInfo.Condition;
import hring.api.Sender;
import hring.testkit.ChildJvm;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ThreadFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The thread that looks after all rings of a process. */
@Timeout(120)
class JanitorThreadTest {
  private static final String NAME = "hring-janitor";

  private final String name = TestRings.uniqueRing();

  private static List<Thread> janitors() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith(NAME))
        .toList();
  }

  /** It stays for a while after the last ring of a process was closed. */
  private static void awaitNone() throws InterruptedException {
    for (Thread janitor : janitors()) {
      janitor.join();
    }
  }

  private static void use(ThreadFactory threads) throws InterruptedException {
    awaitNone();
    Hring.janitor(threads);
  }

  private static void useOrdinary() throws InterruptedException {
    use(work -> new Thread(work, NAME));
  }

  @Test
  void theApplicationChoosesTheThread() throws Exception {
    use(work -> new Thread(work, NAME + "-chosen"));
    try (Sender _ = TestRings.ring(name).open()) {
      assertThat(janitors()).singleElement().returns(NAME + "-chosen", Thread::getName);
      assertThat(janitors().getFirst().isDaemon()).isTrue();
    } finally {
      useOrdinary();
    }
  }

  /** As where the process may have no more threads: nothing is left of what was opened. */
  @Test
  void aProcessThatCannotHaveTheThreadNeitherOpensNorAttaches() throws Exception {
    try (ChildJvm child = ChildJvm.start(SequenceMessages.Send.class, name, 1, 1, "close")) {
      use(
          _ -> {
            throw new OutOfMemoryError("unable to create native thread");
          });
      try {
        while (Hring.rings().stream().noneMatch(ring -> ring.name().equals(name))) {
          Thread.sleep(5);
        }
        assertThatThrownBy(() -> Hring.receiver(name).waitFor(TestRings.PATIENCE).attach())
            .isInstanceOf(OutOfMemoryError.class);
        assertThat(Path.of("/proc/self/maps")).content().doesNotContain("/" + name + ":");
        assertThatThrownBy(() -> TestRings.ring(name + "-mine").open())
            .isInstanceOf(OutOfMemoryError.class);
        assertThat(Hring.rings()).noneMatch(ring -> ring.name().equals(name + "-mine"));
      } finally {
        useOrdinary();
      }
      // The slot is free again, and nothing was taken.
      try (Receiver receiver = Hring.receiver(name).attach()) {
        assertThat(SequenceMessages.receiveAll(receiver)).containsExactly(0L);
      }
      child.finish();
    }
  }

  /** Nobody can send any more, and others could not see why nothing comes. */
  @Test
  void theListSaysThatTheThreadOfASenderHasEnded() throws Exception {
    Sender[] opened = new Sender[1];
    Thread owner = Thread.ofPlatform().start(() -> opened[0] = TestRings.ring(name).open());
    owner.join();
    try (Sender sender = opened[0]) {
      assertThat(sender.toString()).contains(name);
      while (condition() == Condition.ALIVE) {
        Thread.sleep(5);
      }
      assertThat(condition()).isEqualTo(Condition.OWNER_THREAD_DEAD);
      assertThatThrownBy(() -> TestRings.ring(name).open()).hasMessageContaining("is taken");
    }
    assertThat(Hring.rings()).noneMatch(ring -> ring.name().equals(name));
  }

  private Condition condition() {
    return Hring.rings().stream()
        .filter(ring -> ring.name().equals(name))
        .map(RingInfo::condition)
        .findFirst()
        .orElseThrow();
  }
}
