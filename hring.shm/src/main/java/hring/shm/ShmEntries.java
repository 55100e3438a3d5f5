package hring.shm;

import hring.api.Address;
import hring.api.spi.alloc.SharedMemory;
import hring.api.spi.region.ClaimCursor;
import hring.api.spi.region.HeaderLayout;
import hring.api.spi.transport.Entries;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * The ring, as both sides see it. It fills the rings section of the region; entry {@code n} is in
 * slot {@code n} modulo the number of slots:
 *
 * <pre>
 *   0                       128            136
 *  +--------+--------------+--------------+--------------+-----
 *  | tail   | (zero)       | slot 0       | slot 1       | ...   longs
 *  +--------+--------------+--------------+--------------+-----
 * </pre>
 *
 * <p><b>A slot says by itself whether its entry is posted</b>, so that a lone message costs its
 * receiver one cache line, and no index that the sender writes for each: 0 is a blank slot. These
 * hold:
 *
 * <ol>
 *   <li>Before the sender posts entry {@code n}, slot {@code n + 1} is blank. The sender blanks
 *       slots before it posts, with a release in between; and there are slots enough: those in
 *       flight and those blanked ahead never overlap ({@link #slots}).
 *   <li>The entries of one submission are posted together: all but the first are written, then the
 *       first, with a release. It is blank until then, and nobody reads past a blank slot.
 *   <li>A receiver whose claim starts at {@code n} has acquired entry {@code n - 1}, or follows, by
 *       the claim cursor, one that has. So by 1. it reads slot {@code n} as blank or as posted. The
 *       same holds for each slot after that, as it reads them in order.
 *   <li>A receiver whose count is out of date may read anything: its compare-and-set of the claim
 *       cursor fails.
 * </ol>
 *
 * <p>The tail counts what was posted, and is written after it. Receivers read it only where they
 * find a blank slot and have to be sure: before they sleep, when the stream ends, and once in a
 * while. An honest tail is never ahead of the slots; one that is, is reported.
 */
final class ShmEntries implements Entries {
  /** How many slots are in a cache line. */
  static final int LINE = 64 / Long.BYTES;

  private static final long TAIL = 0;
  private static final long FIRST_SLOT = HeaderLayout.ISOLATION;

  private final MemorySegment memory;
  private final int size;
  private final int slots;

  /**
   * Creates a view of the ring.
   *
   * @param memory the rings section, of {@link #sectionSize} bytes at least
   * @param size how many entries can be posted and unclaimed
   */
  ShmEntries(MemorySegment memory, int size) {
    this.memory = memory;
    this.size = size;
    slots = slots(size);
  }

  /**
   * Returns the number of slots: at least two lines more than entries can be in flight, so that
   * what is blanked ahead ({@link ShmOutbound}) is free.
   */
  private static int slots(int size) {
    return Math.max(2 * size, 4 * LINE);
  }

  static long sectionSize(int size) {
    return FIRST_SLOT + (long) slots(size) * Long.BYTES;
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public int postedBeyond(long count) {
    return postedBeyond(count, size);
  }

  @Override
  public int postedBeyond(long count, int most) {
    int posted = 0;
    while (posted < most && entry(count + posted) != Address.NULL) {
      posted++;
    }
    return posted > 0 ? posted : promisedBeyond(count);
  }

  /** Returns the tail, which may be behind the slots. */
  private int promisedBeyond(long count) {
    // Partner: the release in setTail(). Who sees the tail sees the entries before it.
    long tail = SharedMemory.getLongAcquire(memory, TAIL);
    return Math.clamp(ClaimCursor.beyond(tail, count), 0, size + 1);
  }

  @Override
  public long entry(long count) {
    // Partner: the release in post(), and the one in blank().
    return SharedMemory.getLongAcquire(memory, offset(count));
  }

  @Override
  public void read(long count, long[] into, int length) {
    for (int i = 0; i < length; i++) {
      into[i] = memory.get(ValueLayout.JAVA_LONG, offset(count + i));
    }
  }

  /** Writes entries behind one that is not posted yet, so that nobody reads them. */
  void write(long count, long[] entries, int from, int to) {
    for (int i = from; i < to; i++) {
      memory.set(ValueLayout.JAVA_LONG, offset(count + i - from), entries[i]);
    }
  }

  /** Posts an entry, and those that were written behind it. */
  void post(long count, long entry) {
    // Partner: the acquire in entry().
    SharedMemory.setLongRelease(memory, offset(count), entry);
  }

  void setTail(long tail) {
    // Partner: the acquire in promisedBeyond().
    SharedMemory.setLongRelease(memory, TAIL, tail);
  }

  /** Blanks slots that are free; ordered before all that is posted later. */
  void blank(long from, long to) {
    for (long count = from; count < to; count++) {
      memory.set(ValueLayout.JAVA_LONG, offset(count), Address.NULL);
    }
  }

  private long offset(long count) {
    return FIRST_SLOT + (count & slots - 1) * Long.BYTES;
  }
}
