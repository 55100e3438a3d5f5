package hring.testkit;

import hring.api.Address;
import hring.api.AllocatorStats;
import hring.api.InvalidAddressException;
import hring.api.spi.alloc.Allocator;
import hring.api.spi.alloc.AllocatorMemory;
import hring.api.spi.alloc.AllocatorProvider;
import hring.api.spi.alloc.Owner;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;

/** Each breaks one promise. */
final class BrokenAllocators {
  private BrokenAllocators() {}

  /** A provider of one of them. */
  static AllocatorProvider provider(BiFunction<AllocatorMemory, Integer, Allocator> allocator) {
    return new ChunkProvider() {
      @Override
      public Allocator attach(AllocatorMemory memory, int owner) {
        return allocator.apply(memory, owner);
      }
    };
  }

  /** Hands out the first chunk again when all are taken. */
  static class Overlapping extends ChunkAllocator {
    Overlapping(AllocatorMemory memory, int self) {
      super(memory, self);
    }

    @Override
    public long allocate(long size) {
      long address = super.allocate(size);
      if (address == Address.NULL) {
        replace(0, word(0), word(size, self));
        return address(0, word(size, self));
      }
      return address;
    }
  }

  /** Leaves a mark where a block was freed, which is never cleared. */
  static class Leaking extends ChunkAllocator {
    Leaking(AllocatorMemory memory, int self) {
      super(memory, self);
    }

    @Override
    boolean replace(int chunk, long expected, long value) {
      return super.replace(chunk, expected, value == 0 && expected != 0 ? word(1, 0) : value);
    }

    @Override
    public List<String> verify() {
      return List.of();
    }
  }

  /** Throws when there is no room. */
  static class Throwing extends ChunkAllocator {
    Throwing(AllocatorMemory memory, int self) {
      super(memory, self);
    }

    @Override
    public long allocate(long size) {
      long address = super.allocate(size);
      if (address == Address.NULL) {
        throw new IllegalStateException("full");
      }
      return address;
    }
  }

  /** Cuts what is too large. */
  static class Cutting extends ChunkAllocator {
    Cutting(AllocatorMemory memory, int self) {
      super(memory, self);
    }

    @Override
    public long allocate(long size) {
      return super.allocate(Math.clamp(size, 1, ChunkProvider.CHUNK));
    }
  }

  /** Says nothing when what is freed is not live. */
  static class DoublyFreeing extends ChunkAllocator {
    DoublyFreeing(AllocatorMemory memory, int self) {
      super(memory, self);
    }

    @Override
    public void free(long address) {
      try {
        super.free(address);
      } catch (InvalidAddressException e) {
        if (chunk(address) < 0 || word(chunk(address)) != 0) {
          throw e;
        }
      }
    }
  }

  /** Lets anybody transfer. */
  static class Generous extends ChunkAllocator {
    Generous(AllocatorMemory memory, int self) {
      super(memory, self);
    }

    @Override
    public void transfer(long address, int from, int to) {
      super.transfer(address, owner(address) == Owner.NONE ? from : owner(address), to);
    }
  }

  /** Takes the address of a batch for the one of its block. */
  static class Mistaking extends ChunkAllocator {
    Mistaking(AllocatorMemory memory, int self) {
      super(memory, self);
    }

    @Override
    public int owner(long address) {
      return super.owner(Address.asBlock(address));
    }
  }

  /** Forgets the first block of the dead. */
  static class Forgetful extends ChunkAllocator {
    Forgetful(AllocatorMemory memory, int self) {
      super(memory, self);
    }

    @Override
    public int reclaim(int owner) {
      return super.reclaim(owner) == 0 ? 0 : 1;
    }
  }

  /** Takes what is in flight too. */
  static class Greedy extends ChunkAllocator {
    Greedy(AllocatorMemory memory, int self) {
      super(memory, self);
    }

    @Override
    public int reclaim(int owner) {
      int blocks = super.reclaim(owner);
      for (int chunk = 0; chunk < chunks(); chunk++) {
        if ((int) word(chunk) == Owner.IN_FLIGHT) {
          replace(chunk, word(chunk), 0);
        }
      }
      return blocks;
    }
  }

  /** Reclaims the living. */
  static class Murderous extends ChunkAllocator {
    Murderous(AllocatorMemory memory, int self) {
      super(
          new AllocatorMemory(memory.metadata(), memory.pool(), memory.geometry(), _ -> false),
          self);
    }
  }

  /** Reclaims from a list of its own, which nobody else has. */
  static class Private extends ChunkAllocator {
    private final List<Long> own = new ArrayList<>();

    Private(AllocatorMemory memory, int self) {
      super(memory, self);
    }

    @Override
    public long allocate(long size) {
      long address = super.allocate(size);
      own.add(address);
      return address;
    }

    @Override
    public int reclaim(int owner) {
      memory.requireDead(owner);
      int blocks = 0;
      for (long address : owner == self ? own : List.<Long>of()) {
        blocks += owner(address) == owner ? 1 : 0;
      }
      return blocks;
    }
  }

  /** Sees nothing. */
  static class Blind extends ChunkAllocator {
    Blind(AllocatorMemory memory, int self) {
      super(memory, self);
    }

    @Override
    public List<String> verify() {
      return List.of();
    }
  }

  /** Gives up when the metadata is damaged. */
  static class Fragile extends ChunkAllocator {
    Fragile(AllocatorMemory memory, int self) {
      super(memory, self);
    }

    @Override
    public List<String> verify() {
      if (!super.verify().isEmpty()) {
        throw new IllegalStateException("damaged");
      }
      return List.of();
    }
  }

  /** Does not say whose a block is when the metadata is damaged. */
  static class Reluctant extends ChunkAllocator {
    Reluctant(AllocatorMemory memory, int self) {
      super(memory, self);
    }

    @Override
    public int owner(long address) {
      if (!super.verify().isEmpty()) {
        throw new IllegalStateException("damaged");
      }
      return super.owner(address);
    }
  }

  /** Says that more is free than it can give. */
  static class Boastful extends ChunkAllocator {
    Boastful(AllocatorMemory memory, int self) {
      super(memory, self);
    }

    @Override
    public AllocatorStats stats() {
      AllocatorStats stats = super.stats();
      return new AllocatorStats(
          stats.poolSize(),
          stats.blocks(),
          stats.used(),
          stats.held(),
          stats.free(),
          stats.free(),
          stats.classes(),
          stats.owners());
    }
  }

  /** Marks a chunk as being worked on first, and waits while anybody else has marked it. */
  static class Locking extends ChunkAllocator {
    private static final long LOCK = 1L << 63;

    Locking(AllocatorMemory memory, int self) {
      super(memory, self);
    }

    @Override
    boolean replace(int chunk, long expected, long value) {
      long word = word(0);
      while (word < 0 || !super.replace(0, word, word | LOCK)) {
        if (Thread.currentThread().isInterrupted()) {
          throw new IllegalStateException("gave up waiting for the lock");
        }
        Thread.onSpinWait();
        word = word(0);
      }
      boolean replaced = chunk == 0 ? word == expected : super.replace(chunk, expected, value);
      super.replace(0, word | LOCK, chunk == 0 && replaced ? value : word);
      return replaced;
    }
  }

  /** Provider of {@link Locking} with a name: it is loaded once more. */
  static class LockingProvider extends ChunkProvider {
    @Override
    public Allocator attach(AllocatorMemory memory, int owner) {
      return new Locking(memory, owner);
    }
  }
}
