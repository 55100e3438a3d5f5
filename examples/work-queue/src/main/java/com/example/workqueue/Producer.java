package com.example.workqueue;

import hring.api.DeathPolicy;
import hring.api.Hring;
import hring.api.Sender;
import java.lang.foreign.MemorySegment;
import java.time.Duration;

/** Hands out jobs, each to one worker. */
public final class Producer {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private Producer() {}

  /**
   * Hands out jobs, and returns when all of them are done.
   *
   * @param queue the name of the ring
   * @param jobs how many, numbered from 0
   */
  public static void run(String queue, long jobs) {
    // The job of a worker that dies goes to another one: it is done at least once.
    try (Sender sender = Hring.sender(queue).onReceiverDeath(DeathPolicy.REDELIVER).open()) {
      for (long job = 0; job < jobs; job++) {
        if (!sender.send(MemorySegment.ofArray(new long[] {job}), PATIENCE)) {
          throw new IllegalStateException("no worker takes job " + job);
        }
      }
      if (!sender.awaitHandled(PATIENCE)) {
        throw new IllegalStateException("the workers do not finish");
      }
    }
  }
}
