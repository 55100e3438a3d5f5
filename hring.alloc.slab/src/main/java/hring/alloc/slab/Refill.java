package hring.alloc.slab;

import hring.api.Address;
import java.util.BitSet;

/**
 * Finds blocks for an empty lease. It tries, in this order,
 *
 * <ol>
 *   <li>a word of the class, among the next few, that has a good part of its blocks free;
 *   <li>free pages for a new slab;
 *   <li>any word of the class with a free block;
 *   <li>free pages once more, after this participant has given back all that it holds, and all
 *       empty slabs;
 *   <li>a word of any slab of the class, or of the next class of larger blocks that has any.
 * </ol>
 *
 * <p>A lease costs the same whether it yields 64 blocks or one. Therefore words with few free
 * blocks are passed over as long as there are free pages; they will have more later. So the class
 * grows until a word has, on average, enough. Where no free pages are known, the search begins with
 * any word. The size of a new slab grows with the class, so a class with few blocks takes few pages
 * from the others.
 *
 * <p><b>Why no block is taken twice.</b>
 *
 * <ol>
 *   <li>Only the holder of the word's lease takes blocks out of {@code avail}. There is one holder,
 *       since a lease is taken by a compare-and-set from 0.
 *   <li>A slab loses its class only while all its words are leased by the participant that retires
 *       it. So as long as another one has a lease of one of them, the slab keeps its class.
 *   <li>A participant reads the state after it has taken the lease. If the slab was retired before,
 *       the lease was ended by a release after the state had left IN_USE, and the compare-and-set
 *       that takes the lease is an acquire: it sees that state or a later one. If it sees IN_USE,
 *       that is the state of a new slab, whose words were formatted before.
 * </ol>
 *
 * <p><b>A full pool.</b> Marks let a search pass over slabs without blocks, and a request that the
 * whole pool could not fulfil is refused at once until blocks or pages are given back ({@link
 * FullMarks}, {@link PageMap#returns}).
 *
 * <p>Nothing here waits: words that others have leased are passed over.
 */
final class Refill {
  private static final int FEW_LOOKS = 8;

  /** A new slab has at most this part (an eighth) of the pages that the class has. */
  private static final int GROWTH_PART = 8;

  /**
   * The first slab of a class has this many blocks, unless they are more than FIRST_PART allows.
   */
  private static final int FIRST_BLOCKS = 64;

  /** The first slab of a class is at most this part (a 512th) of the pool, or one block. */
  private static final int FIRST_PART = 512;

  private static final int NO_CLASS = Integer.MAX_VALUE;

  /** The remainder after the last block is at most this part (an eighth) of a slab, if possible. */
  private static final int WASTE_PART = 8;

  private final SlabPool pool;
  private final int owner;
  private final PageStock stock;
  private final Lease[] leases;
  private final Magazine[] magazines;

  // How selective the present search is: how many words it still looks at, and whether a word with
  // few blocks will do.
  private int looks;
  private boolean takesFew;

  /** Blocks of this size could not be allocated when the next two fields were read. */
  private long exhausted = Long.MAX_VALUE;

  private int poolMark;
  private long returns;

  /**
   * Whether the last search passed over words that others had leased, or slabs that they were
   * changing.
   */
  private boolean sawOthers;

  Refill(SlabPool pool, int owner, PageStock stock, Lease[] leases, Magazine[] magazines) {
    this.pool = pool;
    this.owner = owner;
    this.stock = stock;
    this.leases = leases;
    this.magazines = magazines;
  }

  /**
   * Fills an empty lease.
   *
   * @return false if the pool has no block of this class now
   */
  boolean fill(Lease lease) {
    lease.release();
    long size = pool.classes().blockSize(lease.sizeClass());
    if (isExhausted(size)) {
      return false;
    }
    boolean mayGrow = !stock.seemsWithout(pagesOf(lease, 1));
    if (mayGrow && (search(lease, FEW_LOOKS, false) || fromStock(lease)) || search(lease)) {
      return true;
    }
    if (discover(lease) && search(lease)) {
      return true;
    }
    beginLast();
    if (fromStock(lease) || fromOthers(lease)) {
      return true;
    }
    noteExhausted(size);
    return false;
  }

  /**
   * Takes an extent.
   *
   * @return its address, or {@link Address#NULL} if the pool has no room for it now
   */
  long takeExtent(long size) {
    if (isExhausted(size)) {
      return Address.NULL;
    }
    long address = stock.takeExtent(size);
    if (address == Address.NULL) {
      beginLast();
      address = stock.takeExtent(size);
      if (address == Address.NULL) {
        noteExhausted(size);
      }
    }
    return address;
  }

