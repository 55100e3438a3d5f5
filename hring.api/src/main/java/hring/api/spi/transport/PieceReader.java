package hring.api.spi.transport;

import hring.api.spi.alloc.Owner;
import hring.api.spi.region.PackLayout;

/**
 * Reads what can be claimed of a piece of a pack. What is read counts only if the claim that it was
 * read for takes place: until then the pack may be filled anew. Used by the receiver's thread.
 */
final class PieceReader {
  /** What {@link #read} returns if there is nonsense where a frame must be. */
  static final int NONSENSE = -1;

  private final Packs packs;
  private boolean over;
  private boolean more;
  private int end;

  PieceReader(Packs packs) {
    this.packs = packs;
  }

  /** Whether what was read last reaches to the end of its piece. */
  boolean isOver() {
    return over;
  }

  /** Whether there is more of the piece than was to be read. */
  boolean hasMore() {
    return more;
  }

  /** Returns the index behind what was read last, in units from the start of the piece. */
  int end() {
    return end;
  }

  /**
   * Returns whether a frame, or the end of the piece, is published at an index.
   *
   * @param piece the entry
   * @param index in units from the start of the piece
   */
  boolean isPublished(long piece, int index) {
    long unit = (long) Packs.start(piece) + index;
    return unit >= packs.units() || PackLayout.serial(packs.frame(unit)) == Packs.serial(piece);
  }

  /**
   * Reads messages.
   *
   * @param piece the entry
   * @param index where to begin, in units from the start of the piece
   * @param into gets their addresses
   * @param limit how many at most
   * @return how many; or {@link #NONSENSE}
   */
  int read(long piece, int index, long[] into, int limit) {
    over = false;
    more = false;
    int start = Packs.start(piece);
    long expected = PackLayout.frame(Owner.IN_FLIGHT, 0, 0, Packs.serial(piece));
    int unit = start + index;
    int stop = (start | PackLayout.UNITS - 1) + 1;
    if (start >= packs.units() || unit >= stop || start % PackLayout.UNITS == 0) {
      return NONSENSE;
    }
    int run = 0;
    while (unit < stop) {
      long frame = packs.frame(unit);
      int size = PackLayout.size(frame);
      if ((frame & ~PackLayout.SIZE_BITS) != expected) {
        // Not published yet, most often.
        boolean nonsense = run == 0 && PackLayout.serial(frame) == Packs.serial(piece);
        run = nonsense ? NONSENSE : run;
        break;
      }
      over = size == 0;
      more = !over && run == limit;
      if (over || more) {
        break;
      }
      if (!Packs.isMessage(unit, size)) {
        run = run == 0 ? NONSENSE : run;
        break;
      }
      int units = PackLayout.units(size);
      // Most often the next ones have this size, too: then none has to be read to find the next.
      long address = Packs.address(unit, size);
      do {
        into[run++] = address;
        address += units;
        unit += units;
      } while (run < limit && unit + units <= stop && packs.frame(unit) == frame);
    }
    end = unit - start;
    return run;
  }
}
