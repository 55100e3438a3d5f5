package hring.alloc.slab;

import hring.api.Address;
import hring.api.spi.alloc.Owner;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Checks the invariants of {@link SlabAllocator}, and describes those that do not hold. */
final class SlabVerifier {
  /** More would not help: random bytes break every invariant everywhere. */
  private static final int MAX_FINDINGS = 100;

  private final SlabPool pool;
  private final SizeClasses classes;
  private final Place place;
  private final List<String> findings = new ArrayList<>();
  private final Map<Integer, Long> recorded = new HashMap<>();
  private final Set<Integer> noted = new HashSet<>();

  /** The runs of pages that participants are changing: first page, page after the last, owner. */
  private final List<long[]> onTheWay = new ArrayList<>();

  SlabVerifier(SlabPool pool) {
    this.pool = pool;
    this.classes = pool.classes();
    place = new Place(pool);
  }

  List<String> run() {
    for (int owner = 1; owner <= pool.maxOwners(); owner++) {
      readSlot(owner);
    }
    int pages = pool.layout().pages();
    for (int page = 0; page < pages && findings.size() <= MAX_FINDINGS; ) {
      page += checkPage(page);
    }
    checkNoTags(
        pool.firstGranule(pages),
        pool.layout().geometry().granules(),
        "lies behind the last page of the pool");
    return List.copyOf(findings);
  }

  private void readSlot(int owner) {
    ParticipantSlot slot = pool.slot(owner);
    long record = slot.record();
    int word = ParticipantSlot.word(record);
    if (word >= pool.layout().words() || ParticipantSlot.sizeClass(record) >= classes.count()) {
      add(
          "the free record of participant "
              + owner
              + " names word "
              + word
              + ", which does not exist");
    } else if (word >= 0) {
      recorded.merge(word, slot.mask(), (a, b) -> a | b);
    }
    long run = slot.pages();
    long end = ParticipantSlot.firstPage(run) + ParticipantSlot.pageCount(run);
    if (run != 0 && (end > pool.layout().pages() || ParticipantSlot.pageCount(run) == 0)) {
      add("participant " + owner + " noted a run of pages that ends at " + end);
    } else if (run != 0) {
      onTheWay.add(new long[] {ParticipantSlot.firstPage(run), end, owner});
    }
    for (int c = 0; c < classes.count(); c++) {
      int leased = slot.noted(c);
      if (leased < -1 || leased >= pool.layout().words()) {
        add("participant " + owner + " noted a lease of word " + leased + ", which does not exist");
      } else if (leased >= 0 && pool.words().lease(leased) == owner) {
        noted.add(leased);
      }
    }
  }

  /** Checks what starts at a page; returns how many pages it has. */
  private int checkPage(int page) {
    int use = pool.map().get(page);
    int state = pool.states().get(page);
    if (use == PageMap.FREE) {
      check(state == SlabStates.NONE, "page ", page, " is free, yet is of a slab");
      checkNoTags(
          pool.firstGranule(page), pool.firstGranule(page + 1), "lies in a page that is free");
      return 1;
    }
    if (use != PageMap.USED) {
      check(isOnTheWay(page, use), "page ", page, " is in transit, but in no participant's record");
      return 1;
    }
    if (state != SlabStates.NONE && !isOnTheWay(page, 0)) {
      return checkSlab(page, state);
    }
    if (pool.isExtent(page)) {
      return checkExtent(page);
    }
    check(isOnTheWay(page, 0), "page ", page, " is lost: used, but neither of a slab nor a block");
    return 1;
  }

  private boolean isOnTheWay(int page, int owner) {
    for (long[] run : onTheWay) {
      if (run[0] <= page && page < run[1] && (owner == 0 || owner == run[2])) {
        return true;
      }
    }
    return false;
  }

  private int checkExtent(int page) {
    long granule = pool.firstGranule(page);
    checkOwner(granule, pool.table().ownerAt(granule));
    int count = pool.pagesTogether(page);
    for (int n = 1; n < count; n++) {
      check(
          pool.map().get(page + n) == PageMap.USED || isOnTheWay(page + n, 0),
          "page ",
          page + n,
          " is of a live block, yet not used");
    }
    return count;
  }

