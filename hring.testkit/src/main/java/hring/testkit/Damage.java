package hring.testkit;

import hring.api.Address;
import hring.api.HringException;
import hring.api.spi.alloc.Allocator;
import hring.api.spi.alloc.AllocatorProvider;
import hring.api.spi.alloc.Owner;
import hring.testkit.LiveBlocks.Block;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Damages the metadata and does everything that an allocator can do. */
final class Damage {
  private static final int SIZES = 6;
  private static final int MAX_FLIPS = 4096;

  private Damage() {}

  /** Overwrites single words. */
  static void words(
      AllocatorProvider provider, LocalSite site, List<Step> steps, List<DamagedWord> words) {
    History history = new History(site);
    history.run(steps);
    MemorySegment metadata = site.memory().metadata();
    long slots = metadata.byteSize() / Long.BYTES;
    for (DamagedWord word : slots == 0 ? List.<DamagedWord>of() : words) {
      long at = Math.floorMod(word.where(), slots) * Long.BYTES;
      metadata.set(ValueLayout.JAVA_LONG, at, word.what());
      use(provider, site, history);
    }
  }

  /** Flips bits of the words one by one, and mends each before the next. */
  static void bits(AllocatorProvider provider, LocalSite site, List<Step> steps, long first) {
    History history = new History(site);
    history.run(steps);
    MemorySegment metadata = site.memory().metadata();
    byte[] sound = metadata.toArray(ValueLayout.JAVA_BYTE);
    long bits = metadata.byteSize() / Long.BYTES * Long.SIZE;
    // Odd, so that over the words each bit of a word has its turn.
    long stride = bits / MAX_FLIPS | 1;
    for (long bit = Math.floorMod(first, stride); bit < bits; bit += stride) {
      long at = bit / Long.SIZE * Long.BYTES;
      long word = metadata.get(ValueLayout.JAVA_LONG, at);
      metadata.set(ValueLayout.JAVA_LONG, at, word ^ 1L << bit % Long.SIZE);
      use(provider, site, history);
      metadata.copyFrom(MemorySegment.ofArray(sound));
    }
  }

  /** Overwrites everything. */
  static void noise(AllocatorProvider provider, LocalSite site, List<Step> steps, long seed) {
    History history = new History(site);
    history.run(steps);
    Random random = new Random(seed);
    byte[] noise = new byte[Math.toIntExact(site.memory().metadata().byteSize())];
    random.nextBytes(noise);
    site.memory().metadata().copyFrom(MemorySegment.ofArray(noise));
    if (site.observer().verify().isEmpty()) {
      throw new AssertionError("verify() finds nothing broken in random bytes");
    }
    use(provider, site, history);
  }

  private static void use(AllocatorProvider provider, LocalSite site, History history) {
    List<Allocator> allocators = new ArrayList<>();
    for (Party party : history.parties()) {
      allocators.add(((LocalParty) party).allocator());
    }
    allocators.add(site.observer());
    clean(() -> allocators.add(provider.attach(site.memory(), Owner.NONE)));
    clean(
        () -> allocators.add(provider.attach(site.memory(), site.memory().geometry().maxOwners())));
    for (Allocator allocator : allocators) {
      verify(allocator);
      look(site, history, allocator);
      change(site, history, allocator);
    }
  }

  private static void verify(Allocator allocator) {
    mustNotThrow("verify() threw instead of reporting what is damaged", allocator::verify);
  }

  private static void look(LocalSite site, History history, Allocator allocator) {
    clean(allocator::stats);
    for (int owner : new int[] {1, 2, Owner.IN_FLIGHT}) {
      clean(() -> history.referee().list(allocator, owner));
    }
    for (Block block : history.blocks().all()) {
      ask(allocator, block.address());
      ask(allocator, ~block.address());
    }
    ask(allocator, Address.of(site.memory().geometry().granules() - 1, 1));
    ask(allocator, Address.NULL);
  }

  private static void ask(Allocator allocator, long address) {
    mustNotThrow("owner(" + Address.toString(address) + ") threw", () -> allocator.owner(address));
  }

  private static void mustNotThrow(String complaint, Runnable task) {
    try {
      task.run();
    } catch (RuntimeException e) {
      throw new AssertionError(complaint + ": " + e, e);
    }
  }

  private static void change(LocalSite site, History history, Allocator allocator) {
    if (allocator == site.observer()) {
      return;
    }
    clean(
        () -> {
          for (int i = 0; i < SIZES; i++) {
            long address = allocator.allocate(Math.min(allocator.largestBlock(), 1L << 2 * i));
            if (address != Address.NULL && !site.memory().geometry().contains(address)) {
              throw new AssertionError(Address.toString(address) + " lies outside the pool");
            }
          }
        });
    for (Block block : history.blocks().all()) {
      clean(() -> allocator.transfer(block.address(), block.owner(), block.owner()));
      clean(() -> allocator.free(block.address()));
    }
    clean(() -> allocator.reclaim(site.memory().geometry().maxOwners()));
    clean(allocator::flush);
  }

  private static void clean(Runnable task) {
    try {
      task.run();
    } catch (HringException | IllegalArgumentException | IllegalStateException e) {
      // A damaged region may be refused.
    } catch (RuntimeException e) {
      throw new AssertionError(
          "damaged metadata must give a RegionException, or nothing, and gave " + e, e);
    }
  }
}
