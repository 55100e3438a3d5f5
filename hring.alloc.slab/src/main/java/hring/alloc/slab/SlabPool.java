package hring.alloc.slab;

import hring.api.Address;
import hring.api.InvalidAddressException;
import hring.api.RegionException;
import hring.api.spi.alloc.AllocatorMemory;
import hring.api.spi.alloc.BlockTable;
import java.lang.foreign.MemorySegment;

/** The views of one pool's metadata, and the arithmetic that connects them. */
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

  /** Returns the pool's one mark, number 0: whether the pool has no block to take. */
  FullMarks poolMark() {
    return poolMark;
  }

  BlockWords words() {
    return words;
  }

  /**
   * Gives blocks back to {@code avail}, and opens the marks.
   *
   * @param slab the first page of their slab
   * @param bits blocks that the caller holds exclusively
   * @return the bits that were set before
   */
  long giveBack(int slab, int word, long bits) {
    long before = words.giveBack(word, bits);
    open(slab);
    return before;
  }

  /**
   * Opens the marks of a slab and of the pool, so that whoever found no block searches again.
   * Called after an atomic or a full fence.
   */
  void open(int slab) {
    slabMarks.open(slab);
    // The slab's mark comes first: whoever sees the pool's mark open sees the slab's open, too.
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

  /** Returns the page in which a word lies. */
  int pageOfWord(int word) {
    return word >>> wordShift;
  }

  /** Returns the first word of a page. */
  int firstWord(int page) {
    return page << wordShift;
  }

  /** Returns the next word, the first one of the pool after the last. */
  int nextWord(int word) {
    return word + 1 == layout.words() ? 0 : word + 1;
  }

  /**
   * Returns the page of a granule; for the unused tail of the pool, a number past the last page.
   */
  long pageOfGranule(long granule) {
    return granule >>> pageShift;
  }

  /** Returns the granule at which a page starts. */
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

  /** Returns the number of blocks of a slab in a state. */
  int blocks(int state) {
    long granules = (long) SlabStates.pages(state) << pageShift;
    return (int) (granules / classes.granules(SlabStates.sizeClass(state)));
  }

  /**
   * Returns the number of pages of the slab or extent that starts at a page, or 1 if none does.
   *
   * @param page the first page of a slab or an extent, or any other
   */
  int pagesTogether(int page) {
    int state = states.get(page);
    int together =
        states.hasBlocks(page, state) ? SlabStates.pages(state) : Math.max(1, extentPages(page));
    return Math.min(together, layout.pages() - page);
  }

  /** Returns whether an extent that has a tag starts at a page. */
  boolean isExtent(int page) {
    return extentPages(page) > 0;
  }

  /**
   * Returns the number of pages of the extent that has a tag and starts at a page, or 0 if none
   * does.
   */
  private int extentPages(int page) {
    if (map.get(page) == PageMap.FREE || states.hasBlocks(page, states.get(page))) {
      return 0;
    }
    // Read once: the block may be freed at any moment.
    int length = Address.length(table.blockAt(firstGranule(page)));
    return length > layout.largestSlabBlock() ? layout.extentPages(length) : 0;
  }

  /**
   * Returns the blocks of a word that are in the free records of any participants. A record that
   * changes while it is read is ignored: by then the blocks of the earlier record are in avail, and
   * those of the later one had their tags when the read began.
   *
   * @param epoch only records with a greater epoch count
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

  /** Returns the exception for an address that is refused. A held block counts as freed. */
  InvalidAddressException refuse(long address, int wanted) {
    if (layout.geometry().contains(address)
        && table.ownerAt(Address.granules(address)) == HeldTags.OWNER) {
      return new InvalidAddressException(address, "is not a live block: already freed");
    }
    return table.refuse(address, wanted);
  }

  /** Returns the exception for damaged metadata. */
  static RegionException damaged(String what) {
    return new RegionException(
        "the allocator's metadata is damaged: "
            + what
            + "; verify() tells more; close the ring and open it anew");
  }
}
