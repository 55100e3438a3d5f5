package hring.api.internal.broadcast;

import hring.api.Address;
import hring.api.InvalidAddressException;
import hring.api.RegionException;
import hring.api.spi.alloc.Allocator;
import hring.api.spi.alloc.BatchBit;
import hring.api.spi.alloc.Owner;
import hring.api.spi.region.ClaimCursor;
import hring.api.spi.region.Participants;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What a sender has sent to each and not freed yet, in the order of sending, on its heap. Messages
 * and entries are counted since the ring opened. Used by the sender's thread.
 */
final class Sent {
  private static final int FIRST_CAPACITY = 1024;

  private final Allocator allocator;
  private final ClaimCursor cursor;

  // By their number modulo its length.
  private long[] messages = new long[FIRST_CAPACITY];

  /** The first message that is not freed. */
  private long first;

  /** The number after the last one that was queued. */
  private long end;

  // By an entry's number modulo their length: the block of its list or NULL, the message after it.
  private final long[] lists;
  private final long[] ends;
  private long firstEntry;
  private long endEntry;

  /** The number of the first message of {@link #firstEntry}. */
  private long firstEntryStart;

  // How many bytes the messages had that were freed, and all that were queued.
  private long firstBytes;
  private long endBytes;

  // Of the next batch that is queued.
  private long[] batch = new long[0];
  private int batchLength;

  private final long[] single = new long[1];
  private final List<Spared> spared = new ArrayList<>();

  /** What could not be freed and was not told yet, or null. */
  private RegionException failure;

  /**
   * Creates an empty one.
   *
   * @param allocator the sender's allocator
   * @param cursor the ring's claim cursor, which is moved to the first message that is not passed
   * @param entries how many entries the ring has
   */
  Sent(Allocator allocator, ClaimCursor cursor, int entries) {
    this.allocator = allocator;
    this.cursor = cursor;
    lists = new long[entries];
    ends = new long[entries];
  }

  /** Notes the messages of the list that is the next entry with a batch bit. */
  void nextBatch(long[] listed, int count) {
    if (batch.length < count) {
      batch = new long[Integer.highestOneBit(count) * 2];
    }
    System.arraycopy(listed, 0, batch, 0, count);
    batchLength = count;
  }

  /** Notes an entry that was queued. */
  void queued(long entry) {
    if (BatchBit.isSet(entry)) {
      add(batch, batchLength);
    } else {
      single[0] = entry;
      add(single, 1);
    }
    int index = (int) endEntry & ends.length - 1;
    lists[index] = BatchBit.isSet(entry) ? BatchBit.clear(entry) : Address.NULL;
    ends[index] = end;
    endEntry++;
  }

  private void add(long[] from, int count) {
    if (end + count - first > messages.length) {
      grow(end + count - first);
    }
    for (int i = 0; i < count; i++) {
      messages[index(end + i)] = from[i];
      endBytes += Address.length(from[i]);
    }
    end += count;
  }

  private void grow(long needed) {
    long[] more = new long[Math.toIntExact(Long.highestOneBit(needed) * 2)];
    for (long i = first; i < end; i++) {
      more[(int) i & more.length - 1] = messages[index(i)];
    }
    messages = more;
  }

  private int index(long message) {
    return (int) message & messages.length - 1;
  }

  /** Returns the number of the first message that is not freed. */
  long first() {
    return first;
  }

  /** Returns the number after the last message that was queued. */
  long end() {
    return end;
  }

  /** Returns the number after the last entry that was queued. */
  long endEntry() {
    return endEntry;
  }

  /** Returns how many bytes the messages before {@link #first} had. */
  long firstBytes() {
    return firstBytes;
  }

  /** Returns how many bytes the messages before {@link #end} had. */
  long endBytes() {
    return endBytes;
  }

  /**
   * Moves the claim cursor; then frees messages, but for those that are spared, and the lists that
   * they end.
   *
   * @param passed the number after the last message to free
   */
  void free(long passed) {
    if (passed <= first) {
      return;
    }
    long entry = firstEntry;
    while (firstEntry < endEntry && ends[(int) firstEntry & ends.length - 1] <= passed) {
      firstEntryStart = ends[(int) firstEntry & ends.length - 1];
      firstEntry++;
    }
    // First: whoever looks on sees by it what may be overwritten.
    cursor.pass(firstEntry, (int) (passed - firstEntryStart));
    freeMessages(passed);
    for (; entry < firstEntry; entry++) {
      long list = lists[(int) entry & ends.length - 1];
      if (list != Address.NULL) {
        single[0] = list;
        give(single, 0, 1);
      }
    }
  }

  private void freeMessages(long passed) {
    while (first < passed) {
      int index = index(first);
      int count = (int) Math.min(passed - first, messages.length - index);
      for (int i = index; i < index + count; i++) {
        firstBytes += Address.length(messages[i]);
      }
      if (spared.isEmpty()) {
        give(messages, index, index + count);
      } else {
        giveUnlessSpared(index, count);
      }
      first += count;
    }
  }

  private void giveUnlessSpared(int index, int count) {
    for (int i = 0; i < count; i++) {
      if (!isSpared(first + i)) {
        give(messages, index + i, index + i + 1);
      }
    }
  }

  private boolean isSpared(long message) {
    for (Spared run : spared) {
      if (run.from <= message && message < run.to) {
        return true;
      }
    }
    return false;
  }

  /** Frees blocks. Of those that another process has damaged, each is left as it is, and told. */
  private void give(long[] blocks, int from, int to) {
    int next = from;
    while (next < to) {
      int end = allocator.transfer(blocks, next, to, Owner.IN_FLIGHT, Participants.SENDER);
      if (end > next) {
        allocator.free(blocks, next, end);
      }
      if (end < to) {
        fail(blocks[end]);
      }
      next = end + 1;
    }
  }

  private void fail(long address) {
    if (failure == null) {
      failure =
          new RegionException(
              "a block that was sent is not in flight any more, and cannot be freed: another"
                  + " process has damaged the region; close the ring and open it anew",
              new InvalidAddressException(address, "is not in flight"));
    }
  }

  /** Throws once what could not be freed. */
  void rethrow() {
    RegionException told = failure;
    failure = null;
    if (told != null) {
      throw told;
    }
  }

  /**
   * Spares messages of a receiver that is evicted: they are not freed before {@link #release}.
   *
   * @param owner the receiver's number
   * @param state the state word of its slot
   * @param from the number of the first, not freed yet
   * @param to the number after the last
   */
  void spare(int owner, long state, long from, long to) {
    long[] addresses = new long[Math.toIntExact(to - from)];
    Arrays.setAll(addresses, i -> messages[index(from + i)]);
    spared.add(new Spared(owner, state, from, addresses));
  }

  /** Returns what is spared. */
  List<Spared> spared() {
    return spared;
  }

  /** Ends the sparing of one receiver's messages, and frees those that nobody else waits for. */
  void release(Spared last) {
    spared.remove(last);
    for (long message = last.from; message < Math.min(last.to, first); message++) {
      if (!isSpared(message)) {
        int index = (int) (message - last.from);
        give(last.addresses, index, index + 1);
      }
    }
  }

  /** The run of an evicted receiver. */
  static final class Spared {
    /** Its number. */
    final int owner;

    /** The state word of its slot. */
    final long state;

    /** The number of its first message. */
    final long from;

    /** The number after its last. */
    final long to;

    private final long[] addresses;

    private Spared(int owner, long state, long from, long[] addresses) {
      this.owner = owner;
      this.state = state;
      this.from = from;
      this.addresses = addresses;
      to = from + addresses.length;
    }
  }
}
