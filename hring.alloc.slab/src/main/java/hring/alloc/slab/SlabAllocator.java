package hring.alloc.slab;

import hring.api.Address;
import hring.api.AllocatorStats;
import hring.api.spi.alloc.Allocator;
import hring.api.spi.alloc.AllocatorMemory;
import hring.api.spi.alloc.BlockTable;
import hring.api.spi.alloc.Owner;
import java.util.List;
import java.util.Objects;
import java.util.function.LongConsumer;

/**
 * An allocator for many small messages. The pool consists of slabs of equal size, each cut into
 * blocks of one size class. Taking blocks and giving them back costs one contended atomic for up to
 * 64 neighbouring blocks; a block that is handed out costs one plain store, its tag in the {@link
 * BlockTable}.
 *
 * <p>Invariant: each block of a slab in use is in exactly one of these places, or in two
 * neighbouring ones while it moves. It is written to the next before it leaves the last. (The bits
 * of {@code local} stay set as long as the lease; a block with a tag, in a record or in avail is
 * not in the reserve any more.)
 *
 * <pre>
 *     avail  ----->  reserve  ----->  live  ----->  a free record  ----->  avail
 *           set in          tag set         record set,             bit set,
 *           local, then                     then tag                then record
 *           taken                           removed                 cleared
 * </pre>
 *
 * Slabs and bitmaps follow Bonwick, "The Slab Allocator: An Object-Caching Kernel Memory Allocator"
 * (USENIX Summer 1994), and Bonwick and Adams, "Magazines and Vmem" (USENIX 2001), whose magazines
 * are here the 64 blocks of a word.
 */
final class SlabAllocator implements Allocator {
  private final SlabPool pool;
  private final AllocatorMemory memory;
  private final SizeClasses classes;
  private final BlockTable table;
  private final int owner;
  private final long largestBlock;
  private final Reserve[] reserves;
  private final Refill refill;
  private final Freer freer;

  /**
   * The participant's own thread, the only one that may touch the reserves; null before there are
   * any, and once all is closed.
   */
  private Thread lessee;

  private long lastSize;

  /** The address that a block of the last size would have at the start of the pool. */
  private long lastBase;

  private Reserve lastReserve;
  private volatile boolean closed;

  SlabAllocator(SlabPool pool, AllocatorMemory memory, int owner) {
    this.pool = pool;
    this.memory = memory;
    this.classes = pool.classes();
    this.table = pool.table();
    this.owner = owner;
    largestBlock = pool.layout().slabSize();
    reserves = new Reserve[classes.count()];
    for (int c = 0; c < reserves.length; c++) {
      reserves[c] = new Reserve(pool, c);
    }
    lastSize = 1;
    lastBase = Address.of(0, lastSize);
    lastReserve = reserves[classes.of(lastSize)];
    refill = new Refill(pool, owner, reserves);
    freer = new Freer(pool, owner);
  }

  @Override
  public long largestBlock() {
    return largestBlock;
  }

  @Override
  public long allocate(long size) {
    // Mostly the size is that of the last time.
    Reserve reserve = size == lastSize ? lastReserve : reserve(size);
    if (!hasBlocks(reserve)) {
      return Address.NULL;
    }
    long address = lastBase + reserve.take();
    table.enter(address, owner);
    if (reserve.isInTheWay()) {
      reserve.release();
    }
    return address;
  }

  @Override
  public int allocate(long size, long[] addresses, int from, int to) {
    Objects.checkFromToIndex(from, to, addresses.length);
    Reserve reserve = size == lastSize ? lastReserve : reserve(size);
    int next = from;
    while (next < to && hasBlocks(reserve)) {
      int run = reserve.take(size, addresses, next, to);
      table.enter(addresses, next, run, owner);
      next += run;
      if (!reserve.hasBlocks()) {
        // Before others free blocks of this word: its line would have to come back for this.
        reserve.release();
      }
    }
    return next;
  }

  private boolean hasBlocks(Reserve reserve) {
    return reserve.hasBlocks() || refill(reserve);
  }

  private boolean refill(Reserve reserve) {
    requireParticipant();
    if (lessee == null) {
      freer.expectLeases();
    }
    lessee = Thread.currentThread();
    return refill.fill(reserve);
  }

  private Reserve reserve(long size) {
    if (size < 1 || size > largestBlock) {
      throw new IllegalArgumentException(
          "a block of "
              + size
              + " bytes cannot be allocated: the size is from 1 to "
              + largestBlock
              + " in this pool");
    }
    lastReserve = reserves[classes.of(size)];
    lastSize = size;
    lastBase = Address.of(0, size);
    return lastReserve;
  }

  @Override
  public void free(long address) {
    if (!putBack(address)) {
      requireParticipant();
      freer.free(address);
    }
  }

  @Override
  public void free(long[] addresses, int from, int to) {
    requireParticipant();
    Objects.checkFromToIndex(from, to, addresses.length);
    int next = from;
    while (next < to && putBack(addresses[next])) {
      next++;
    }
    freer.free(addresses, next, to);
  }

  /**
   * Puts a block of a lease that this participant still has straight back: it is in local, and
   * without a tag it is in the reserve.
   *
   * @param address any 64 bits
   * @return false if it is no such block, or another thread calls; nothing is changed
   */
  private boolean putBack(long address) {
    if (Thread.currentThread() != lessee) {
      return false;
    }
    int size = Address.length(address);
    Reserve reserve = lastReserve;
    if (size != lastSize) {
      if (size < 1 || size > largestBlock) {
        return false;
      }
      reserve = reserves[classes.of(size)];
    }
    long bit = reserve.leasedBit(address);
    boolean removed = bit != 0 && table.tryRemove(address, owner);
    if (removed) {
      reserve.putBack(bit);
    }
    return removed;
  }

  @Override
  public void transfer(long address, int from, int to) {
    table.transfer(address, from, to);
  }

  @Override
  public int transfer(long[] addresses, int start, int end, int from, int to) {
    return table.transfer(addresses, start, end, from, to);
  }

  @Override
  public int owner(long address) {
    return table.owner(address);
  }

  @Override
  public void forEachBlock(int wanted, LongConsumer visitor) {
    new BlockSweep(pool).forEachBlock(wanted, visitor);
  }

  @Override
  public int reclaim(int dead) {
    requireParticipant();
    memory.requireDead(dead);
    new Repair(pool, dead).run();
    // With the dead one's record, so that this can be cut off and repeated as well.
    return new BlockSweep(pool).free(dead, new Freer(pool, dead));
  }

  @Override
  public void flush() {
    requireParticipant();
    refill.flush();
  }

  @Override
  public List<String> verify() {
    return new SlabVerifier(pool).run();
  }

  @Override
  public AllocatorStats stats() {
    return new SlabStatistics(pool, owner).count();
  }

  @Override
  public void close() {
    if (!closed && owner != Owner.NONE) {
      refill.flush();
    }
    lessee = null;
    closed = true;
  }

  private void requireParticipant() {
    if (owner == Owner.NONE) {
      throw new IllegalStateException(
          "an observer can only look; attach with an owner number to change anything");
    }
    if (closed) {
      throw new IllegalStateException("this allocator is closed");
    }
  }
}