  /** Gives back all that can be given back, and begins the last search, of the whole pool. */
  private void beginLast() {
    giveBackBlocks();
    // Before the search, so that blocks that come back during it are noticed.
    poolMark = pool.poolMark().ask(0);
    sawOthers = !stock.retireEmpty();
    returns = pool.map().returns();
  }

  /**
   * Remembers that the last search found nothing, unless others were using words or slabs that may
   * have blocks.
   */
  private void noteExhausted(long size) {
    exhausted = sawOthers ? Long.MAX_VALUE : size;
  }

  /**
   * Returns whether blocks of this size, or smaller ones, could not be allocated, and none came
   * back since.
   */
  private boolean isExhausted(long size) {
    return size >= exhausted
        && pool.poolMark().isSame(0, poolMark)
        && pool.map().returns() == returns
        && !holdsBlocks();
  }

  private boolean holdsBlocks() {
    for (Magazine magazine : magazines) {
      if (!magazine.isEmpty()) {
        return true;
      }
    }
    return false;
  }

  /** Gives back all that this participant holds, and all slabs that are empty. */
  void flush() {
    giveBackBlocks();
    stock.retireEmpty();
  }

  private void giveBackBlocks() {
    for (Lease lease : leases) {
      lease.release();
    }
    for (Magazine magazine : magazines) {
      magazine.flush();
    }
  }

  private boolean search(Lease lease) {
    return search(lease, Integer.MAX_VALUE, true);
  }

  /** Searches the slabs that are known to be of the class once, from the cursor on. */
  private boolean search(Lease lease, int most, boolean few) {
    looks = most;
    takesFew = few;
    int page = pool.pageOfWord(lease.cursor());
    BitSet slabs = lease.slabs();
    int start = Math.max(0, slabs.previousSetBit(page));
    int first = Math.max(0, lease.cursor() - pool.firstWord(start));
    if (slabs.get(start) && fromSlab(lease, start, first, Integer.MAX_VALUE)) {
      return true;
    }
    for (int i = slabs.nextSetBit(start + 1); i >= 0 && looks > 0; i = slabs.nextSetBit(i + 1)) {
      if (fromSlab(lease, i, 0, Integer.MAX_VALUE)) {
        return true;
      }
    }
    for (int i = slabs.nextSetBit(0);
        i >= 0 && i < start && looks > 0;
        i = slabs.nextSetBit(i + 1)) {
      if (fromSlab(lease, i, 0, Integer.MAX_VALUE)) {
        return true;
      }
    }
    return slabs.get(start) && fromSlab(lease, start, 0, first);
  }

  private boolean fromSlab(Lease lease, int slab, int from, int to) {
    int state = pool.states().get(slab);
    if (!isOf(lease.sizeClass(), slab, state)) {
      lease.removeSlab(slab);
      return false;
    }
    if (pool.slabMarks().isFull(slab)) {
      looks--;
      return false;
    }
    if (fromWords(lease, slab, state, from, to)) {
      return true;
    }
    if (takesFew) {
      isFull(slab, state);
    }
    return false;
  }

  private boolean isOf(int sizeClass, int slab, int state) {
    return SlabStates.kind(state) == SlabStates.IN_USE
        && SlabStates.sizeClass(state) == sizeClass
        && pool.states().hasBlocks(slab, state);
  }

  private boolean fromWords(Lease lease, int slab, int state, int from, int to) {
    int blocks = pool.blocks(state);
    int end = Math.min(to, SizeClasses.words(blocks));
    int enough = takesFew ? 1 : lease.enough(blocks);
    for (int n = from; n < end && looks > 0; n++) {
      looks--;
      if (fromWord(lease, pool.firstWord(slab) + n, enough)) {
        return true;
      }
    }
    return false;
  }

  private boolean fromWord(Lease lease, int word, int enough) {
    BlockWords words = pool.words();
    if (Long.bitCount(words.avail(word)) < enough || words.lease(word) != 0) {
      return false;
    }
    pool.slot(owner).noteLease(lease.sizeClass(), word);
    if (!words.tryLease(word, owner)) {
      return false;
    }
    boolean filled = lease.fill(word);
    if (filled) {
      words.touch(lease.cursor());
    } else {
      words.endLease(word);
    }
    return filled;
  }