  private int checkSlab(int slab, int state) {
    if (!pool.states().isSound(slab, state, pool.maxOwners())) {
      add("the slab at page " + slab + " is in the unknown state " + Integer.toHexString(state));
      return 1;
    }
    if (SlabStates.kind(state) == SlabStates.CHANGING) {
      add("the slab at page " + slab + " is being changed, but is in no participant's record");
      return SlabStates.pages(state);
    }
    int pages = SlabStates.pages(state);
    for (int n = 1; n < pages; n++) {
      check(
          pool.states().get(slab + n) == SlabStates.laterPage(n, SlabStates.sizeClass(state)),
          "page ",
          slab + n,
          " does not know its slab");
      check(pool.map().get(slab + n) == PageMap.USED, "page ", slab + n, " of a slab is not used");
    }
    checkTags(slab, state);
    for (int n = 0; n < SizeClasses.words(pool.blocks(state)); n++) {
      int word = pool.firstWord(slab) + n;
      checkLease(word, state);
      if (place.ofWord(word)) {
        checkWord(word);
      }
    }
    return pages;
  }

  /** Checks that each live block is one of its slab, and fits into it. */
  private void checkTags(int slab, int state) {
    int sizeClass = SlabStates.sizeClass(state);
    long end = pool.firstGranule(slab + SlabStates.pages(state));
    for (long granule = pool.firstGranule(slab); granule < end; granule++) {
      int owner = pool.table().ownerAt(granule);
      if (owner == Owner.NONE) {
        continue;
      }
      long length = Address.length(pool.table().blockAt(granule));
      boolean held = owner == HeldTags.OWNER;
      if (held) {
        check(length >= 1 && length <= pool.maxOwners(), "nobody holds granule ", granule, "");
      } else {
        checkOwner(granule, owner);
      }
      if (!place.ofBlock(granule)) {
        add("a live block at granule " + granule + " starts inside another one");
      } else if (!held && (length < 1 || length > classes.blockSize(sizeClass))) {
        add(
            "the live block at granule "
                + granule
                + " has "
                + length
                + " bytes in a slab for blocks of "
                + classes.blockSize(sizeClass));
      }
    }
  }

  private void checkOwner(long granule, int owner) {
    if (owner > pool.maxOwners() && owner < Owner.LEFTOVER) {
      add("the block at granule " + granule + " belongs to " + owner + ", which cannot be");
    }
  }

  private void checkNoTags(long from, long to, String where) {
    for (long granule = from; granule < to; granule++) {
      if (pool.table().ownerAt(granule) != Owner.NONE) {
        add("a live block at granule " + granule + " " + where);
      }
    }
  }

  private void checkLease(int word, int state) {
    int leasedBy = pool.words().lease(word);
    if (leasedBy == 0) {
      check(pool.words().local(word) == 0, "word ", word, " has blocks of a lease, but no lease");
      check(!pool.words().isTaking(word), "word ", word, " has an odd epoch, but no lease");
    } else if (leasedBy < 0 || leasedBy > pool.maxOwners()) {
      add("word " + word + " is leased by " + leasedBy + ", which cannot be");
    } else {
      check(
          noted.contains(word) || SlabStates.owner(state) == leasedBy,
          "word ",
          word,
          " is leased by a participant that has not noted it");
    }
  }

  /**
   * Checks the blocks of a word: avail &amp; live = 0, and valid = avail | local | live | recorded.
   */
  private void checkWord(int word) {
    long valid = place.valid;
    long avail = pool.words().avail(word);
    long local = pool.words().local(word);
    long live = place.tagged(valid);
    long freeing = recorded.getOrDefault(word, 0L);
    check((avail & ~valid) == 0, "word ", word, " has blocks in avail that its slab does not have");
    check((local & ~valid) == 0, "word ", word, " has blocks in local that its slab does not have");
    check((avail & live) == 0, "word ", word, " has blocks that are both live and in avail");
    check(
        avail == 0
            || freeing != 0
            || pool.words().lease(word) != 0
            || !pool.slabMarks().isFull(place.slab),
        "word ",
        word,
        " has blocks to take, yet its slab is marked as full");
    check((valid & ~(avail | local | live | freeing)) == 0, "word ", word, " has lost blocks");
  }

  private void check(boolean holds, String what, long where, String broken) {
    if (!holds) {
      add(what + where + broken);
    }
  }

  private void add(String finding) {
    if (findings.size() < MAX_FINDINGS) {
      findings.add(finding);
    } else if (findings.size() == MAX_FINDINGS) {
      findings.add("and more");
    }
  }
}
