package com.example.requestreply;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import hring.api.DeathPolicy;
import hring.api.Hring;
import hring.api.Receiver;
import hring.api.Sender;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.time.Duration;
import java.util.OptionalLong;

/** Asks the server. For one thread. */
public final class Client implements AutoCloseable {
  /** After so long without a reply the request is sent again. */
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  private static final int LIMIT = 64;

  private final Sender requests;
  private final Receiver replies;
  private long lastId;
  private OptionalLong result = OptionalLong.empty();

  /**
   * Waits for a server.
   *
   * @param rings where the rings are
   * @param number which client this is; no two have the same
   * @param limit how long to wait at most
   */
  public Client(Path rings, int number, Duration limit) {
    requests =
        Hring.sender("requests." + number)
            .directory(rings)
            .onReceiverDeath(DeathPolicy.REDELIVER)
            .open();
    replies =
        Hring.receiver("replies." + number)
            .directory(rings)
            .waitFor(limit)
            .follow(_ -> {})
            .attach();
  }

  /**
   * Asks for the square of a number.
   *
   * @param value the number
   * @param limit how long to wait at most
   * @return the square; empty if there was no reply in time
   */
  public OptionalLong square(long value, Duration limit) {
    MemorySegment request = MemorySegment.ofArray(new long[] {++lastId, value});
    result = OptionalLong.empty();
    long start = System.nanoTime();
    while (result.isEmpty() && System.nanoTime() - start < limit.toNanos()) {
      if (requests.send(request, PATIENCE)) {
        while (result.isEmpty() && replies.await(PATIENCE)) {
          replies.poll(this::accept, LIMIT);
        }
      }
    }
    return result;
  }

  private void accept(long address, MemorySegment reply) {
    // Any other is the reply to a request that was sent twice, or given up.
    if (reply.get(JAVA_LONG, 0) == lastId) {
      result = OptionalLong.of(reply.get(JAVA_LONG, Long.BYTES));
    }
  }

  @Override
  public void close() {
    try (requests) {
      replies.close();
    }
  }
}
