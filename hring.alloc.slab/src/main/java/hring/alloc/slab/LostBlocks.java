package hring.alloc.slab;

/**
 * Finds out which blocks of a dead participant's free record never arrived in {@code avail}.
 *
 * <p>A block goes round: avail, reserve, live (it has a tag), in a free record, avail; or from the
 * reserve straight back to avail. It is always written to the next place before it leaves the last.
 * The dead one removed the tag; if its bit had not been set in avail, the block is nowhere but in
 * its record, and stays so. If it had, the block is somewhere at each instant. The places are
 * looked at in the order of the round, so a block cannot be overtaken; it could only slip from
 * avail, seen last, to the reserve, seen first. That takes a new epoch, except for one lessee that
 * had begun before; so the round is made twice, and all over again if the epoch has changed.
 *
 * <p>{@code local} shows what the lessee took, handed out since or not. A block of the record was
 * live, so if the epoch is still the one that the record names it is not in the reserve, whatever
 * {@code local} shows. If the epoch is another one, a block in {@code local} was in avail when that
 * lease began, so it did arrive.
 *
 * <p>If the slab has no blocks of the record's class, it was retired since, and it could not have
 * been with a block missing. Retiring and formatting make new epochs, too.
 */
final class LostBlocks {
  private static final int ROUNDS = 2;

  /** Each further try means that somebody took blocks from this very word in the meantime. */
  private static final int MAX_TRIES = 1_000_000;

  private final SlabPool pool;
  private final int dead;

  LostBlocks(SlabPool pool, int dead) {
    this.pool = pool;
    this.dead = dead;
  }

  /**
   * Looks for blocks.
   *
   * @param word where they belong
   * @param sizeClass the class they were freed in
   * @param freedIn the epoch of the word when they were freed
   * @param mask those blocks of the dead one's record that have no tag
   * @return those that are nowhere
   */
  long find(int word, int sizeClass, long freedIn, long mask) {
    BlockWords words = pool.words();
    for (int i = 0; i < MAX_TRIES; i++) {
      long epoch = words.epoch(word);
      int state = pool.states().get(pool.slabOfWord(word));
      if (pool.states().blockClass(state) != sizeClass) {
        return 0;
      }
      long lost = mask;
      for (int round = 0; round < ROUNDS; round++) {
        lost &= ~words.avail(word);
        lost &= epoch == freedIn ? -1L : ~words.local(word);
        lost &= ~pool.live(word, sizeClass, lost);
        lost &= ~pool.recorded(word, dead);
      }
      lost &= ~words.avail(word);
      if (words.epoch(word) == epoch) {
        return lost;
      }
    }
    throw SlabPool.damaged("word " + word + " never comes to rest");
  }
}
