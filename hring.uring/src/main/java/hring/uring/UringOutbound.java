package hring.uring;

import hring.api.RegionException;
import hring.api.TransportException;
import hring.api.spi.alloc.SharedMemory;
import hring.api.spi.region.Region;
import hring.api.spi.transport.Outbound;
import hring.api.spi.transport.Room;
import hring.linux.Errno;
import hring.linux.transport.Doorbell;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * The sender's end. It keeps its own count of what it queued and submitted, and takes from shared
 * memory only the claim cursor, checked: so the kernel is never given more than it has room for,
 * and its list of overflowed completions stays empty.
 */
final class UringOutbound implements Outbound {
  /** IORING_SQ_CQ_OVERFLOW in the submission queue's flags. */
  private static final int CQ_OVERFLOW = 1 << 1;

  private static final int MAX_RETRIES = 100;

  private static final int ENTRIES_IN_LINE = 64 / Ring.COMPLETION_SIZE;

  private final UringCalls calls;
  private final String kind;
  private final boolean anyThread;
  private final Ring ring;
  private final Arena arena;
  private final Doorbell doorbell;
  private final CompletionQueue completions;
  private final Room room;
  private final MemorySegment submissions;
  private final MemorySegment rings;
  private final long tailOffset;
  private final long flagsOffset;
  private final int submissionEntries;
  private final int completionEntries;

  /** Entries queued since the ring was made; its low 32 bits are the submission queue's tail. */
  private long queuedTotal;

  private int queued;

  /** The end of the entries that are blank and not queued yet. */
  private int blankTo;

  /**
   * Creates the end.
   *
   * @param kind what kind of ring it is, human-readable
   * @param anyThread whether any thread may submit, one at a time
   */
  UringOutbound(
      UringCalls calls, String kind, boolean anyThread, Ring ring, Region region, Arena arena) {
    this.calls = calls;
    this.kind = kind;
    this.anyThread = anyThread;
    this.ring = ring;
    this.arena = arena;
    doorbell = new Doorbell(region, arena);
    submissionEntries = ring.params().submissionEntries();
    completionEntries = ring.params().completionEntries();
    RingArea area = RingArea.of(ring);
    completions = new CompletionQueue(ring.rings(), area, completionEntries);
    room = new Room(region, completionEntries);
    area.write(region.headerMemory());
    submissions = ring.submissions();
    rings = ring.rings();
    tailOffset = ring.params().submissionTail();
    flagsOffset = ring.params().submissionFlags();
  }

  @Override
  public boolean isBoundToThread() {
    return !anyThread;
  }

  @Override
  public int handle() {
    return ring.fd();
  }

  @Override
  public int submissionEntries() {
    return submissionEntries;
  }

  @Override
  public int completionEntries() {
    return completionEntries;
  }

  @Override
  public int queued() {
    return queued;
  }

  @Override
  public int writableEntries() {
    int known = room.known(queuedTotal);
    return known > 0 ? known : findRoom();
  }

  private int findRoom() {
    requireOwnHead();
    int found = room.find(queuedTotal, queuedTotal - queued);
    if (found > 0) {
      completions.setHead(head());
    }
    return found;
  }

  /** The head of the completion queue: moved to what is claimed when room is needed. */
  private int head() {
    return (int) room.claimed();
  }

  /** The head is moved here only; elsewhere, the kernel would believe it. */
  private void requireOwnHead() {
    int found = completions.head();
    if (found != head()) {
      throw new RegionException(
          "another process moved the head of the completion queue from "
              + head()
              + " to "
              + found
              + "; close the ring and open it anew");
    }
  }

  @Override
  public int queue(long[] entries, int from, int to) {
    if (to - from > writableEntries()) {
      throw new IllegalStateException(
          "no room in the ring for " + (to - from) + " entries, only for " + writableEntries());
    }
    int end = from + Math.min(to - from, submissionEntries - queued);
    write(entries, from, end);
    return end;
  }

