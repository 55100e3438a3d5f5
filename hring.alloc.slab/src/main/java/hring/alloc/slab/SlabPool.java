package hring.alloc.slab;

import hring.api.Address;
import hring.api.InvalidAddressException;
import hring.api.RegionException;
import hring.api.spi.alloc.AllocatorMemory;
import hring.api.spi.alloc.BlockTable;
import java.lang.foreign.MemorySegment;

/** The views of one pool's metadata, and the arithmetic that leads from one to the other. */
final class SlabPool {
  private final SlabLayout layout;
  private final SizeClasses classes;
  private final PageMap map;
  private final SlabStates states;
  private final FullMarks slabMarks;
  private final FullMarks poolMark;
  private final BlockWords words;
  private final BlockTable table;
  private final MemorySegment entries;
  private final ParticipantSlot[] slots;
  private final int wordShift;
  private final int pageShift;

  SlabPool(SlabLayout layout, AllocatorMemory memory) {
    this.layout = layout;
    classes = layout.classes();
    map = new PageMap(layout.map(memory.metadata()), layout.pages());
    states = new SlabStates(layout.states(memory.metadata()), layout.pages(), classes.count());
    slabMarks = states.marks();
    poolMark = new FullMarks(layout.poolMark(memory.metadata()), 0, 0);
    words = new BlockWords(layout.words(memory.metadata()));
    entries = layout.table(memory.metadata());
    table = new BlockTable(entries, layout.geometry());
    slots = new ParticipantSlot[layout.geometry().maxOwners() + 1];
    for (int owner = 1; owner < slots.length; owner++) {
      slots[owner] = new ParticipantSlot(layout.slot(memory.metadata(), owner));
    }
    wordShift = Integer.numberOfTrailingZeros(layout.wordsPerPage());
    pageShift = Integer.numberOfTrailingZeros(layout.pageGranules());
  }

  SlabLayout layout() {
    return layout;
  }

  SizeClasses classes() {
    return classes;
  }

  PageMap map() {
    return map;
  }

  SlabStates states() {
    return states;
  }

  /** Returns the marks of slabs that have no block to take, by their first pages. */
  FullMarks slabMarks() {
    return slabMarks;
  }

  /** Returns the mark, number 0, of a pool that has no block to take. */
  FullMarks poolMark() {
    return poolMark;
  }

  BlockWords words() {
    return words;
  }

  /**
   * Gives blocks back to {@code avail}, and has those look again who found none.
   *
   * @param slab the first page of the slab that they are of
   * @param bits blocks that the caller holds exclusively
   * @return the bits before
   */
  long giveBack(int slab, int word, long bits) {
    long before = words.giveBack(word, bits);
    open(slab);
    return before;
  }

  /** Has those look again who found no block to take; after an atomic or a full fence. */
  void open(int slab) {
    slabMarks.open(slab);
    // Not before the other one: who sees the pool's mark open sees the slab's open, too.
    poolMark.open(0);
  }

  BlockTable table() {
    return table;
  }

  HeldTags heldTags(int owner) {
    return new HeldTags(entries, owner);
  }

  ParticipantSlot slot(int owner) {
    return slots[owner];
  }

  int maxOwners() {
    return slots.length - 1;
  }

  /** Tells in which page a word lies. */
  int pageOfWord(int word) {
    return word >>> wordShift;
  }

  /** Tells the first word of a page. */
  int firstWord(int page) {
    return page << wordShift;
  }

  /** Tells the word after a word, going round the pool: the one that is likely to come next. */
  int nextWord(int word) {
    return word + 1 == layout.words() ? 0 : word + 1;
  }

  /** Tells the page of a granule; in the unused tail of the pool, a number past the last page. */
  long pageOfGranule(long granule) {
    return granule >>> pageShift;
  }

  /** Tells the granule at which a page starts. */
  long firstGranule(int page) {
    return (long) page << pageShift;
  }

  /**
   * Returns the class of a block that is live or held.
   *
   * @param granule where it starts
   * @return the class, or -1 if a block of this class would not lie in the pool
   */
  int classAt(long granule) {
    long page = pageOfGranule(granule);
    int state = page < layout.pages() ? states.get((int) page) : SlabStates.NONE;
    int sizeClass = SlabStates.sizeClass(state);
    boolean fits =
        state != SlabStates.NONE
            && sizeClass < classes.count()
            && granule + classes.granules(sizeClass) <= layout.geometry().granules();
    return fits ? sizeClass : -1;
  }

  /** Tells how many blocks a slab has, by its state. */
  int blocks(int state) {
    long granules = (long) SlabStates.pages(state) << pageShift;
    return (int) (granules / classes.granules(SlabStates.sizeClass(state)));
  }

  /**
   * Tells how many pages belong together from one on: those of a slab or of an extent, or 1.
   *
   * @param page the first page of a slab or an extent, or any other
   */
  int pagesTogether(int page) {
    int state = states.get(page);
    int together =
        states.hasBlocks(page, state) ? SlabStates.pages(state) : Math.max(1, extentPages(page));
    return Math.min(together, layout.pages() - page);
  }

  /** Tells whether an extent that has a tag starts at a page. */
  boolean isExtent(int page) {
    return extentPages(page) > 0;
  }

  /** Returns how many pages the extent has that has a tag and starts at a page; 0 if none does. */
  private int extentPages(int page) {
    if (map.get(page) == PageMap.FREE || states.hasBlocks(page, states.get(page))) {
      return 0;
    }
    // Read once: it may go at any moment.
    int length = Address.length(table.blockAt(firstGranule(page)));
    return length > layout.largestSlabBlock() ? layout.extentPages(length) : 0;
  }

  /**
   * Finds out which blocks of a word are in the free records of any participants. Of a record that
   * changes while it is read nothing is believed: the blocks of the one before are in avail then,
   * those of the one after had their tags just before.
   *
   * @param epoch only records of later epochs count
   */
  long recordedAfter(int word, long epoch) {
    long found = 0;
    for (int owner = 1; owner < slots.length; owner++) {
      long record = slots[owner].record();
      if (ParticipantSlot.word(record) == word) {
        long mask = slots[owner].epoch() > epoch ? slots[owner].mask() : 0;
        found |= slots[owner].record() == record ? mask : 0;
      }
    }
    return found;
  }

  /** Explains why an address was refused; a block that is held has been freed. */
  InvalidAddressException refuse(long address, int wanted) {
    if (layout.geometry().contains(address)
        && table.ownerAt(Address.granules(address)) == HeldTags.OWNER) {
      return new InvalidAddressException(address, "is not a live block: already freed");
    }
    return table.refuse(address, wanted);
  }

  /** Explains that the metadata cannot be believed. */
  static RegionException damaged(String what) {
    return new RegionException(
        "the allocator's metadata is damaged: "
            + what
            + "; verify() tells more; close the ring and open it anew");
  }
}
