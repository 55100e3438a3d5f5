package hring.api.internal.batch;

import hring.api.spi.alloc.Owner;
import hring.api.spi.region.ClaimCursor;
import hring.api.spi.region.Counters;
import hring.api.spi.region.PackLayout;
import hring.api.spi.region.Region;
import hring.api.spi.transport.Outbound;
import hring.api.spi.transport.Packs;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/**
 * Writes small messages into packs. Those that follow each other are a piece, which is one entry of
 * the ring. Where the transport allows it, a piece goes on after it was submitted: what is added is
 * then published by its first frame alone. Used by the sender's thread.
 *
 * <p><b>Put together at home.</b> Short messages that are sent by copy are put together in an
 * array, and go to their pack by one copy: when they are submitted, when the piece ends, or before
 * another one is written in place. To write each there by itself takes about twice as long: the
 * lines of a pack are with the receivers that read it last, and the processor has few of them on
 * their way at a time if each is written by a dozen small stores.
 *
 * <p><b>Order.</b> A piece is ended by a frame of size 0 before anything else is queued.
 *
 * <p><b>Room.</b> A pack is filled anew when all of it is done, whichever that is: messages that a
 * receiver keeps for long keep their packs, and no others. And when the claim cursor has passed its
 * last piece: until then receivers look for the frame that ends it.
 *
 * <p><b>What was there before.</b> Receivers look at the frame behind the last one that they see.
 * So it is 0 before that one is published, whatever an earlier filling, or a message that was given
 * up, has left there: bytes of messages, which anybody may have chosen, are not taken for a frame.
 */
final class PackWriter {
  /** What {@link #begin} returns if receivers have to take messages first. */
  static final long FULL = -1;

  /** What {@link #begin} returns if receivers keep all packs: the message must go as a block. */
  static final long NO_PACK = -2;

  /** Messages of more bytes are copied to their pack at once: for them that is faster. */
  private static final int MAX_STAGED = 64;

  private final Packs packs;
  private final Outbound outbound;
  private final Counters counters;
  private final ClaimCursor cursor;
  private final long payload;
  private final int units;
  private final boolean goesOn;
  private final long[] entry = new long[1];

  /** Of each pack: up to where it is written, and up to where it was found done. */
  private final int[] end;

  private final int[] done;
  private final long[] serials;

  /** Of each pack: which entry of the ring its last piece is, -1 for none. */
  private final long[] lastEntry;

  /** How many entries were queued since the ring opened. */
  private long entries;

  private long lastSerial;

  /** The first unit of the pack that is being filled; -1 before there is one. */
  private int pack = -1;

  /** A frame of the pack without its size. */
  private long frame;

  /** The next unit of the pack that is not written. */
  private int next;

  /**
   * An image of the pack, of which the part from {@link #next} to {@link #filled} is still to be
   * written there.
   */
  private final long[] stage = new long[PackLayout.UNITS * PackLayout.UNIT / Long.BYTES];

  private final MemorySegment stageBytes = MemorySegment.ofArray(stage);

  /** Up to which long the stage is filled. */
  private int filled;

  /** The index in the stage where the piece must end; 0 if none is being written. */
  private int limit;

  /** The first unit of the last piece. */
  private int start;

  /** Whether nothing was queued behind the last piece. */
  private boolean last;

  /** Whether receivers see the piece that is being written, or was written last. */
  private boolean posted;

  /** Whether nothing was queued behind the last piece when all was submitted last. */
  private boolean shownLast;

  /** Up to where the last piece had messages then, in units from its start. */
  private int shownIndex;

  /** The first frame that was added to a piece that receivers see, until it is published; or 0. */
  private long held;

  private int heldUnit;

  /** The size of the message that is being written, 0 if there is none. */
  private int claimed;

  private int unsubmitted;

  /** How many others are to be counted when all is submitted. */
  private int uncounted;

  /** How many bytes those and {@link #unsubmitted} have. */
  private long uncountedBytes;

  PackWriter(Region region, Outbound outbound, Counters counters) {
    this.outbound = outbound;
    this.counters = counters;
    packs = new Packs(region);
    cursor = region.claimCursor();
    payload = region.packsInMessages() + Long.BYTES;
    units = packs.units();
    goesOn = outbound.canPublish();
    end = new int[units / PackLayout.UNITS];
    done = new int[end.length];
    serials = new long[end.length];
    lastEntry = new long[end.length];
    Arrays.fill(lastEntry, -1);
  }

