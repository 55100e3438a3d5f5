package hring.tests;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;

import hring.api.GroupListener;
import hring.api.Hring;
import hring.api.ReceiverGroup;
import hring.api.Sender;
import hring.api.StreamEnd;
import hring.testkit.CrossProcess;
import hring.testkit.Ledger;
import hring.testkit.LedgerReader.Entry;
import hring.testkit.Orders;
import hring.testkit.Worker;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Many senders come and go, and are killed; a group handles every message that they submitted, in
 * order for each ring. The property {@code hring.group.senders} says how many senders.
 */
@Timeout(600)
class GroupChurnTest extends EachTransport {
  private static final int SENDERS = Integer.getInteger("hring.group.senders", 100);
  private static final int RINGS_EACH = 25;
  private static final int KILLS = Math.max(1, SENDERS / RINGS_EACH / 2);

  /** So often a killed process has submitted at least, on all its rings together. */
  private static final int BEFORE_KILL = 10 * RINGS_EACH;

  private static final int SHIFT = 24;

  /** What a process of senders does: the value is that of the message submitted last. */
  enum Event {
    SUBMITTED
  }

  /** By process and ring: the numbers of the messages, which begin at 0. */
  private final Map<Long, Long> next = new HashMap<>();

  private int joined;
  private int left;

  @Test
  void everySubmittedMessageIsHandledInOrder() throws Exception {
    try (CrossProcess<Event> test = new CrossProcess<>(Event.class);
        ReceiverGroup group =
            Hring.receivers("churn.*")
                .directory(test.directory())
                .listener(new Counting())
                .open()) {
      List<Worker<Event>> living = new ArrayList<>();
      List<Worker<Event>> all = new ArrayList<>();
      for (int i = 0; i < SENDERS / RINGS_EACH; i++) {
        living.add(start(test, all, i));
      }
      for (int kills = 0; kills < KILLS; kills++) {
        int victim = test.random().nextInt(living.size());
        Worker<Event> killed = living.get(victim);
        receiveUntilSubmitted(group, killed);
        killed.kill();
        // Its rings have the names of those of the killed one.
        living.set(victim, start(test, all, victim));
      }
      for (Worker<Event> worker : living) {
        receiveUntilSubmitted(group, worker);
        worker.jvm().say("close");
      }
      int rings = all.size() * RINGS_EACH;
      for (long start = System.nanoTime(); left < rings; ) {
        receive(group);
        assertThat(System.nanoTime() - start)
            .as("%d joined, %d left, of %d", joined, left, rings)
            .isLessThan(4 * TestRings.PATIENCE.toNanos());
      }
      for (Worker<Event> worker : living) {
        worker.finish();
      }
      assertThat(group.rings()).isEmpty();
      assertThat(joined).isEqualTo(rings);
      all.forEach(worker -> check(all.indexOf(worker), worker.entries(), living.contains(worker)));
    }
  }

  private Worker<Event> start(CrossProcess<Event> test, List<Worker<Event>> all, int names) {
    Worker<Event> worker =
        test.start("senders " + all.size(), Senders.class, test.directory(), names, all.size());
    all.add(worker);
    return worker;
  }

  private void receiveUntilSubmitted(ReceiverGroup group, Worker<Event> worker) {
    long start = System.nanoTime();
    while (worker.entries().size() < BEFORE_KILL) {
      receive(group);
      assertThat(System.nanoTime() - start)
          .as("ns until %s has submitted", worker)
          .isLessThan(2 * TestRings.PATIENCE.toNanos());
    }
  }

  private void receive(ReceiverGroup group) {
    group.await(Duration.ofMillis(50));
    group.poll(
        (ring, _, payload) -> {
          long message = payload.get(JAVA_LONG, 0);
          long number = next.merge(message >>> SHIFT, 1L, Long::sum) - 1;
          assertThat(message & (1L << SHIFT) - 1).as("message of %s", ring).isEqualTo(number);
        },
        1000);
  }

  private void check(int process, List<Entry<Event>> submitted, boolean closed) {
    Map<Long, Long> last = new HashMap<>();
    submitted.forEach(
        entry -> last.put(entry.value() >>> SHIFT, entry.value() & (1L << SHIFT) - 1));
    assertThat(last).hasSize(RINGS_EACH);
    last.forEach(
        (ring, number) -> {
          if (closed) {
            assertThat(next).as("process %d closed", process).containsEntry(ring, number + 1);
          } else {
            // It may have submitted more than it had time to write down.
            assertThat(next.get(ring)).as("process %d killed", process).isGreaterThan(number);
          }
        });
  }

  private final class Counting implements GroupListener {
    @Override
    public void joined(String ring) {
      joined++;
    }

    @Override
    public void left(String ring, StreamEnd end) {
      left++;
    }
  }

  /** Sends on several rings until it is told to close, or is killed. */
  static final class Senders {
    /** Arguments: directory, number of the names, number of this process. */
    public static void main(String[] args) {
      List<Sender> senders = new ArrayList<>();
      try (Ledger<Event> ledger = Ledger.ofThisWorker()) {
        for (int i = 0; i < RINGS_EACH; i++) {
          senders.add(
              TestRings.ring("churn." + args[1] + "." + i)
                  .directory(Path.of(args[0]))
                  .poolSize(1 << 18)
                  .waitFor(TestRings.PATIENCE)
                  .open());
        }
        for (Sender sender : senders) {
          if (!sender.awaitReceiver(TestRings.PATIENCE)) {
            throw new AssertionError("no receiver came");
          }
        }
        long process = Long.parseLong(args[2]);
        for (long number = 0; !Orders.said("close"); number += 3) {
          for (int i = 0; i < RINGS_EACH; i++) {
            long first = (process * RINGS_EACH + i) << SHIFT | number;
            SequenceMessages.send(senders.get(i), first, first + 3);
            ledger.write(Event.SUBMITTED, first + 2);
          }
          SequenceMessages.pauseAsleep(10);
        }
      } finally {
        senders.forEach(Sender::close);
      }
    }
  }
}
