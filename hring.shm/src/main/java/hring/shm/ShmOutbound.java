package hring.shm;

import hring.api.spi.region.Region;
import hring.api.spi.transport.Outbound;
import hring.api.spi.transport.Room;
import hring.api.spi.transport.TransportOptions;
import hring.linux.Doorbell;
import hring.linux.Kernel;
import java.lang.foreign.Arena;

/**
 * The sender's end. What it knows of its ring it keeps for itself, and takes from shared memory
 * only the claim cursor, checked.
 */
final class ShmOutbound implements Outbound {
  private final Arena arena = Arena.ofShared();
  private final ShmEntries entries;
  private final Doorbell doorbell;
  private final Room room;
  private final int submissionEntries;

  /** Words queued since the ring was made. */
  private long queuedTotal;

  private int queued;

  /** The first word queued and not submitted: kept back, or the others would be posted. */
  private long first;

  /** Up to where slots are blank, from {@link #queuedTotal} on; or less. */
  private long blankTo;

  ShmOutbound(Region region, TransportOptions options) {
    entries = new ShmEntries(region.rings(), options.completionEntries());
    doorbell = new Doorbell(region, new Kernel(arena));
    room = new Room(region, options.completionEntries());
    submissionEntries = options.submissionEntries();
  }

  /** Receivers need nothing of this process. */
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
    return entries.size();
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
  public int queue(long[] words, int from, int to) {
    if (to - from > writableEntries()) {
      throw new IllegalStateException(
          "no room in the ring for " + (to - from) + " words, only for " + writableEntries());
    }
    int end = from + Math.min(to - from, submissionEntries - queued);
    int next = from;
    if (queued == 0 && next < end) {
      first = words[next++];
      queuedTotal++;
    }
    entries.write(queuedTotal, words, next, end);
    queuedTotal += end - next;
    queued += end - from;
    blankTo(lineEnd(queuedTotal));
    return end;
  }

  @Override
  public int submit() {
    int submitted = queued;
    if (submitted > 0) {
      entries.post(submitted(), first);
      entries.setTail(queuedTotal);
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
      entries.blank(Math.max(blankTo, queuedTotal), end);
      blankTo = end;
    }
  }

  @Override
  public int unclaimed() {
    return (int) (submitted() - room.readClaimed(submitted()));
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
        + entries.size()
        + " completion entries";
  }

  @Override
  public void close() {
    arena.close();
  }
}
