package hring.testkit;

import hring.api.Address;
import hring.api.InvalidAddressException;
import hring.api.spi.alloc.BatchBit;
import hring.testkit.LiveBlocks.Block;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Frees what must not be freed. */
final class BadFrees {
  private BadFrees() {}

  static void check(LocalSite site, List<Step> steps, List<AnyAddress> garbage, long largestSize) {
    History history = new History(site);
    history.run(steps);
    Set<Long> bad = new LinkedHashSet<>();
    garbage.forEach(each -> bad.add(each.bits()));
    bad.add(Address.NULL);
    long granules = site.memory().geometry().granules();
    bad.add(Address.of(granules, 1));
    bad.add(Address.of(Address.MAX_OFFSET, Address.MAX_LENGTH));
    bad.add(Address.of(0, site.memory().geometry().poolSize() + 1));
    for (Block block : history.blocks().all()) {
      addNeighbours(bad, block.address());
    }
    Party party = history.parties().getFirst();
    addFreed(bad, history, party, largestSize);
    for (Block block : history.blocks().of(party.owner())) {
      bad.remove(block.address());
    }
    for (long address : bad) {
      refuses(party, address);
    }
    history.referee().check();
    bulk(history, (LocalParty) party, bad.iterator().next());
    history.freeAll();
  }

  /** Adds all that is nearly the address of a block, and the address itself. */
  private static void addNeighbours(Set<Long> bad, long address) {
    long granules = Address.granules(address);
    long length = Address.length(address);
    bad.add(address);
    bad.add(BatchBit.set(address));
    bad.add(Address.of(granules, length + 1));
    bad.add(Address.of(granules + 1, length));
    bad.add(Address.of(granules + 1, 1));
    if (length > 1) {
      bad.add(Address.of(granules, length - 1));
    }
    if (granules > 0) {
      bad.add(Address.of(granules - 1, length));
    }
  }

  /** Adds blocks that were freed, the second after its place was handed out in another size. */
  private static void addFreed(Set<Long> bad, History history, Party party, long largestSize) {
    for (long size : new long[] {largestSize, 1}) {
      Block block = history.allocate(party, size);
      if (block != null) {
        history.free(party, block);
        bad.add(block.address());
        history.allocate(party, Math.max(1, size / 2));
      }
    }
  }

  private static void refuses(Party party, long address) {
    try {
      party.free(address);
      throw new AssertionError(
          "participant "
              + party.owner()
              + " could free "
              + Address.toString(address)
              + ", which is not its live block");
    } catch (InvalidAddressException e) {
      Referee.expectAddress(address, e.address(), "address in the exception");
    }
  }

  /** Frees a good block, a bad one, and a good one: the first goes, the last stays. */
  private static void bulk(History history, LocalParty party, long bad) {
    Block first = history.allocate(party, 1);
    Block last = history.allocate(party, 1);
    if (first == null || last == null || bad == first.address() || bad == last.address()) {
      return;
    }
    long[] addresses = {bad, first.address(), bad, last.address(), bad};
    try {
      party.allocator().free(addresses, 1, addresses.length - 1);
      throw new AssertionError("free(long[]) accepted " + Address.toString(bad));
    } catch (InvalidAddressException e) {
      Referee.expectAddress(bad, e.address(), "address in the exception");
    }
    history.blocks().remove(first);
    history.referee().check();
  }
}
