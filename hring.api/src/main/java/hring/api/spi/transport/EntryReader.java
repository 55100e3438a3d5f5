package hring.api.spi.transport;

import hring.api.Address;
import hring.api.spi.alloc.BatchBit;
import hring.api.spi.region.ClaimCursor;
import hring.api.spi.region.Region;

/**
 * Reads the messages that entries of a ring stand for: single messages up to the first entry with
 * the batch bit; or a part of the list of one batch; or of a piece of a pack. What is read may be
 * overwritten meanwhile: it counts only if the claim cursor is seen not to have passed it
 * afterwards. Used by one thread.
 */
public final class EntryReader {
  private final Entries entries;
  private final BatchList lists;
  private final PieceReader pieces;

  // What was read last.
  int length;
  long end;
  long list;
  long piece;
  boolean more;

  /**
   * Creates a reader.
   *
   * @param region the region
   * @param entries its ring
   */
  public EntryReader(Region region, Entries entries) {
    this.entries = entries;
    lists = new BatchList(region);
    pieces = new PieceReader(new Packs(region));
  }

  /**
   * Returns how many messages were read.
   *
   * @return 1 at least, unless it was the mere end of a piece, or a piece that goes on later
   */
  public int length() {
    return length;
  }

  /**
   * Returns the position after what was read.
   *
   * @return the position; the one where reading began if there is a piece that goes on later
   */
  public long end() {
    return end;
  }

  /**
   * Returns whether what was read lies in a pack.
   *
   * @return true if it is of a piece
   */
  public boolean isPacked() {
    return piece != Address.NULL;
  }

  /**
   * Reads addresses.
   *
   * @param into gets them. One that has the batch bit, and is not {@link #isPacked}, is no message:
   *     the entry is damaged, or was overwritten
   * @param position where to begin: a position or a cursor
   * @param limit how many at most
   * @param posted how many entries are posted from there on, at least 1
   */
  public void read(long[] into, long position, int limit, int posted) {
    long count = ClaimCursor.count(position);
    long first = entries.entry(count);
    list = Address.NULL;
    piece = Address.NULL;
    if (BatchBit.isSet(first)) {
      if (Packs.isPiece(first)) {
        readPiece(into, position, first, limit, posted);
      } else {
        readList(into, position, first, limit, posted);
      }
      return;
    }
    into[0] = first;
    length = 1;
    int last = Math.min(limit, posted);
    if (last > 1) {
      readSingles(into, count, last);
    }
    more = posted > length;
    end = ClaimCursor.position(count + length, 0);
  }

  private void readSingles(long[] into, long count, int last) {
    entries.read(count, into, last);
    // Including the first, which was read a second time and may have changed.
    int single = 0;
    while (single < last && into[single] >= 0) {
      single++;
    }
    length = Math.max(1, single);
  }

  private void readList(long[] into, long position, long word, int limit, int posted) {
    long count = ClaimCursor.count(position);
    int index = ClaimCursor.index(position);
    long block = BatchBit.clear(word);
    int left = lists.count(block) - index;
    if (left <= 0) {
      // Not a list; or it was freed meanwhile, and then the claim fails.
      into[0] = word;
      left = 1;
      length = 1;
    } else {
      length = Math.min(left, limit);
      lists.read(block, index, into, length);
      list = length == left ? word : Address.NULL;
    }
    more = length < left || posted > 1;
    end =
        length < left
            ? ClaimCursor.position(count, index + length)
            : ClaimCursor.position(count + 1, 0);
  }

  private void readPiece(long[] into, long position, long word, int limit, int posted) {
    long count = ClaimCursor.count(position);
    int index = ClaimCursor.index(position);
    length = pieces.read(word, index, into, limit);
    piece = word;
    // A piece is over before the next entry is posted.
    if (length == 0 && !pieces.isOver() && posted > 1 && !pieces.isPublished(word, index)) {
      length = PieceReader.NONSENSE;
    }
    if (length == PieceReader.NONSENSE) {
      // Or the pack is filled anew meanwhile, and then the claim fails.
      into[0] = word;
      length = 1;
      piece = Address.NULL;
      end = ClaimCursor.position(count + 1, 0);
      more = posted > 1;
    } else {
      end =
          ClaimCursor.position(
              pieces.isOver() ? count + 1 : count, pieces.isOver() ? 0 : pieces.end());
      more = pieces.hasMore() || posted > 1;
    }
  }

  /**
   * Returns whether a message, or the end of a piece, can be read of an entry that is posted.
   *
   * @param entry the entry
   * @param position where: a position or a cursor
   * @return false of a piece of which nothing is left, and that goes on later
   */
  public boolean isThere(long entry, long position) {
    return !Packs.isPiece(entry) || pieces.isPublished(entry, ClaimCursor.index(position));
  }
}