  private void write(long[] entries, int from, int to) {
    int index = (int) queuedTotal & submissionEntries - 1;
    int beforeEnd = Math.min(to - from, submissionEntries - index);
    writeFrom(index, entries, from, from + beforeEnd);
    writeFrom(0, entries, from + beforeEnd, to);
    queuedTotal += to - from;
    queued += to - from;
  }

  /** Writes adjacent entries: the compiler moves the bounds checks out of such a loop. */
  private void writeFrom(int index, long[] entries, int from, int to) {
    long offset = (long) index * Ring.SUBMISSION_SIZE + Ring.SUBMISSION_USER_DATA;
    for (int i = 0; i < to - from; i++) {
      submissions.set(
          ValueLayout.JAVA_LONG_UNALIGNED,
          offset + (long) i * Ring.SUBMISSION_SIZE,
          entries[from + i]);
    }
  }

  @Override
  public int submit() {
    int submitted = queued;
    if (submitted == 0) {
      return 0;
    }
    doorbell.wakeEarly();
    try {
      enter();
      requireNoOverflow();
    } catch (RuntimeException e) {
      wakeAfter(e, submitted - queued);
      throw e;
    }
    doorbell.wake(submitted);
    blankAhead();
    return submitted;
  }

  private void requireNoOverflow() {
    // Partner: the kernel's atomic_or of IORING_SQ_CQ_OVERFLOW (io_cqring_event_overflow).
    if ((SharedMemory.getIntAcquire(rings, flagsOffset) & CQ_OVERFLOW) != 0) {
      throw new RegionException(
          "the completion queue overflowed: a receiver moved its head back; close the ring and open"
              + " it anew");
    }
  }

  /** Wakes receivers for the entries that the kernel took before it refused. */
  private void wakeAfter(RuntimeException failure, int entries) {
    if (entries > 0) {
      try {
        doorbell.wake(entries);
      } catch (RuntimeException e) {
        failure.addSuppressed(e);
      }
    }
  }

  /**
   * Blanks the entry behind the last one submitted, where receivers look for the next entry. Blanks
   * a whole line at a time, so that the line they look at is not written for each. If that entry is
   * not known to be free, or not blank yet, receivers read the tail instead. Called after entering
   * and waking: before, the kernel would wait for the line, and the receivers for the kernel.
   */
  private void blankAhead() {
    int end = (int) queuedTotal;
    if (blankTo - end <= 0) {
      blankTo = blankEnd(end, head(), completionEntries);
      completions.blank(end, blankTo);
    }
  }

  /** The end of the line of an entry, or of the entries that are free, modulo 2^32. */
  static int blankEnd(int entry, int head, int completionEntries) {
    int lineEnd = (entry | ENTRIES_IN_LINE - 1) + 1;
    return lineEnd - head <= completionEntries ? lineEnd : head + completionEntries;
  }

  private void enter() {
    for (int retries = 0; queued > 0; retries++) {
      // Partner: the kernel's smp_load_acquire of sq.tail (io_sqring_entries): it sees the entries
      // queued.
      SharedMemory.setIntRelease(rings, tailOffset, (int) queuedTotal);
      int result = ring.submit(queued);
      if (result > 0 && result <= queued) {
        queued -= result;
      } else if (retries >= MAX_RETRIES
          || result != 0 && result != -Errno.EINTR && result != -Errno.EAGAIN) {
        throw refused(result);
      }
    }
  }

  private TransportException refused(int result) {
    return result < 0
        ? Errno.failure("io_uring_enter of " + queued + " submissions", result)
        : new TransportException(
            "io_uring_enter took "
                + result
                + " of "
                + queued
                + " submissions: another process writes to the submission queue's tail");
  }

  @Override
  public void wakeAll() {
    doorbell.wakeAll();
  }

  @Override
  public int unclaimed() {
    return (int) (queuedTotal - queued - room.readClaimed(queuedTotal - queued));
  }

  @Override
  public String description() {
    return "io_uring by "
        + calls.name()
        + " with "
        + kind
        + ", "
        + submissionEntries
        + " submission and "
        + completionEntries
        + " completion entries";
  }

  @Override
  public void close() {
    try (arena) {
      ring.close();
    }
  }
}