  /**
   * Copies a message, if the piece that is being written has room.
   *
   * @return false if it has not
   */
  boolean tryAdd(MemorySegment message, int size) {
    int end = filled + words(PackLayout.units(size));
    if (end > limit) {
      return false;
    }
    if (size > MAX_STAGED) {
      flush();
      packs.write(next, message, size);
      add(frame(size), PackLayout.units(size));
    } else {
      stage(message, size);
      stage[filled] = frame(size);
      filled = end;
    }
    accepted(size);
    return true;
  }

  private void stage(MemorySegment message, int size) {
    if (size == Long.BYTES) {
      stage[filled + 1] = message.get(ValueLayout.JAVA_LONG_UNALIGNED, 0);
    } else {
      MemorySegment.copy(message, 0, stageBytes, (filled + 1L) * Long.BYTES, size);
    }
  }

  private static int words(int units) {
    return units * (PackLayout.UNIT / Long.BYTES);
  }

  /**
   * Returns where the next message is to be written, if the piece that is being written has room.
   *
   * @return the offset in the region's messages, or {@link #FULL}
   */
  long claim(int size) {
    if (filled + words(PackLayout.units(size)) > limit) {
      return FULL;
    }
    flush();
    claimed = size;
    return payload + ((long) next << PackLayout.UNIT_SHIFT);
  }

  /** Adds the message that was claimed and written. */
  void commit() {
    if (claimed == 0) {
      throw new IllegalStateException(
          "there is no room that was claimed: it is given up by whatever else is queued in"
              + " between");
    }
    add(frame(claimed), PackLayout.units(claimed));
    accepted(claimed);
  }

  private long frame(int size) {
    return frame | (long) size << PackLayout.SIZE_SHIFT;
  }

  private void accepted(int size) {
    unsubmitted++;
    uncountedBytes += size;
    claimed = 0;
  }

  /** Adds a frame whose message, if it has one, is in the pack. */
  private void add(long word, int taken) {
    int unit = next;
    next += taken;
    filled = words(next - pack);
    if (next < pack + PackLayout.UNITS) {
      packs.clear(next);
    }
    write(unit, word);
  }

  private void write(int unit, long word) {
    if (posted && held == 0) {
      held = word;
      heldUnit = unit;
    } else {
      packs.write(unit, word);
    }
  }

  /** Writes what was put together, and 0 where the next frame will be. */
  private void flush() {
    int from = words(next - pack);
    if (filled > from) {
      int unit = next;
      next = pack + filled / words(1);
      // In the pack still: the frame that ends the piece has room behind the messages.
      stage[filled] = 0;
      packs.write(unit, stage, from, filled);
      write(unit, stage[from]);
    }
  }

  /** Ends the piece that is being written, if there is one. */
  void endPiece() {
    if (limit > 0) {
      flush();
      add(frame, 1);
      limit = 0;
      claimed = 0;
      end[pack / PackLayout.UNITS] = next;
    }
  }

  /**
   * Begins a piece in which there is room for a message. Nothing else that is queued waits to be
   * given to the ring.
   *
   * @return 0; {@link #FULL} or {@link #NO_PACK} if there is none
   */
  long begin(int size) {
    boolean piece = limit > 0;
    endPiece();
    if (piece || outbound.writableEntries() == 0) {
      submit();
    }
    if (outbound.writableEntries() == 0) {
      return FULL;
    }
    // With the frame that ends it.
    if (pack < 0 || next + PackLayout.units(size) >= pack + PackLayout.UNITS) {
      int free = findDone();
      if (free < 0) {
        submit();
        return areAllClaimed() || unclaimed() == 0 ? NO_PACK : FULL;
      }
      beginPack(free);
    }
    entry[0] = Packs.piece(next, serials[pack / PackLayout.UNITS]);
    while (outbound.queue(entry, 0, 1) == 0) {
      submit();
    }
    lastEntry[pack / PackLayout.UNITS] = entries++;
    start = next;
    last = true;
    posted = false;
    limit = words(PackLayout.UNITS - 1);
    return 0;
  }

