package hring.alloc.slab;

/**
 * Finds the blocks of a dead participant's free record that never arrived in {@code avail}.
 *
 * <p><b>Claim.</b> A block of the record is <i>lost</i> (in no other place than this record) if and
 * only if {@link #find} sees it in none of the places below:
 *
 * <pre>
 *   lost = mask &amp; valid &amp; ~(avail | takenLater | tagged | recordedLater)
 *   takenLater = local if the word's last take ended after the record was written, else 0
 * </pre>
 *
 * <ol>
 *   <li>A block moves in a cycle: avail, lease, tagged (live or held), free record, avail; or from
 *       the lease straight back to avail. It is written to the next place before it leaves the last
 *       one. So if the dead participant's bit arrived in avail, the block is in at least one of
 *       these places at each instant; if it did not arrive, it is in none of them, and stays so.
 *   <li>The places are read in the order of the cycle, so a block that moves on is met in the next
 *       place. It can be missed only if it moves from avail, read last, to a lease, read first.
 *       Such a take raises the epoch, unless its holder had raised it before the search began.
 *       Therefore the places are read twice, and the search is repeated if the epoch changed.
 *   <li>{@code local} shows what the word's last take took, whether or not it was handed out since.
 *       When the dead participant noted the epoch, the block was tagged, so not in avail. If the
 *       take ended before that (freedIn = endOfTake(epoch)), a block of the record is not in the
 *       lease, whatever {@code local} shows. If the take ended later or has not ended (freedIn &lt;
 *       endOfTake(epoch)), the block is in {@code local} only if it was in avail after the record
 *       was written: it did arrive.
 *   <li>A record names only blocks that nobody but its participant can free ({@link FreePath}). So
 *       if two records name the same block, the block arrived in avail after the earlier one and
 *       was taken again before the later one, which raised the epoch. Therefore only records with
 *       an epoch above freedIn are read: if one of them names the block, the dead participant's bit
 *       arrived.
 * </ol>
 *
 * <p>If the slab is not of the record's class, it was retired since the record was written. A slab
 * is retired only with all blocks in avail, so none was lost. The same holds if a new slab of the
 * same class lies there now: each of its blocks is in one of the places.
 */
final class LostBlocks {
  private static final int ROUNDS = 2;

  /** Each further try means that another participant took blocks from this very word meanwhile. */
  private static final int MAX_TRIES = 1_000_000;

  private final SlabPool pool;
  private final Place place;

  LostBlocks(SlabPool pool) {
    this.pool = pool;
    place = new Place(pool);
  }

  /**
   * Returns the lost blocks of a record.
   *
   * @param word the word of the record
   * @param sizeClass the class that the record names
   * @param freedIn the epoch of the word that the record names
   * @param mask the blocks of the record
   * @return the bits of the lost blocks
   */
  long find(int word, int sizeClass, long freedIn, long mask) {
    BlockWords words = pool.words();
    for (int i = 0; i < MAX_TRIES; i++) {
      long epoch = words.epoch(word);
      if (!place.ofWord(word) || place.sizeClass != sizeClass) {
        return 0;
      }
      boolean takeEndsLater = freedIn < BlockWords.endOfTake(epoch);
      long lost = mask & place.valid;
      for (int round = 0; round < ROUNDS; round++) {
        lost &= ~words.avail(word);
        lost &= takeEndsLater ? ~words.local(word) : -1L;
        lost &= ~place.tagged(lost);
        lost &= ~pool.recordedAfter(word, freedIn);
      }
      lost &= ~words.avail(word);
      if (words.epoch(word) == epoch) {
        return lost;
      }
    }
    throw SlabPool.damaged("word " + word + " never comes to rest");
  }
}
