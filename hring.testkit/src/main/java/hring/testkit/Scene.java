package hring.testkit;

import hring.api.Address;
import hring.api.spi.alloc.Owner;
import hring.testkit.LiveBlocks.Block;
import java.util.ArrayList;
import java.util.List;

/**
 * A pool in the middle of its life and a participant that is about to do something: made anew for
 * each access at which that is interrupted.
 */
final class Scene {
  /** The participant's operation. */
  enum Operation {
    ALLOCATE,
    FREE,
    SEND,
    FLUSH,
    RECLAIM
  }

  /** The others' operations while it is interrupted. */
  enum Others {
    /** Nothing: the participant's last step is still visible everywhere. */
    REST,
    /** Take all that is left, so that whatever the participant was about to take is gone. */
    TAKE_ALL,
    /**
     * Take all that is left, and give every second block back, last taken first: so what was first
     * is first again, and what was second is not free any more. Who looked at both before, and now
     * finds the first unchanged, is wrong about the second.
     */
    TAKE_ALL_AND_FREE_EVERY_SECOND
  }

  /** At the end each participant takes so many more, to find what can be had twice. */
  private static final int LAST_ROUNDS = 6;

  private static final int MANY = 12;

  final LocalSite site;
  final History history;
  final Operation operation;

  /** The participant that is interrupted; meanwhile it is not among the parties of the history. */
  final LocalParty victim;

  /** The block that it frees or sends: its oldest one. Null if it can have none. */
  final Block block;

  /** The participant that it reclaims, or null. */
  final Party dead;

  private final long size;
  private volatile Block secondSends;

  Scene(LocalSite site, List<Step> steps, long size, Operation operation) {
    this.site = site;
    this.size = size;
    this.operation = operation;
    history = new History(site);
    history.replay(steps);
    victim = (LocalParty) history.parties().removeFirst();
    Block owned = history.pick(victim.owner(), 0);
    block = owned == null ? history.allocate(victim, size) : owned;
    if (operation == Operation.RECLAIM) {
      dead = history.parties().removeLast();
      history.allocate(dead, size);
      site.kill(dead);
      history.parties().add(site.join());
    } else {
      dead = null;
    }
    // Whoever was last to change a list is also the last to change it again in othersGoOn().
    Party last = history.parties().getLast();
    history.free(last, history.allocate(last, size));
    last.flush();
  }

  /** Gives the victim blocks, more than it may hold in reserve, that another thread can free. */
  void giveMore() {
    for (int i = 0; i < MANY; i++) {
      history.allocate(victim, size);
    }
  }

  /** Does it, and returns what it returned. */
  long operate() {
    switch (operation) {
      case ALLOCATE -> {
        return victim.allocate(size);
      }
      case FREE -> victim.free(block.address());
      case SEND -> victim.transfer(block.address(), victim.owner(), Owner.IN_FLIGHT);
      case FLUSH -> victim.flush();
      case RECLAIM -> {
        return victim.reclaim(dead.owner());
      }
    }
    return Address.NULL;
  }

  /** Returns whether it can be done: there is nothing to free in a pool that others filled. */
  boolean possible() {
    return block != null || operation != Operation.FREE && operation != Operation.SEND;
  }

  /**
   * Forgets what is being freed: it may be free already, and handed out again, or not be free yet.
   *
   * @return how many blocks these are
   */
  int forgetWhatMayBeFree() {
    List<Block> lost =
        switch (operation) {
          case FREE -> List.of(block);
          case RECLAIM -> history.blocks().of(dead.owner());
          default -> List.of();
        };
    lost.forEach(history.blocks()::remove);
    return lost.size();
  }

  /** Returns whether a block may have been sent by an operation that did not come to its end. */
  boolean maySend(Block candidate) {
    return operation == Operation.SEND && candidate.equals(block) || candidate.equals(secondSends);
  }

  /** Says that another thread of the victim is about to send a block; null when it has. */
  void secondSends(Block sent) {
    secondSends = sent;
  }

  /** Enters what the operation did, when it has come to its end. */
  void complete(long result) {
    switch (operation) {
      case ALLOCATE -> {
        if (result != Address.NULL) {
          victim.fill(result, history.blocks().add(result, size, victim.owner()).seed());
        }
      }
      case SEND -> history.blocks().changeOwner(block, Owner.IN_FLIGHT);
      case RECLAIM -> site.release(dead.owner());
      default -> {}
    }
    history.parties().add(victim);
  }

  /** Lets the others take, and keep, blocks: they must not be held up, nor given the same block. */
  void othersGoOn(Others others) {
    if (others == Others.REST) {
      return;
    }
    for (Party party : history.parties()) {
      List<Block> mine = new ArrayList<>();
      for (long each : new long[] {size, 1}) {
        mine.addAll(history.allocateAll(party, each));
      }
      if (others == Others.TAKE_ALL_AND_FREE_EVERY_SECOND) {
        for (int i = mine.size() - 1; i >= 0; i--) {
          if (i % 2 == 0) {
            history.free(party, mine.remove(i));
            // Or what it holds in reserve would be the last to go back.
            party.flush();
          }
        }
      }
    }
  }

  /** Looks for blocks that can be had twice, and for any that cannot be had any more. */
  void end() {
    history.referee().check();
    for (int i = 0; i < LAST_ROUNDS; i++) {
      for (Party party : history.parties()) {
        history.allocate(party, i % 2 == 0 ? size : 1);
      }
    }
    history.freeAll();
  }

  /** Returns what is done to which block, for a message. */
  String what() {
    return "participant "
        + victim.owner()
        + ": "
        + operation
        + switch (operation) {
          case ALLOCATE -> " of " + size + " bytes";
          case FREE, SEND -> " of " + Address.toString(block.address());
          case FLUSH -> "";
          case RECLAIM -> " of participant " + dead.owner();
        };
  }
}
