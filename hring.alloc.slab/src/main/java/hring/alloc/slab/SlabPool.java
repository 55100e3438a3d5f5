package hring.alloc.slab;

import hring.api.RegionException;
import hring.api.spi.alloc.AllocatorMemory;
import hring.api.spi.alloc.BlockTable;
import java.lang.foreign.MemorySegment;

/** The views of one pool's metadata, and the arithmetic that leads from one to the other. */
final class SlabPool {
  private final SlabLayout layout;
  private final SizeClasses classes;
  private final SlabStates states;
  private final BlockWords words;
  private final BlockTable table;
  private final MemorySegment entries;
  private final ParticipantSlot[] slots;
  private final int wordShift;
  private final int slabShift;
  private final int wordCount;

  SlabPool(SlabLayout layout, AllocatorMemory memory) {
    this.layout = layout;
    classes = layout.classes();
    states = new SlabStates(layout.states(memory.metadata()), classes.count());
    words = new BlockWords(layout.words(memory.metadata()));
    entries = layout.table(memory.metadata());
    table = new BlockTable(entries, layout.geometry());
    slots = new ParticipantSlot[layout.geometry().maxOwners() + 1];
    for (int owner = 1; owner < slots.length; owner++) {
      slots[owner] = new ParticipantSlot(layout.slot(memory.metadata(), owner));
    }
    wordShift = Integer.numberOfTrailingZeros(layout.wordsPerSlab());
    wordCount = layout.words();
    slabShift = Integer.numberOfTrailingZeros(layout.slabGranules());
  }

  SlabLayout layout() {
    return layout;
  }

  SizeClasses classes() {
    return classes;
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

  /** Tells in which slab a word lies. */
  int slabOfWord(int word) {
    return word >>> wordShift;
  }

  /** Tells the first word of a slab. */
  int firstWord(int slab) {
    return slab << wordShift;
  }

  /** Tells the place of a word in its slab. */
  int wordInSlab(int word) {
    return word & (1 << wordShift) - 1;
  }

  /** Tells the word after a word, going round the pool: the one that is likely to come next. */
  int nextWord(int word) {
    return word + 1 == wordCount ? 0 : word + 1;
  }

  /** Tells the slab of a granule; in the unused tail of the pool, a number past the last slab. */
  long slabOfGranule(long granule) {
    return granule >>> slabShift;
  }

  /** Tells where a granule lies in its slab. */
  int offsetInSlab(long granule) {
    return (int) (granule & (1L << slabShift) - 1);
  }

  /** Tells the granule at which a slab starts. */
  long firstGranule(int slab) {
    return (long) slab << slabShift;
  }

  /** Tells the granule at which the first block of a word starts, in a slab of a class. */
  long firstGranule(int word, int sizeClass) {
    return firstGranule(slabOfWord(word))
        + (long) wordInSlab(word) * Long.SIZE * classes.granules(sizeClass);
  }

  /** Tells which bits of a word stand for blocks, in a slab of a class. */
  long validBits(int word, int sizeClass) {
    return classes.validBits(sizeClass, wordInSlab(word));
  }

  /** Finds out which of some blocks have a tag: those that are live or held. */
  long tagged(int word, int sizeClass, long bits) {
    long base = firstGranule(word, sizeClass);
    long tagged = 0;
    for (long rest = bits; rest != 0; rest &= rest - 1) {
      int bit = Long.numberOfTrailingZeros(rest);
      if (table.ownerAt(base + (long) bit * classes.granules(sizeClass)) != 0) {
        tagged |= 1L << bit;
      }
    }
    return tagged;
  }

  /**
   * Finds out which blocks of a word its holder took and never handed out. Exact while the holder
   * takes no step.
   *
   * <p>The places are looked at in the order in which a block goes: what had lost its tag was in a
   * record by then, and what has left the record was in avail by then. Only the holder takes blocks
   * out of avail, so none can come round again. Records from before the end of the holder's take do
   * not count: they name blocks that it took after they had arrived.
   */
  long notHandedOut(int word, int sizeClass) {
    long epoch = words.epoch(word);
    long bits = words.local(word) & validBits(word, sizeClass);
    bits &= ~tagged(word, sizeClass, bits);
    bits &= ~recordedAfter(word, BlockWords.endOfTake(epoch) - 1);
    return bits & ~words.avail(word);
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

  /** Explains that the metadata cannot be believed. */
  static RegionException damaged(String what) {
    return new RegionException(
        "the allocator's metadata is damaged: "
            + what
            + "; verify() tells more; close the ring and open it anew");
  }
}
