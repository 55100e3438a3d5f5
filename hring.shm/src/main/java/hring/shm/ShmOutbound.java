package hring.shm;

import hring.api.spi.region.Region;
import hring.api.spi.transport.Outbound;
import hring.api.spi.transport.Room;
import hring.api.spi.transport.TransportOptions;
import hring.linux.transport.Doorbell;
import java.lang.foreign.Arena;

/**
 * The sender's end. It keeps its own counts of what it queued and submitted, and reads nothing from
 * shared memory but the claim cursor, which it checks.
 */
final class ShmOutbound implements Outbound {
  private final Arena arena = Arena.ofShared();
  private final ShmEntries ring;
  private final Doorbell doorbell;
  private final Room room;
  private final int submissionEntries;

  /** Entries queued since the ring was made. */
  private long queuedTotal;

  private int queued;

  /** The first entry queued and not submitted: kept back, or the others would be posted. */
  private long first;

  /** Slots from {@link #queuedTotal} to here are blank, if any. */
  private long blankTo;

  ShmOutbound(Region region, TransportOptions options) {
    ring = new ShmEntries(region.rings(), options.completionEntries());
    doorbell = new Doorbell(region, arena);
    room = new Room(region, options.completionEntries());
    submissionEntries = options.submissionEntries();
  }

  /** No number: receivers need nothing from this process. */
  @Override
  public int handle() {
    return 0;
  }

  @Override
  public int submissionEntries() {
    return submissionEntries;
  }

  @Override
  public int completionEntries() {
    return ring.size();
  }

  @Override
  public boolean isBoundToThread() {
    return false;
  }

  @Override
  public int queued() {
    return queued;
  }

  @Override
  public int writableEntries() {
    int known = room.known(queuedTotal);
    return known > 0 ? known : room.find(queuedTotal, submitted());
  }

  private long submitted() {
    return queuedTotal - queued;
  }

  @Override
  public int queue(long[] entries, int from, int to) {
    if (to - from > writableEntries()) {
      throw new IllegalStateException(
          "no room in the ring for " + (to - from) + " entries, only for " + writableEntries());
    }
    int end = from + Math.min(to - from, submissionEntries - queued);
    int next = from;
    if (queued == 0 && next < end) {
      first = entries[next++];
      queuedTotal++;
    }
    ring.write(queuedTotal, entries, next, end);
    queuedTotal += end - next;
    queued += end - from;
    blankTo(lineEnd(queuedTotal));
    return end;
  }

  @Override
  public int submit() {
    int submitted = queued;
    if (submitted > 0) {
      ring.post(submitted(), first);
      ring.setTail(queuedTotal);
      queued = 0;
      doorbell.wake(submitted);
      // A line more than is needed, and now: the next submission would have to wait for it.
      blankTo(lineEnd(queuedTotal) + ShmEntries.LINE);
    }
    return submitted;
  }

  /** Returns the end of the line that the slot of an entry is in. */
  private static long lineEnd(long entry) {
    return (entry | ShmEntries.LINE - 1) + 1;
  }

  private void blankTo(long end) {
    if (blankTo < end) {
      ring.blank(Math.max(blankTo, queuedTotal), end);
      blankTo = end;
    }
  }

  @Override
  public int unclaimed() {
    return (int) (submitted() - room.readClaimed(submitted()));
  }

  @Override
  public boolean canPublish() {
    return true;
  }

  @Override
  public void published(int messages) {
    doorbell.wake(messages);
  }

  @Override
  public void wakeAll() {
    doorbell.wakeAll();
  }

  @Override
  public String description() {
    return "shared memory, "
        + submissionEntries
        + " submission and "
        + ring.size()
        + " completion entries";
  }

  @Override
  public void close() {
    arena.close();
  }
}
