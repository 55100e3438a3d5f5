package com.example.workqueue;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import hring.api.Address;
import hring.api.Hring;
import hring.api.Receiver;
import java.time.Duration;
import java.util.function.LongConsumer;

/** Takes one job after the other; several workers, in processes of their own, share the queue. */
public final class Worker {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private Worker() {}

  /**
   * Works until the producer has closed the queue.
   *
   * @param queue the name of the ring
   * @param job does a job, given its number; it may have been done before, by a worker that died
   */
  public static void run(String queue, LongConsumer job) {
    try (Receiver receiver = Hring.receiver(queue).waitFor(PATIENCE).attach()) {
      while (!receiver.state().isFinal()) {
        long address = receiver.take(PATIENCE);
        if (address != Address.NULL) {
          job.accept(receiver.segment(address).get(JAVA_LONG, 0));
          // Only now is it done: until then it comes back if this process dies.
          receiver.free(address);
        }
      }
    }
  }
}