  /** Looks for slabs of the class that others created; returns whether there are any. */
  private boolean discover(Lease lease) {
    int known = lease.slabs().cardinality();
    int pages = pool.layout().pages();
    for (int page = pool.map().nextInUse(0); page < pages; ) {
      int state = pool.states().get(page);
      if (isOf(lease.sizeClass(), page, state)) {
        lease.addSlab(page, SlabStates.pages(state));
      }
      page = pool.map().nextInUse(page + pool.pagesTogether(page));
    }
    return lease.slabs().cardinality() > known;
  }

  private boolean fromStock(Lease lease) {
    int least = pagesOf(lease, 1);
    int wanted = Math.max(least, wantedPages(lease));
    while (true) {
      int slab = stock.takeSlab(lease.sizeClass(), wanted);
      if (slab != PageMap.NONE) {
        lease.addSlab(slab, wanted);
        looks = Integer.MAX_VALUE;
        takesFew = true;
        // Others may have taken all its blocks by now; that counts as no pages found.
        return fromSlab(lease, slab, 0, Integer.MAX_VALUE);
      }
      if (wanted == least) {
        return false;
      }
      wanted = Math.max(least, wanted / 2);
    }
  }

  private int wantedPages(Lease lease) {
    long blockSize = pool.classes().blockSize(lease.sizeClass());
    long first =
        Math.min(pool.layout().geometry().poolSize() / FIRST_PART, FIRST_BLOCKS * blockSize);
    long grown = (long) lease.pages() / GROWTH_PART * pool.layout().pageSize();
    long most = (long) pool.layout().slabPages() * pool.layout().pageSize();
    int blocks = (int) Math.max(1, Math.min(most, Math.max(first, grown)) / blockSize);
    while (isWasteful(lease, blocks)) {
      blocks++;
    }
    return pagesOf(lease, blocks);
  }

  private boolean isWasteful(Lease lease, int blocks) {
    int pages = pagesOf(lease, blocks);
    long size = (long) pages * pool.layout().pageSize();
    long used = blocks * pool.classes().blockSize(lease.sizeClass());
    return (size - used) * WASTE_PART > size && pages < pool.layout().slabPages();
  }

  private int pagesOf(Lease lease, long blocks) {
    return pool.layout().extentPages(blocks * pool.classes().blockSize(lease.sizeClass()));
  }

  /** Takes blocks of any slab of the class, or of the next larger class that has any. */
  private boolean fromOthers(Lease lease) {
    for (int c = leastClass(lease.sizeClass()); c != NO_CLASS; c = leastClass(c + 1)) {
      int pages = pool.layout().pages();
      for (int page = pool.map().nextInUse(0); page < pages; ) {
        int state = pool.states().get(page);
        if (isOf(c, page, state)
            && !pool.slabMarks().isFull(page)
            && fromWords(lease, page, state, 0, Integer.MAX_VALUE)) {
          return true;
        }
        page = pool.map().nextInUse(page + pool.pagesTogether(page));
      }
    }
    return false;
  }

  /** Returns the least class, at or above {@code from}, of which there are blocks to take. */
  private int leastClass(int from) {
    int least = NO_CLASS;
    int pages = pool.layout().pages();
    for (int page = pool.map().nextInUse(0); page < pages; ) {
      int state = pool.states().get(page);
      int sizeClass = SlabStates.sizeClass(state);
      if (isOf(sizeClass, page, state)) {
        if (sizeClass >= from && sizeClass < least && !isFull(page, state)) {
          least = hasBlocks(page, state) ? sizeClass : least;
          sawOthers = true;
        }
      } else if (!pool.isExtent(page)) {
        // Another participant is changing it.
        sawOthers = true;
      }
      page = pool.map().nextInUse(page + pool.pagesTogether(page));
    }
    return least;
  }

  /** Returns whether a slab has no block to take, not even in words that others have leased. */
  private boolean isFull(int slab, int state) {
    FullMarks marks = pool.slabMarks();
    if (marks.isFull(slab)) {
      return true;
    }
    if (!isUsedUp(slab, state)) {
      return false;
    }
    int asked = marks.ask(slab);
    boolean full = isUsedUp(slab, state);
    if (full) {
      marks.confirm(slab, asked);
    }
    return full;
  }

  private boolean isUsedUp(int slab, int state) {
    int words = SizeClasses.words(pool.blocks(state));
    for (int n = 0; n < words; n++) {
      if (pool.words().avail(pool.firstWord(slab) + n) != 0) {
        return false;
      }
    }
    return true;
  }

  private boolean hasBlocks(int slab, int state) {
    for (int n = 0; n < SizeClasses.words(pool.blocks(state)); n++) {
      int word = pool.firstWord(slab) + n;
      if (pool.words().avail(word) != 0 && pool.words().lease(word) == 0) {
        return true;
      }
    }
    return false;
  }
}
