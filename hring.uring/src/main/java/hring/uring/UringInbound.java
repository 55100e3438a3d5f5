package hring.uring;

import hring.api.Address;
import hring.api.RegionException;
import hring.api.spi.ClaimCursor;
import hring.api.spi.HeaderLayout;
import hring.api.spi.Inbound;
import hring.api.spi.Participant;
import hring.api.spi.Participants;
import hring.api.spi.Region;
import hring.api.spi.SharedMemory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * A receiver's end. It makes no call of io_uring: it reads the completion queue, which lies in the
 * region or is mapped from the sender's ring.
 *
 * <p><b>Claiming.</b> Read the cursor; read the entries beyond it; record them in the slot; move
 * the cursor by compare-and-set. Entries that are read may be overwritten meanwhile only after
 * another receiver has moved the cursor, and then the compare-and-set fails and they are read
 * again. The cursor's count has 56 bits and never comes back to an old value.
 */
final class UringInbound implements Inbound {
  private static final int MAX_RETRIES = 1_000_000;

  /** No address: something may be there. */
  private static final long UNKNOWN = -1;

  private final CompletionQueue completions;
  private final ClaimCursor cursor;
  private final Participant participant;
  private final Participants participants;
  private final Region region;
  private final MemorySegment header;
  private final MemorySegment wakeWord;
  private final Kernel kernel;
  private final Liveness sender;
  private final Arena arena;
  private final String way;

  UringInbound(
      Region region,
      Participant participant,
      CompletionQueue completions,
      Arena arena,
      String way) {
    this.region = region;
    this.participant = participant;
    this.completions = completions;
    this.arena = arena;
    this.way = way;
    cursor = region.claimCursor();
    participants = region.participants();
    header = region.headerMemory();
    wakeWord = header.asSlice(HeaderLayout.WAKE_WORD, Integer.BYTES);
    kernel = new Kernel(arena);
    sender = new Liveness(region.header().sender(), kernel);
  }

  @Override
  public int claim(long[] words, int limit) {
    for (int retries = 0; retries < MAX_RETRIES; retries++) {
      long seen = cursor.read();
      long count = ClaimCursor.count(seen);
      int posted = completions.postedBeyond(count);
      if (posted == 0) {
        return 0;
      }
      if (posted < 0 || posted > completions.entries()) {
        requireMoved(seen, posted);
        continue;
      }
      int run = read(words, count, Math.min(Math.min(limit, MAX_CLAIM), posted));
      participant.recordClaim(count, words, run);
      if (ClaimCursor.owner(seen) != participant.owner()) {
        participants.confirmClaim(seen);
      }
      if (cursor.tryMove(seen, participant.owner(), count + run)) {
        return run;
      }
    }
    throw new RegionException(
        "the claim cursor of " + region.file() + " never rests: somebody scribbles on it");
  }

  /** Reads a run of words: one that stands for many messages, or single messages up to there. */
  private int read(long[] words, long count, int run) {
    words[0] = completions.word(count);
    if (run == 1 || words[0] < 0) {
      return 1;
    }
    completions.read(count, words, run);
    // From the first on: it is read again, and somebody may be scribbling.
    int single = 0;
    while (single < run && words[single] >= 0) {
      single++;
    }
    return Math.max(1, single);
  }

  @Override
  public long peek() {
    long seen = cursor.read();
    long word = completions.word(ClaimCursor.count(seen));
    // If others have claimed it meanwhile, it may be blank for the ring's next round.
    return word != Address.NULL || cursor.read() == seen ? word : UNKNOWN;
  }

  /**
   * The tail was read after the cursor: it may be far ahead because the cursor is out of date, and
   * for no other reason.
   */
  private void requireMoved(long seen, int posted) {
    if (cursor.read() == seen) {
      throw new RegionException(
          "the completion queue of "
              + region.file()
              + " is damaged: "
              + posted
              + " entries beyond the claim cursor, it has "
              + completions.entries());
    }
  }

  @Override
  public boolean hasWords() {
    return completions.postedBeyond(ClaimCursor.count(cursor.read())) != 0;
  }

  @Override
  public void park(long nanos) {
    // Partner: the full fence in UringOutbound.wake(). First the bit, then the word, then the look
    // at the ring: a sender that does not see the bit after its submit has submitted before this
    // look; one that does changes the word then, whatever it did early.
    SharedMemory.getAndOrLong(header, HeaderLayout.PARKED_MASK, participant.bit());
    try {
      int word = SharedMemory.getIntAcquire(header, HeaderLayout.WAKE_WORD);
      if (hasWords() || region.state() != HeaderLayout.STATE_OPEN) {
        return;
      }
      int result = kernel.futexWait(wakeWord, word, nanos);
      // EAGAIN: the word had changed already. EINTR: a signal. Each time the caller looks again.
      if (result < 0
          && result != -Errno.EAGAIN
          && result != -Errno.EINTR
          && result != -Errno.ETIMEDOUT) {
        throw Errno.failure("futex wait", result);
      }
    } finally {
      SharedMemory.getAndAndLong(header, HeaderLayout.PARKED_MASK, ~participant.bit());
    }
  }

  @Override
  public boolean isSenderAlive() {
    return sender.isAlive();
  }

  @Override
  public String description() {
    return way;
  }

  @Override
  public void close() {
    try (arena) {
      sender.close();
    }
  }
}
