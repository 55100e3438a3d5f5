package hring.alloc.slab;

/**
 * The common stock of slabs: takes slabs out of it and returns them. Called by the participant's
 * own thread.
 *
 * <p><b>Why an empty slab stays empty while it is retired.</b> With the state RETIRING and all
 * leases in one hand nobody can take a block; if then every block is in {@code avail}, none is
 * live, so nobody frees one either. A participant that has removed a block's tag and not yet set
 * its bit makes the slab look not empty, whether it is slow or dead.
 *
 * <p><b>Crashes.</b> See {@link SlabReclaim}: RETIRING is undone, CHANGING is completed towards
 * FREE.
 */
final class SlabStock {
  private final SlabPool pool;
  private final int owner;

  SlabStock(SlabPool pool, int owner) {
    this.pool = pool;
    this.owner = owner;
  }

  /**
   * Takes a slab and makes it one of a class.
   *
   * @return the slab, or -1 if the stock is empty
   */
  int claim(int sizeClass) {
    SlabStates states = pool.states();
    for (int slab = 0; slab < pool.layout().slabs(); slab++) {
      if (states.get(slab) == SlabStates.FREE
          && states.compareAndSet(slab, SlabStates.FREE, SlabStates.changing(sizeClass, owner))) {
        for (int n = 0; n < pool.classes().words(sizeClass); n++) {
          int word = pool.firstWord(slab) + n;
          pool.words().format(word, pool.classes().validBits(sizeClass, n));
        }
        states.set(slab, SlabStates.inUse(sizeClass));
        return slab;
      }
    }
    return -1;
  }

  /** Returns all slabs that are empty and of which nobody holds a reserve. */
  void retireEmpty() {
    for (int slab = 0; slab < pool.layout().slabs(); slab++) {
      int state = pool.states().get(slab);
      int sizeClass = pool.states().blockClass(state);
      if (sizeClass >= 0 && state == SlabStates.inUse(sizeClass) && isEmpty(slab, sizeClass, 0)) {
        retire(slab, sizeClass);
      }
    }
  }

  private void retire(int slab, int sizeClass) {
    SlabStates states = pool.states();
    int inUse = SlabStates.inUse(sizeClass);
    if (!states.compareAndSet(slab, inUse, SlabStates.retiring(sizeClass, owner))) {
      return;
    }
    int first = pool.firstWord(slab);
    int leased = 0;
    while (leased < pool.classes().words(sizeClass)
        && pool.words().tryLease(first + leased, owner)) {
      leased++;
    }
    boolean empty = leased == pool.classes().words(sizeClass) && isEmpty(slab, sizeClass, owner);
    if (empty) {
      states.set(slab, SlabStates.changing(sizeClass, owner));
      clear(pool, slab);
    }
    // Before the state changes: as long as it names us, whoever repairs finds these leases.
    for (int n = 0; n < leased; n++) {
      pool.words().endLease(first + n);
    }
    states.set(slab, empty ? SlabStates.FREE : inUse);
  }

  /** Empties the words of a slab that is CHANGING. */
  static void clear(SlabPool pool, int slab) {
    for (int n = 0; n < pool.layout().wordsPerSlab(); n++) {
      pool.words().format(pool.firstWord(slab) + n, 0);
    }
  }

  private boolean isEmpty(int slab, int sizeClass, int holder) {
    for (int n = 0; n < pool.classes().words(sizeClass); n++) {
      int word = pool.firstWord(slab) + n;
      if (pool.words().avail(word) != pool.classes().validBits(sizeClass, n)
          || pool.words().lease(word) != holder) {
        return false;
      }
    }
    return true;
  }
}
