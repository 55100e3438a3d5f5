package hring.testkit;

import hring.api.Address;
import hring.api.spi.alloc.Owner;
import hring.testkit.LiveBlocks.Block;
import java.util.ArrayList;
import java.util.List;

/** Carries out steps at a site and compares it with the model after each of them. */
final class History {
  private static final int PARTIES = 3;

  private final Site site;
  private final LiveBlocks blocks;
  private final List<Party> parties = new ArrayList<>();
  private final Referee referee;

  History(Site site) {
    this.site = site;
    this.blocks = new LiveBlocks(site.memory().geometry());
    this.referee = new Referee(site, blocks);
    for (int i = 0; i < PARTIES; i++) {
      parties.add(site.join());
    }
  }

  List<Party> parties() {
    return parties;
  }

  LiveBlocks blocks() {
    return blocks;
  }

  Referee referee() {
    return referee;
  }

  /** Carries out steps, with a check after each. */
  void run(List<Step> steps) {
    int number = 0;
    for (Step step : steps) {
      number++;
      try {
        apply(step);
        referee.check();
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError(
            AllocatorSubject.message(e)
                + "\n  at step "
                + number
                + " of "
                + steps.size()
                + " ("
                + step
                + "), with "
                + site.memory().geometry(),
            e);
      }
    }
  }

  /** Carries out steps without a check: for what is repeated many times. */
  void replay(List<Step> steps) {
    steps.forEach(this::apply);
  }

  private void apply(Step step) {
    Party party = parties.get(step.who() % parties.size());
    switch (step.kind()) {
      case ALLOCATE -> allocate(party, step.size());
      case ALLOCATE_MANY -> allocateMany(party, step.size(), step.count());
      case FREE -> free(party, pick(party.owner(), step.pick()));
      case FREE_MANY -> freeMany(party, step.pick());
      case SEND -> transfer(party, pick(party.owner(), step.pick()), Owner.IN_FLIGHT);
      case TAKE -> transfer(party, pick(Owner.IN_FLIGHT, step.pick()), party.owner());
      case FLUSH -> party.flush();
      case LEAVE -> leave(party);
      case DIE -> die(party);
    }
  }

  /** Allocates; null if there was no room. */
  Block allocate(Party party, long size) {
    long address = party.allocate(size);
    return address == Address.NULL ? null : add(party, address, size);
  }

  private void allocateMany(Party party, long size, int count) {
    long[] addresses = party.allocate(size, count);
    for (long address : addresses) {
      add(party, address, size);
    }
    if (addresses.length < count && allocate(party, size) != null) {
      throw new AssertionError(
          "only "
              + addresses.length
              + " of "
              + count
              + " blocks of "
              + size
              + " bytes were allocated together, and there was room for one more");
    }
  }

  private Block add(Party party, long address, long size) {
    Block block = blocks.add(address, size, party.owner());
    party.fill(address, block.seed());
    return block;
  }

  /** Allocates until there is no room. */
  List<Block> allocateAll(Party party, long size) {
    List<Block> all = new ArrayList<>();
    for (Block got = allocate(party, size); got != null; got = allocate(party, size)) {
      all.add(got);
    }
    return all;
  }

  void free(Party party, Block block) {
    if (block == null) {
      return;
    }
    party.free(block.address());
    blocks.remove(block);
  }

  private void freeMany(Party party, int pick) {
    List<Block> own = blocks.of(party.owner());
    if (own.isEmpty()) {
      return;
    }
    List<Block> last = own.subList(pick % own.size(), own.size()).reversed();
    party.free(last.stream().mapToLong(Block::address).toArray());
    last.forEach(blocks::remove);
  }

  private void transfer(Party party, Block block, int to) {
    if (block == null) {
      return;
    }
    party.transfer(block.address(), block.owner(), to);
    if (to != Owner.IN_FLIGHT && !party.holds(block.address(), block.seed())) {
      throw new AssertionError(
          "participant "
              + to
              + " does not see what was written into "
              + Address.toString(block.address()));
    }
    blocks.changeOwner(block, to);
  }

  private void leave(Party party) {
    for (Block block : blocks.of(party.owner())) {
      transfer(party, block, Owner.IN_FLIGHT);
    }
    party.close();
    site.release(party.owner());
    parties.set(parties.indexOf(party), site.join());
  }

  private void die(Party party) {
    if (parties.size() < 2) {
      return;
    }
    parties.remove(party);
    site.kill(party);
    reclaim(parties.getFirst(), party.owner());
    parties.add(site.join());
  }

  /**
   * Reclaims a dead participant's blocks, twice, and expects exactly those of the model. Its owner
   * number is free then.
   */
  void reclaim(Party survivor, int dead) {
    List<Block> lost = blocks.of(dead);
    Referee.expect(lost.size(), survivor.reclaim(dead), "blocks reclaimed of participant " + dead);
    lost.forEach(blocks::remove);
    Referee.expect(0, survivor.reclaim(dead), "blocks reclaimed of " + dead + " once more");
    site.release(dead);
  }

  /** Puts a block of a dead participant back in flight, as the ring does with what was claimed. */
  void putInFlight(Party survivor, int dead) {
    transfer(survivor, pick(dead, 0), Owner.IN_FLIGHT);
  }

  /** Frees everything, whoever owns it, and empties all reserves. */
  void freeAll() {
    Party first = parties.getFirst();
    for (Block block : blocks.of(Owner.IN_FLIGHT)) {
      transfer(first, block, first.owner());
    }
    for (Party party : parties) {
      blocks.of(party.owner()).forEach(block -> free(party, block));
    }
    parties.forEach(Party::flush);
    referee.check();
  }

  /** Returns one of an owner's blocks, or null if it has none. */
  Block pick(int owner, int pick) {
    List<Block> candidates = blocks.of(owner);
    return candidates.isEmpty() ? null : candidates.get(pick % candidates.size());
  }
}
