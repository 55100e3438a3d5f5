package com.example.workqueue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hring.testkit.ChildJvm;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** However workers die: each job is done, and only jobs of those that died are done twice. */
@Timeout(300)
class WorkQueueTest {
  private static final int WORKERS = 3;
  private static final int JOBS = 2_000;

  private final String queue = "work-queue-" + ProcessHandle.current().pid();

  static final class ProducerMain {
    public static void main(String[] args) {
      Producer.run(args[0], Long.parseLong(args[1]));
    }
  }

  static final class WorkerMain {
    public static void main(String[] args) {
      long pause = Long.parseLong(args[1]);
      Worker.run(
          args[0],
          job -> {
            System.out.println("began " + job);
            try {
              Thread.sleep(pause);
            } catch (InterruptedException e) {
              throw new IllegalStateException(e);
            }
            System.out.println("did " + job);
          });
    }
  }

  @Test
  void aJobOfAWorkerThatIsKilledIsDoneByAnother() throws Exception {
    List<ChildJvm> workers = new ArrayList<>();
    try (ChildJvm producer = ChildJvm.start(ProducerMain.class, queue, JOBS);
        ChildJvm victim = ChildJvm.start(WorkerMain.class, queue, 60_000)) {
      victim.awaitOutput("began");
      long lost = numbers(victim.output(), "began").getFirst();
      for (int i = 0; i < WORKERS; i++) {
        workers.add(ChildJvm.start(WorkerMain.class, queue, 5));
      }
      workers.getFirst().awaitOutput("did");
      victim.kill();
      workers.getLast().awaitOutput("did");
      workers.getFirst().kill();
      producer.finish();
      for (ChildJvm worker : workers.subList(1, WORKERS)) {
        worker.finish();
      }
      List<Long> done = new ArrayList<>();
      workers.forEach(worker -> done.addAll(numbers(worker.output(), "did")));
      assertEquals(
          LongStream.range(0, JOBS).boxed().collect(Collectors.toCollection(TreeSet::new)),
          new TreeSet<>(done));
      assertTrue(done.contains(lost), "the job that the victim had begun: " + lost);
    } finally {
      workers.forEach(ChildJvm::close);
    }
  }

  /** Reads the whole lines: what a killed process was writing may end in the middle. */
  private static List<Long> numbers(String output, String what) {
    String[] lines = output.split("\n", -1);
    List<Long> numbers = new ArrayList<>();
    for (int i = 0; i < lines.length - 1; i++) {
      if (lines[i].startsWith(what + " ")) {
        numbers.add(Long.parseLong(lines[i].substring(what.length() + 1)));
      }
    }
    return numbers;
  }
}
