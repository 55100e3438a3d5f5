package hring.api.internal.broadcast;

import hring.api.spi.alloc.Allocator;
import hring.api.spi.region.Region;
import hring.api.spi.transport.Outbound;

/**
 * A sender's end of a ring that delivers to each: that of any transport, and what was sent by it
 * and is not freed yet. Used by the sender's thread.
 */
public final class Broadcast implements Outbound {
  /** After so many messages what was passed is freed without need: the blocks are in the cache. */
  private static final int COLLECT_EACH = 512;

  private final Outbound outbound;
  private final Sent sent;
  private final Audience audience;

  /** How many messages were sent when it was collected last. */
  private long collectedAt;

  /**
   * Creates the sender's end of a ring that was just opened.
   *
   * @param region the region
   * @param outbound the transport's end
   * @param allocator the sender's allocator
   * @param maxMessages how many messages a receiver may be behind before it is evicted, {@link
   *     Long#MAX_VALUE} for any number
   * @param maxBytes how many bytes they may have, {@link Long#MAX_VALUE} for any number
   */
  public Broadcast(
      Region region, Outbound outbound, Allocator allocator, long maxMessages, long maxBytes) {
    this.outbound = outbound;
    sent = new Sent(allocator, region.claimCursor(), outbound.completionEntries());
    audience = new Audience(region, sent, maxMessages, maxBytes);
  }

  /**
   * Notes the messages of the batch that is queued next.
   *
   * @param messages begins with them
   * @param count how many
   */
  public void nextBatch(long[] messages, int count) {
    sent.nextBatch(messages, count);
  }

  /**
   * Frees what all receivers have passed, because there is no room.
   *
   * @return whether anything was freed
   */
  public boolean makeRoom() {
    collectedAt = sent.end();
    return audience.collect(true);
  }

  /** Frees what all receivers have passed. */
  public void collect() {
    collectedAt = sent.end();
    audience.collect(false);
  }

  /**
   * Throws once what could not be freed.
   *
   * @throws hring.api.RegionException if another process has damaged the region
   */
  public void rethrow() {
    sent.rethrow();
  }

  /**
   * Returns how often a receiver was evicted.
   *
   * @return the number since the ring opened
   */
  public long evictions() {
    return audience.evictions();
  }

  @Override
  public int handle() {
    return outbound.handle();
  }

  @Override
  public int submissionEntries() {
    return outbound.submissionEntries();
  }

  @Override
  public int completionEntries() {
    return outbound.completionEntries();
  }

  @Override
  public int queued() {
    return outbound.queued();
  }

  @Override
  public int writableEntries() {
    int room = outbound.writableEntries();
    if (room == 0) {
      makeRoom();
      room = outbound.writableEntries();
    }
    return room;
  }

  @Override
  public int queue(long[] entries, int from, int to) {
    int end = outbound.queue(entries, from, to);
    for (int i = from; i < end; i++) {
      sent.queued(entries[i]);
    }
    return end;
  }

  @Override
  public int submit() {
    int submitted;
    try {
      submitted = outbound.submit();
    } finally {
      // Also if it fails: it may have posted all, and then failed to wake. What it has posted of
      // more is known when the rest is posted, too.
      if (outbound.queued() == 0) {
        audience.submitted();
      }
    }
    if (sent.end() - collectedAt >= COLLECT_EACH || audience.isEvictionDue()) {
      collect();
    }
    return submitted;
  }

  /** Returns how many entries not all receivers have passed. */
  @Override
  public int unclaimed() {
    collect();
    return outbound.unclaimed();
  }

  @Override
  public boolean isBoundToThread() {
    return outbound.isBoundToThread();
  }

  @Override
  public void wakeAll() {
    outbound.wakeAll();
  }

  @Override
  public String description() {
    return outbound.description() + ", delivers to each";
  }

  @Override
  public void close() {
    outbound.close();
  }
}
