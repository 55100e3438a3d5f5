package hring.testkit;

import hring.api.RegionException;
import hring.api.spi.alloc.AllocatorMemory;
import hring.api.spi.alloc.AllocatorProvider;
import hring.api.spi.alloc.Owner;
import hring.api.spi.alloc.PoolGeometry;
import hring.testkit.LiveBlocks.Block;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;

/** Pools of other sizes than the one that the contract runs on. */
final class Geometries {
  private static final long PAGE = 4096;
  private static final int SHARE = 16;

  private Geometries() {}

  /** A pool may be refused, with a message; one that is not must work. */
  static void check(AllocatorProvider provider, PoolGeometry geometry, List<Step> steps) {
    if (metadataSize(provider, geometry) < 0) {
      return;
    }
    LocalSite site = new LocalSite(provider, geometry);
    LocalParty last = site.join(geometry.maxOwners());
    long largest = last.allocator().largestBlock();
    History history = new History(site);
    history.run(
        steps.stream()
            .map(
                step ->
                    new Step(
                        step.kind(),
                        step.who(),
                        step.pick(),
                        1
                            + step.size()
                                % Math.max(1, Math.min(largest, geometry.poolSize() / SHARE))))
            .toList());
    // The greatest owner number and the largest block are what no short history gets to.
    Block block = history.allocate(last, largest);
    Block small = history.allocate(last, 1);
    history.referee().check();
    history.free(last, block);
    site.kill(last);
    history.reclaim(history.parties().getFirst(), last.owner());
    if (small != null) {
      Referee.expect(
          Owner.NONE, site.observer().owner(small.address()), "owner of what was reclaimed");
    }
    history.freeAll();
    new PristineCheck(new LocalSite(provider, geometry), 1).check(site, history.parties());
  }

  /** Returns how much metadata a pool needs, or -1 if the provider refuses it as it should. */
  static long metadataSize(AllocatorProvider provider, PoolGeometry geometry) {
    long size;
    try {
      size = provider.metadataSize(geometry);
    } catch (IllegalArgumentException e) {
      if (e.getMessage() == null || e.getMessage().chars().noneMatch(Character::isDigit)) {
        throw new AssertionError("the message for " + geometry + " names no limit", e);
      }
      return -1;
    } catch (ArithmeticException e) {
      throw new AssertionError("metadataSize(" + geometry + ") must name its limit instead", e);
    }
    if (size < 0) {
      throw new AssertionError("metadataSize(" + geometry + ") is negative: " + size);
    }
    Referee.expect(size, provider.metadataSize(geometry), "metadataSize, asked again");
    return size;
  }

  /** Metadata that is too short is refused, before anything is done with it. */
  static void checkTooLittleMetadata(AllocatorProvider provider, PoolGeometry geometry) {
    long size = provider.metadataSize(geometry);
    MemorySegment pool = Arena.ofAuto().allocate(geometry.poolSize(), PAGE);
    for (long each : new long[] {0, size / 2, size - Long.BYTES}) {
      if (each < 0 || each >= size) {
        continue;
      }
      MemorySegment metadata = Arena.ofAuto().allocate(Math.max(each, 1), PAGE).asSlice(0, each);
      try {
        provider.attach(new AllocatorMemory(metadata, pool, geometry, _ -> false), 1);
        throw new AssertionError(
            "attach() accepted " + each + " bytes of metadata where metadataSize() is " + size);
      } catch (RegionException e) {
        if (e.getMessage() == null) {
          throw new AssertionError("the exception for too little metadata says nothing", e);
        }
      }
    }
  }
}
