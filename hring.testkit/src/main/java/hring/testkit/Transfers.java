package hring.testkit;

import hring.api.Address;
import hring.api.InvalidAddressException;
import hring.api.spi.alloc.Owner;
import hring.testkit.LiveBlocks.Block;
import java.util.List;

/** Hands over what may not be handed over. */
final class Transfers {
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
      refuses(party, Address.asBatch(address), block.owner());
      refuses(party, Address.of(Address.granules(address), Address.length(address) + 1L), wrong);
      long next = Address.of(Address.granules(address) + 1, 1);
      if (history.blocks().all().stream().noneMatch(live -> live.address() == next)) {
        refuses(party, next, block.owner());
      }
    }
    refuses(party, Address.NULL, party.owner());
    refuses(party, Address.of(Address.MAX_OFFSET, 1), party.owner());
    history.referee().check();
    history.freeAll();
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
