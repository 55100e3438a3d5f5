package hring.alloc.slab;

import hring.api.Address;
import hring.api.spi.alloc.Owner;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Checks the invariants that {@link SlabAllocator} names, and says in words which do not hold. */
final class SlabVerifier {
  /** Random bytes break everything everywhere; nobody reads on. */
  private static final int MAX_FINDINGS = 100;

  private final SlabPool pool;
  private final SizeClasses classes;
  private final List<String> findings = new ArrayList<>();
  private final Map<Integer, Long> recorded = new HashMap<>();
  private final Set<Integer> noted = new HashSet<>();

  SlabVerifier(SlabPool pool) {
    this.pool = pool;
    this.classes = pool.classes();
  }

  List<String> run() {
    for (int owner = 1; owner <= pool.maxOwners(); owner++) {
      readSlot(owner);
    }
    for (int slab = 0; slab < pool.layout().slabs(); slab++) {
      checkSlab(slab);
    }
    long tail = pool.firstGranule(pool.layout().slabs());
    for (long g = tail; g < pool.layout().geometry().granules(); g++) {
      if (pool.table().ownerAt(g) != Owner.NONE) {
        add("a live block at granule " + g + " lies behind the last slab");
      }
    }
    return List.copyOf(findings);
  }

  private void readSlot(int owner) {
    ParticipantSlot slot = pool.slot(owner);
    long record = slot.record();
    int word = ParticipantSlot.word(record);
    if (word >= pool.layout().words() || ParticipantSlot.sizeClass(record) >= classes.count()) {
      add("the free record of participant " + owner + " names word " + word + ", there is none");
    } else if (word >= 0) {
      recorded.merge(word, slot.mask(), (a, b) -> a | b);
    }
    for (int c = 0; c < classes.count(); c++) {
      int leased = slot.noted(c);
      if (leased < -1 || leased >= pool.layout().words()) {
        add("participant " + owner + " noted a lease of word " + leased + ", there is none");
      } else if (leased >= 0 && pool.words().lease(leased) == owner) {
        noted.add(leased);
      }
    }
  }

  private void checkSlab(int slab) {
    int state = pool.states().get(slab);
    if (!pool.states().isSound(state, pool.maxOwners())) {
      add("slab " + slab + " is in the unknown state " + Integer.toHexString(state));
      return;
    }
    int sizeClass = pool.states().blockClass(state);
    checkTags(slab, sizeClass);
    for (int n = 0; n < pool.layout().wordsPerSlab(); n++) {
      int word = pool.firstWord(slab) + n;
      checkLease(word, state);
      if (SlabStates.kind(state) != SlabStates.CHANGING) {
        checkWord(word, sizeClass, sizeClass < 0 ? 0 : classes.validBits(sizeClass, n));
      }
    }
  }

  /** Each live block must be one of its slab, and of a length that belongs into this class. */
  private void checkTags(int slab, int sizeClass) {
    for (int offset = 0; offset < pool.layout().slabGranules(); offset++) {
      long granule = pool.firstGranule(slab) + offset;
      int owner = pool.table().ownerAt(granule);
      if (owner == Owner.NONE) {
        continue;
      }
      long address = pool.table().blockAt(granule);
      long length = Address.length(address);
      boolean held = owner == HeldTags.OWNER;
      if (held ? length < 1 || length > pool.maxOwners() : isNobody(owner)) {
        add("the block at granule " + granule + " belongs to " + owner + ", which cannot be");
      }
      if (sizeClass < 0) {
        add("a live block at granule " + granule + " lies in slab " + slab + ", which has none");
      } else if (classes.blockAt(sizeClass, offset) < 0) {
        add("a live block at granule " + granule + " starts inside another one");
      } else if (!held && !fits(length, sizeClass)) {
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

  private boolean fits(long length, int sizeClass) {
    return length >= 1 && length <= pool.layout().slabSize() && classes.of(length) == sizeClass;
  }

  private boolean isNobody(int owner) {
    return owner > pool.maxOwners() && owner != Owner.IN_FLIGHT;
  }

  private void checkLease(int word, int state) {
    int leasedBy = pool.words().lease(word);
    if (leasedBy == 0) {
      check(pool.words().local(word) == 0, "word ", word, " has blocks of a lease, but no lease");
    } else if (leasedBy < 0 || leasedBy > pool.maxOwners()) {
      add("word " + word + " is leased by " + leasedBy + ", which cannot be");
    } else {
      check(
          noted.contains(word) || SlabStates.owner(state) == leasedBy,
          "word ",
          word,
          " is leased by a participant that does not know of it");
    }
  }

  /** Each block must be in one place. */
  private void checkWord(int word, int sizeClass, long valid) {
    long avail = pool.words().avail(word);
    long local = pool.words().local(word);
    long live = sizeClass < 0 ? 0 : pool.tagged(word, sizeClass, valid);
    long freeing = recorded.getOrDefault(word, 0L);
    check((avail & ~valid) == 0, "word ", word, " has blocks in avail that its slab does not have");
    check((local & ~valid) == 0, "word ", word, " has blocks in local that its slab does not have");
    check((avail & live) == 0, "word ", word, " has blocks that are both live and in avail");
    check((valid & ~(avail | local | live | freeing)) == 0, "word ", word, " has lost blocks");
  }

  private void check(boolean holds, String what, int word, String broken) {
    if (!holds) {
      add(what + word + broken);
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
