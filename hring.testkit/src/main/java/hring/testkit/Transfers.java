package hring.testkit;

import hring.api.Address;
import hring.api.InvalidAddressException;
import hring.api.spi.alloc.Allocator;
import hring.api.spi.alloc.BatchBit;
import hring.api.spi.alloc.BlockTable;
import hring.api.spi.alloc.Owner;
import hring.testkit.LiveBlocks.Block;
import java.util.List;

/** Hands over what may not be handed over. */
final class Transfers {
  private static final int DELIVERIES = 3;

  /** So often a message comes back: more deliveries than can be counted. */
  private static final int RETURNS = BlockTable.MAX_DELIVERIES / DELIVERIES + 1;

  private Transfers() {}

  static void check(LocalSite site, List<Step> steps) {
    History history = new History(site);
    history.run(steps);
    Party party = history.parties().getFirst();
    int other = history.parties().getLast().owner();
    for (Block block : List.copyOf(history.blocks().all())) {
      long address = block.address();
      int wrong = block.owner() == other ? Owner.IN_FLIGHT : other;
      refuses(party, address, wrong);
      refuses(party, BatchBit.set(address), block.owner());
      for (long near : Referee.neighbours(address)) {
        refuses(party, near, block.owner());
      }
      long next = Address.of(Address.granules(address) + 1, 1);
      if (history.blocks().all().stream().noneMatch(live -> live.address() == next)) {
        refuses(party, next, block.owner());
      }
    }
    refuses(party, Address.NULL, party.owner());
    refuses(party, Address.of(Address.MAX_OFFSET, 1), party.owner());
    history.referee().check();
    Allocator allocator = ((LocalParty) party).allocator();
    List<Block> blocks = List.copyOf(history.blocks().all());
    for (int i = 0; i < blocks.size(); i++) {
      Block block = blocks.get(i);
      int open = open(i);
      isOpened(allocator, block.address(), block.owner(), open);
      history.blocks().changeOwner(block, open);
    }
    history.referee().check();
    for (int i = 0; i < blocks.size(); i++) {
      Block block = blocks.get(i);
      isTaken(allocator, block.address(), open(i), block.owner());
      history.blocks().changeOwner(block, block.owner());
    }
    history.referee().check();
    // What was delivered often is reclaimed like anything else.
    Party dead = history.parties().removeLast();
    site.kill(dead);
    history.reclaim(party, dead.owner());
    history.freeAll();
  }

  private static int open(int index) {
    return index % 2 == 0 ? Owner.RETURNED : Owner.LEFTOVER;
  }

  /** A message that comes back from its receiver: it lies open to all. */
  private static void isOpened(Allocator allocator, long address, int owner, int open) {
    tries(allocator, address, open, owner, false);
    for (long near : Referee.neighbours(address)) {
      tries(allocator, near, owner, open, false);
    }
    tries(allocator, address, owner, open, true);
    tries(allocator, address, owner, open, false);
  }

  /** It is taken by another receiver, as the ring does. */
  private static void isTaken(Allocator allocator, long address, int open, int owner) {
    String name = Address.toString(address);
    int deliveries = allocator.deliveries(address);
    if (deliveries != 0 && deliveries != DELIVERIES) {
      throw new AssertionError(
          "deliveries of "
              + name
              + ": expected "
              + DELIVERIES
              + ", or 0 of an allocator that does not count them, found "
              + deliveries);
    }
    allocator.transfer(address, open, owner);
    Referee.expect(0, allocator.deliveries(address), "deliveries of " + name + " after transfer");
    for (int returns = 1; returns <= RETURNS; returns++) {
      tries(allocator, address, owner, open, true);
      Referee.expect(
          true, allocator.tryTransfer(address, open, owner, 0), "whether it could take " + name);
      if (deliveries != 0) {
        Referee.expect(
            Math.min(returns * DELIVERIES, BlockTable.MAX_DELIVERIES),
            allocator.deliveries(address),
            "deliveries of " + name);
      }
    }
  }

  private static void tries(Allocator allocator, long address, int from, int to, boolean succeeds) {
    Referee.expect(
        succeeds,
        allocator.tryTransfer(address, from, to, DELIVERIES),
        "tryTransfer of " + Address.toString(address) + " from " + from + " to " + to);
  }

  private static void refuses(Party party, long address, int from) {
    try {
      party.transfer(address, from, party.owner());
      throw new AssertionError(
          Address.toString(address) + ", no block of " + from + ", could be transferred");
    } catch (InvalidAddressException e) {
      Referee.expectAddress(address, e.address(), "address in the exception");
    }
  }
}
