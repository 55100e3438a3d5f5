package com.example.requestreply;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import hring.api.Address;
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

  private final Sender requests;
  private final Receiver replies;
  private long lastId;

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
    for (long start = System.nanoTime(); System.nanoTime() - start < limit.toNanos(); ) {
      if (requests.send(request, PATIENCE)) {
        OptionalLong reply = reply();
        if (reply.isPresent()) {
          return reply;
        }
      }
    }
    return OptionalLong.empty();
  }

  private OptionalLong reply() {
    long address = replies.take(PATIENCE);
    while (address != Address.NULL) {
      MemorySegment reply = replies.segment(address);
      long id = reply.get(JAVA_LONG, 0);
      long result = reply.get(JAVA_LONG, Long.BYTES);
      replies.free(address);
      // Any other is the reply to a request that was sent twice, or given up.
      if (id == lastId) {
        return OptionalLong.of(result);
      }
      address = replies.take(PATIENCE);
    }
    return OptionalLong.empty();
  }

  @Override
  public void close() {
    try (requests) {
      replies.close();
    }
  }
}
