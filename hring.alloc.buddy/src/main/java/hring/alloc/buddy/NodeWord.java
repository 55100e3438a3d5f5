package hring.alloc.buddy;

/**
 * The bits of a tree word: the states of the two halves of a node, and whether they are valid.
 *
 * <pre>
 *   63           32 31      24  23    22   21          11 10           0
 *  +---------------+----------+-----+------+-------------+--------------+
 *  |    version    |   mark   |epoch| open | right half  |  left half   |
 *  +---------------+----------+-----+------+-------------+--------------+
 *
 *   a half:   10      3    2     1     0
 *            +---------+-------+--------+
 *            |  owner  | epoch | state  |    FREE, TAKEN, FREEING or SPLIT
 *            +---------+-------+--------+
 * </pre>
 *
 * <p>The owner is the participant that took (TAKEN) or frees (FREEING) the half; it is 0 otherwise,
 * and for nodes past the end of the pool. Each change raises the version, so that a compare-and-set
 * fails if the word was changed since it was read. The mark is the same in every sound word, so
 * that zeros and random bytes are detected. {@link BuddyTree} explains open and epoch.
 */
final class NodeWord {
  static final int FREE = 0;
  static final int TAKEN = 1;
  static final int FREEING = 2;
  static final int SPLIT = 3;

  private static final int STATE_MASK = 3;
  private static final int EPOCH_BIT = 1 << 2;
  private static final int OWNER_SHIFT = 3;
  private static final int HALF_BITS = 11;
  private static final long HALF_MASK = (1L << HALF_BITS) - 1;
  private static final int OPEN_SHIFT = 2 * HALF_BITS;
  private static final long OPEN = 1L << OPEN_SHIFT;
  private static final int WORD_EPOCH_SHIFT = OPEN_SHIFT + 1;
  private static final long WORD_EPOCH = 1L << WORD_EPOCH_SHIFT;
  private static final int MARK_SHIFT = WORD_EPOCH_SHIFT + 1;
  private static final long MARK = 0xB5L << MARK_SHIFT;
  private static final long MARK_MASK = 0xFFL << MARK_SHIFT;
  private static final long VERSION_ONE = 1L << 32;

  /** The word that format writes: closed, both halves FREE. */
  static final long CLOSED = MARK;

  private NodeWord() {}

  static boolean isSound(long word) {
    return (word & MARK_MASK) == MARK;
  }

  static boolean isOpen(long word) {
    return (word & OPEN) != 0;
  }

  static int epoch(long word) {
    return (int) (word >>> WORD_EPOCH_SHIFT) & 1;
  }

  static int half(long word, long node) {
    return (int) ((word >>> shift(node)) & HALF_MASK);
  }

  static int state(int half) {
    return half & STATE_MASK;
  }

  static int owner(int half) {
    return half >>> OWNER_SHIFT;
  }

  static int halfEpoch(int half) {
    return half >>> 2 & 1;
  }

  static boolean isUsed(long word) {
    return isOpen(word) && state(half(word, 0)) != FREE && state(half(word, 1)) != FREE;
  }

  static boolean bothFree(long word) {
    return state(half(word, 0)) == FREE && state(half(word, 1)) == FREE;
  }

  /**
   * Returns a word with a half in another state; a half that becomes SPLIT enters its next epoch.
   */
  static long with(long word, long node, int state, int owner) {
    int old = half(word, node);
    int epoch = (state == SPLIT ? ~old : old) & EPOCH_BIT;
    long half = state | epoch | owner << OWNER_SHIFT;
    return (word & ~(HALF_MASK << shift(node)) | half << shift(node)) + VERSION_ONE;
  }

  /** Returns a closed word opened in its next epoch. */
  static long opened(long word) {
    return (word ^ (OPEN | WORD_EPOCH)) + VERSION_ONE;
  }

  /** Returns an open word closed, in the same epoch. */
  static long closed(long word) {
    return (word & ~OPEN) + VERSION_ONE;
  }

  /** Returns a word that is open from the beginning, in epoch 0. */
  static long permanent(int leftState, int rightState) {
    return MARK | OPEN | leftState | (long) rightState << HALF_BITS;
  }

  private static int shift(long node) {
    return (node & 1) == 0 ? 0 : HALF_BITS;
  }
}