  private void beginPack(int free) {
    pack = free * PackLayout.UNITS;
    // Never 0: that is what frames have that are not written yet.
    lastSerial = lastSerial % PackLayout.SERIAL_MASK + 1;
    serials[free] = lastSerial;
    frame = PackLayout.frame(Owner.IN_FLIGHT, 0, 0, lastSerial);
    next = pack + 1;
    filled = words(1);
    end[free] = next;
    done[free] = next;
    packs.begin(pack, lastSerial);
    packs.clear(next);
  }

  /** Finds a pack that is done, the one that was filled longest ago first; -1 if there is none. */
  private int findDone() {
    int current = pack < 0 ? end.length - 1 : pack / PackLayout.UNITS;
    long passed = passed();
    for (int i = 1; i <= end.length; i++) {
      int candidate = (current + i) % end.length;
      if (lastEntry[candidate] < passed && isDone(candidate)) {
        return candidate;
      }
    }
    return -1;
  }

  /** Returns how many entries receivers have claimed to the end. */
  private long passed() {
    return entries - outbound.queued() - outbound.unclaimed();
  }

  /** Returns whether receivers have claimed all that is in packs: what is not done, they keep. */
  private boolean areAllClaimed() {
    long passed = passed();
    int claimed = 0;
    while (claimed < lastEntry.length && lastEntry[claimed] < passed) {
      claimed++;
    }
    return claimed == lastEntry.length;
  }

  private boolean isDone(int candidate) {
    int unit = done[candidate];
    while (unit < end[candidate]) {
      // Partner: the releases in Packs.done() and free(): nobody reads the messages any more.
      long found = packs.frame(unit);
      int size = PackLayout.size(found);
      boolean isEnd = PackLayout.owner(found) == Owner.IN_FLIGHT && size == 0;
      if (PackLayout.serial(found) != serials[candidate]
          || !isEnd && (PackLayout.owner(found) != PackLayout.DONE || size == 0)) {
        break;
      }
      unit += isEnd ? 1 : size;
    }
    done[candidate] = unit;
    return unit == end[candidate];
  }

  /**
   * Takes note of other messages that are counted when they are submitted.
   *
   * @param messages how many
   * @param bytes how many bytes they have
   */
  void count(int messages, long bytes) {
    uncounted += messages;
    uncountedBytes += bytes;
  }

  /**
   * Takes note of other entries that were queued behind the last piece.
   *
   * @param others how many
   */
  void followed(int others) {
    last = false;
    entries += others;
  }

  /** Submits what is queued in the ring, and publishes what was added to a piece. */
  void submit() {
    if (!goesOn) {
      endPiece();
    }
    claimed = 0;
    flush();
    int messages = unsubmitted;
    boolean added = held != 0;
    if (added) {
      packs.write(heldUnit, held);
      held = 0;
    }
    try {
      outbound.submit();
    } finally {
      // Also if it fails: it may have posted all, and then failed to wake.
      noteWhatIsSubmitted();
    }
    if (added) {
      outbound.published(Math.max(1, messages));
    }
  }

  private void noteWhatIsSubmitted() {
    boolean all = outbound.queued() == 0;
    shownLast = last && all;
    if (all) {
      // Without the frame that ends it.
      shownIndex = next - start - (limit > 0 ? 0 : 1);
      posted = true;
      count();
      unsubmitted = 0;
    }
  }

  private void count() {
    int messages = uncounted + unsubmitted;
    if (messages > 0) {
      counters.sent(messages, uncountedBytes);
      uncounted = 0;
      uncountedBytes = 0;
    }
  }

  /** Returns how many messages of packs wait to be submitted. */
  int unsubmitted() {
    return unsubmitted;
  }

  /** Returns how many others that were counted wait to be submitted. */
  int uncounted() {
    return uncounted;
  }

  /** Returns how many entries receivers have still to claim something of. */
  int unclaimed() {
    int unclaimed = outbound.unclaimed();
    // Of the last piece the frame that ends it may be left, or it goes on with nothing so far.
    boolean none = unclaimed == 1 && shownLast && ClaimCursor.index(cursor.read()) == shownIndex;
    return none ? 0 : unclaimed;
  }
}
