package hring.alloc.slab;

/**
 * Finds out which blocks of a dead participant's free record never arrived in {@code avail}.
 *
 * <p><b>Claim.</b> A block of the record that has no tag is lost, that is nowhere but in this
 * record, if and only if it is in none of the places looked at here.
 *
 * <ol>
 *   <li>A block goes round: avail, lease, live or held (it has a tag), in a free record, avail; or
 *       from the lease straight back to avail. It is written to the next place before it leaves the
 *       last. So if the dead one's bit arrived in avail, the block is somewhere at each instant; if
 *       not, it stays nowhere.
 *   <li>The places are looked at in the order of the round, so a block cannot be overtaken. It
 *       could only slip from avail, seen last, to a lease, seen first. That takes an epoch, except
 *       for one holder that had begun before; so the round is made twice, and all over again if the
 *       epoch changed.
 *   <li>{@code local} shows what the word's last take took, handed out since or not. When the dead
 *       one noted the epoch, the block was live, so not in avail. If the take ended before (the
 *       epochs are the same and even), a block of the record is therefore not in the lease,
 *       whatever {@code local} shows. If the take ended later or has not ended, the block is in
 *       {@code local} only if it was in avail after the record was written: it did arrive.
 *   <li>A record names only blocks that nobody but its participant can free: live ones, of which
 *       the participant's own thread makes none a held one meanwhile, or held ones ({@link
 *       FreePath}). So between two records that name one block, the earlier one's block arrived and
 *       was taken again, which took an epoch. So of the other records only those with a later epoch
 *       are looked at: if one of these names the block, the dead one's arrived.
 * </ol>
 *
 * <p>If the slab has no blocks of the record's class, it was retired since, and it could not have
 * been with a block missing. A slab of the same class that lies there since has all its blocks
 * somewhere, too.
 */
final class LostBlocks {
  private static final int ROUNDS = 2;

  /** Each further try means that somebody took blocks from this very word in the meantime. */
  private static final int MAX_TRIES = 1_000_000;

  private final SlabPool pool;
  private final Place place;

  LostBlocks(SlabPool pool) {
    this.pool = pool;
    place = new Place(pool);
  }

  /**
   * Looks for blocks.
   *
   * @param word where they belong
   * @param sizeClass the class they were freed in
   * @param freedIn the epoch of the word that the record names
   * @param mask the blocks of the record
   * @return those that are nowhere
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
