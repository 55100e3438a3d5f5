package hring.testkit;

import hring.api.Address;
import hring.api.InvalidAddressException;
import hring.api.spi.alloc.Allocator;
import hring.api.spi.alloc.Owner;
import hring.testkit.LiveBlocks.Block;
import java.util.List;

/** Checks the methods for many blocks at a time, with one block among them that is refused. */
final class BatchChecks {
  private BatchChecks() {}

  static void check(LocalSite site, List<Step> steps, long size, int count, int bad) {
    History history = new History(site);
    history.run(steps);
    LocalParty party = (LocalParty) history.parties().getFirst();
    Allocator allocator = party.allocator();
    long[] addresses = new long[count + 2];
    int end = allocator.allocate(size, addresses, 1, count + 1);
    Referee.expect(0L, addresses[0], "what is before the range");
    Referee.expect(0L, addresses[count + 1], "what is behind the range");
    for (int i = 1; i < end; i++) {
      Block block = history.blocks().add(addresses[i], size, party.owner());
      party.fill(addresses[i], block.seed());
    }
    history.referee().check();
    if (end > 2) {
      int twice = 2 + bad % (end - 2);
      addresses[twice] = addresses[1];
      transfer(history, party, addresses, end, twice);
      free(history, party, addresses, end, twice);
    }
    history.freeAll();
  }

  /** The blocks before the one that is refused are in flight, the others as before. */
  private static void transfer(
      History history, LocalParty party, long[] addresses, int end, int twice) {
    int self = party.owner();
    Allocator allocator = party.allocator();
    int stop = allocator.transfer(addresses, 1, end, self, Owner.IN_FLIGHT);
    Referee.expect(twice, stop, "index at which the transfer stopped");
    for (int i = 1; i < end; i++) {
      int owner = i < twice || i == twice ? Owner.IN_FLIGHT : self;
      Referee.expect(owner, allocator.owner(addresses[i]), "owner of address " + i);
    }
    Referee.expect(
        twice, allocator.transfer(addresses, 1, twice, Owner.IN_FLIGHT, self), "the way back");
    history.referee().check();
  }

  /** The blocks before the one that is refused are freed, the others as before. */
  private static void free(
      History history, LocalParty party, long[] addresses, int end, int twice) {
    try {
      party.allocator().free(addresses, 1, end);
      throw new AssertionError("a block was freed twice: " + Address.toString(addresses[twice]));
    } catch (InvalidAddressException e) {
      Referee.expectAddress(addresses[twice], e.address(), "address in the exception");
    }
    for (Block block : history.blocks().of(party.owner())) {
      for (int i = 1; i < twice; i++) {
        if (block.address() == addresses[i]) {
          history.blocks().remove(block);
        }
      }
    }
    history.referee().check();
  }
}
