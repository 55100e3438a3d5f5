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

  BlockWords words() {
    return words;
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
    long together = 1;
    if (states.hasBlocks(page, state)) {
      together = SlabStates.pages(state);
    } else if (isExtent(page)) {
      together = layout.extentPages(Address.length(table.blockAt(firstGranule(page))));
    }
    return (int) Math.min(together, layout.pages() - page);
  }

  /** Tells whether an extent that has a tag starts at a page. */
  boolean isExtent(int page) {
    return map.get(page) != PageMap.FREE
        && !states.hasBlocks(page, states.get(page))
        && Address.length(table.blockAt(firstGranule(page))) > layout.largestSlabBlock();
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
