package com.example.requestreply;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import hring.api.GroupListener;
import hring.api.Hring;
import hring.api.ReceiverGroup;
import hring.api.Sender;
import hring.api.StreamEnd;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.LongConsumer;

/** Answers the requests of all clients in one thread. */
public final class Server implements GroupListener {
  private static final int LIMIT = 64;
  private static final Duration PATIENCE = Duration.ofMillis(100);

  private final Path rings;
  private final LongConsumer handled;

  /** The rings for replies, by the name of the ring that the requests come from. */
  private final Map<String, Sender> replies = new HashMap<>();

  /**
   * Creates a server.
   *
   * @param rings where the rings are
   * @param handled is told the value of each request, before it is answered
   */
  public Server(Path rings, LongConsumer handled) {
    this.rings = rings;
    this.handled = handled;
  }

  /**
   * Answers until it is told to stop.
   *
   * @param stop asked ten times a second
   */
  public void run(BooleanSupplier stop) {
    try (ReceiverGroup requests =
        Hring.receivers("requests.*").directory(rings).listener(this).open()) {
      while (!stop.getAsBoolean()) {
        requests.await(PATIENCE);
        requests.poll((ring, _, request) -> answer(ring, request), LIMIT);
      }
    } finally {
      replies.values().forEach(Sender::close);
    }
  }

  private void answer(String ring, MemorySegment request) {
    long value = request.get(JAVA_LONG, Long.BYTES);
    handled.accept(value);
    long[] reply = {request.get(JAVA_LONG, 0), value * value};
    // Full: this client does not take its replies. It sends its request again, and others wait no
    // longer for its sake.
    replies.get(ring).trySend(MemorySegment.ofArray(reply));
  }

  @Override
  public void joined(String ring) {
    String name = ring.replace("requests.", "replies.");
    replies.put(ring, Hring.sender(name).directory(rings).waitFor(Duration.ofSeconds(5)).open());
  }

  @Override
  public void left(String ring, StreamEnd end) {
    replies.remove(ring).close();
  }
}
