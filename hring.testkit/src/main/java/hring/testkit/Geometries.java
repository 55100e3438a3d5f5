package hring.testkit;

import hring.api.Address;
import hring.api.RegionException;
import hring.api.spi.alloc.AllocatorMemory;
import hring.api.spi.alloc.AllocatorProvider;
import hring.api.spi.alloc.Owner;
import hring.api.spi.alloc.PoolGeometry;
import hring.testkit.LiveBlocks.Block;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/** Pools of other sizes than the one that the contract runs on. */
final class Geometries {
  private static final long PAGE = 4096;
  private static final int SHARE = 16;

  /** The pool is filled with blocks of these shares of the largest: some may lie at its end. */
  private static final int[] SHARES = {1, 2, 3, 5, 16};

  /** Offsets in bytes of more than 32 bits, and an end that is at no round number. */
  private static final PoolGeometry HUGE = new PoolGeometry((5L << 30) + 3 * PAGE, (int) PAGE, 4);

  /** Enough to halve the largest one until all of the pool is used. */
  private static final int MOST_HUGE = 60;

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
    fill(history, largest);
    history.freeAll();
    new PristineCheck(new LocalSite(provider, geometry), 1).check(site, history.parties());
  }

  private static void fill(History history, long largest) {
    Party party = history.parties().getFirst();
    for (int share : SHARES) {
      List<Block> blocks = history.allocateAll(party, 1 + (largest - 1) / share);
      history.referee().check();
      blocks.forEach(block -> history.free(party, block));
    }
  }

  /** A huge pool, in a sparse file: only what is touched takes up memory. */
  static void checkHuge(AllocatorProvider provider) {
    long metadata = metadataSize(provider, HUGE);
    if (metadata < 0) {
      return;
    }
    try {
      Path path = Files.createTempFile("hring-pool", null);
      try (Arena arena = Arena.ofShared();
          FileChannel file =
              FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
        // Now, so that nothing is left however this ends.
        Files.delete(path);
        long start = Math.ceilDiv(metadata, PAGE) * PAGE;
        MemorySegment all =
            file.map(FileChannel.MapMode.READ_WRITE, 0, start + HUGE.poolSize(), arena);
        fillHuge(new LocalSite(provider, HUGE, all.asSlice(0, metadata), all.asSlice(start)));
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot make a sparse file of 5 GiB for a pool", e);
    }
  }

  /** Without a byte in any block. */
  private static void fillHuge(LocalSite site) {
    LocalParty party = site.join();
    LiveBlocks blocks = new LiveBlocks(HUGE);
    long largest = party.allocator().largestBlock();
    long size = largest;
    for (int i = 0; i < MOST_HUGE && size > 0; i++) {
      long address = party.allocate(size);
      if (address == Address.NULL) {
        size /= 2;
      } else {
        blocks.add(address, size, party.owner());
      }
    }
    Referee.expect(List.of(), site.observer().verify(), "broken invariants");
    Referee.expect(
        (long) blocks.all().size(), site.observer().stats().blocks(), "how many blocks are live");
    for (Block block : blocks.all()) {
      Referee.expect(
          party.owner(),
          site.observer().owner(block.address()),
          "owner of " + Address.toString(block.address()));
      party.free(block.address());
    }
    party.flush();
    if (party.allocate(largest) == Address.NULL) {
      throw new AssertionError(
          "the largest block, of " + largest + " bytes, cannot be had after all were freed");
    }
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
