package hring.alloc.slab;

import hring.api.Address;
import hring.api.AllocatorStats;
import hring.api.spi.alloc.Allocator;
import hring.api.spi.alloc.AllocatorMemory;
import hring.api.spi.alloc.BlockTable;
import hring.api.spi.alloc.Owner;
import hring.api.spi.alloc.PoolGeometry;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.List;
import java.util.Objects;
import java.util.function.LongConsumer;

/**
 * One participant's access to a pool of slabs and extents.
 *
 * <p><b>Costs.</b> A lease takes up to 64 blocks of a word by two atomics; handing out one of them
 * is a plain store, its tag in the {@link BlockTable}. A block that the participant's own thread
 * frees goes into a {@link Magazine} by one atomic, and is the next to be handed out. Other threads
 * and other participants give blocks back by one atomic for all those of a word that are freed
 * together. Blocks larger than those of slabs are extents, see {@link PageStock}.
 *
 * <p><b>Invariant.</b> For each bitmap word of a slab in use
 *
 * <pre>
 *   valid = avail | lease | live | held | recorded
 *   lease = local &amp; ~(live | held | recorded | avail)
 *   avail &amp; (live | held) = 0
 * </pre>
 *
 * <p>A block is in one of the five places, or in two neighbouring ones while it moves: it is
 * written to the next before it leaves the last.
 *
 * <pre>
 *           tag replaced           compare-and-set on the tag
 *          +----------------- held <---------------+       (held: see {@link HeldTags})
 *          |                   |                   |
 *          v                   | record set,       |
 *         live ----------------+ then tag removed  |
 *          |  ^                |                   |
 *          |  | tag entered    v                   |
 *          |  +--- lease    a free record          |
 *          |       ^   |       |                   |
 *          |       |   v       | bits set, then    |
 *          |       avail <-----+ record cleared    |
 *          +---------------------------------------+
 * </pre>
 *
 * Slabs and bitmaps follow Bonwick, "The Slab Allocator: An Object-Caching Kernel Memory Allocator"
 * (USENIX Summer 1994), magazines Bonwick and Adams, "Magazines and Vmem" (USENIX 2001).
 */
final class SlabAllocator implements Allocator {
  private static final MethodHandle FILL = findFill();

  private final SlabPool pool;
  private final AllocatorMemory memory;
  private final PoolGeometry geometry;
  private final SizeClasses classes;
  private final BlockTable table;
  private final int owner;
  private final long largestBlock;
  private final long largestSlabBlock;
  private final PageStock stock;
  private final Lease[] leases;
  private final Magazine[] magazines;
  private final Refill refill;

  /**
   * {@link Refill#fill}, which is called for each 64 blocks, in a way that keeps it out of the
   * loops of applications: the compiler puts only so much into one, and then has no room for what
   * is done for each message. A handle that is no constant is not inlined.
   */
  private final MethodHandle fill;

  private final FreePath freePath;
  private final HeldTags heldTags;

  /**
   * The participant's own thread, the only one that may use the leases and magazines; null before
   * the first refill and after closing.
   */
  private Thread holder;

  private long lastSize;

  /** The address that a block of the last size would have at the start of the pool. */
  private long lastBase;

  private Lease lastLease;
  private Magazine lastMagazine;
  private volatile boolean closed;

  SlabAllocator(SlabPool pool, AllocatorMemory memory, int owner) {
    this.pool = pool;
    this.memory = memory;
    this.geometry = memory.geometry();
    this.classes = pool.classes();
    this.table = pool.table();
    this.owner = owner;
    largestBlock = pool.layout().largestBlock();
    largestSlabBlock = pool.layout().largestSlabBlock();
    stock = owner == Owner.NONE ? null : new PageStock(pool, owner);
    freePath = new FreePath(pool, owner);
    heldTags = pool.heldTags(owner);
    leases = new Lease[classes.count()];
    magazines = new Magazine[leases.length];
    for (int c = 0; c < leases.length; c++) {
      leases[c] = new Lease(pool, c);
      magazines[c] = new Magazine(freePath, geometry.poolSize(), classes.blockSize(c));
    }
    lastSize = 1;
    lastBase = Address.of(0, lastSize);
    lastLease = leases[classes.of(lastSize)];
    lastMagazine = magazines[classes.of(lastSize)];
    refill = new Refill(pool, owner, stock, leases, magazines);
    fill = FILL.bindTo(refill);
  }

  private static MethodHandle findFill() {
    try {
      return MethodHandles.lookup()
          .findVirtual(Refill.class, "fill", MethodType.methodType(boolean.class, Lease.class));
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  @Override
  public long largestBlock() {
    return largestBlock;
  }

  @Override
  public long allocate(long size) {
    // Most often the size is the same as last time.
    if (size != lastSize && !choose(size)) {
      return allocateExtent(size);
    }
    long address;
    if (!lastMagazine.isEmpty()) {
      address = lastBase + lastMagazine.pop();
      table.enter(address, owner);
    } else if (hasBlocks(lastLease)) {
      address = lastBase + lastLease.take();
      table.enter(address, owner);
      releaseIfUsedUp(lastLease);
    } else {
      address = Address.NULL;
    }
    return address;
  }

  @Override
  public int allocate(long size, long[] addresses, int from, int to) {
    Objects.checkFromToIndex(from, to, addresses.length);
    if (size != lastSize && !choose(size)) {
      return Allocator.super.allocate(size, addresses, from, to);
    }
    int next = from;
    while (next < to && hasBlocks(lastLease)) {
      int run = lastLease.take(size, addresses, next, to);
      table.enter(addresses, next, run, owner);
      next += run;
      releaseIfUsedUp(lastLease);
    }
    return next;
  }

  private boolean hasBlocks(Lease lease) {
    return lease.hasBlocks() || refill(lease);
  }

  /**
   * Ends a lease without blocks at once. Later, others will have freed blocks of this word, and its
   * cache line would have to be fetched again. Also, the lease would keep others from the blocks
   * that this participant left in the word.
   */
  private static void releaseIfUsedUp(Lease lease) {
    if (!lease.hasBlocks()) {
      lease.release();
    }
  }

  private boolean refill(Lease lease) {
    requireParticipant();
    if (holder == null) {
      pool.slot(owner).noteHolding(true);
      freePath.expectHolder();
    }
    holder = Thread.currentThread();
    return fillApart(lease);
  }

  private boolean fillApart(Lease lease) {
    try {
      return (boolean) fill.invokeExact(lease);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  private long allocateExtent(long size) {
    requireParticipant();
    return refill.takeExtent(size);
  }

  /**
   * Chooses the class of a size.
   *
   * @return false if blocks of this size are extents
   */
  private boolean choose(long size) {
    if (size < 1 || size > largestBlock) {
      throw new IllegalArgumentException(
          "a block of "
              + size
              + " bytes cannot be allocated: the size is from 1 to "
              + largestBlock
              + " in this pool, half of it; for larger messages open the ring with a larger pool");
    }
    if (size > largestSlabBlock) {
      return false;
    }
    lastLease = leases[classes.of(size)];
    lastMagazine = magazines[classes.of(size)];
    lastSize = size;
    lastBase = Address.of(0, size);
    return true;
  }

  @Override
  public void free(long address) {
    if (Thread.currentThread() != holder || !hold(address)) {
      requireParticipant();
      if (Address.length(address) > largestSlabBlock) {
        stock.freeExtent(address);
      } else {
        freePath.free(address);
      }
    }
  }

  @Override
  public void free(long[] addresses, int from, int to) {
    requireParticipant();
    Objects.checkFromToIndex(from, to, addresses.length);
    boolean byHolder = Thread.currentThread() == holder;
    int next = from;
    while (next < to) {
      int end = next;
      while (end < to && Address.length(addresses[end]) <= largestSlabBlock) {
        end++;
      }
      freePath.free(addresses, next, end, byHolder);
      next = end;
      if (next < to) {
        stock.freeExtent(addresses[next]);
        next++;
      }
    }
  }

  /**
   * Turns a live block of this participant into a held one; called by the holder.
   *
   * @param address any 64 bits
   * @return false, and nothing is changed, if it is no such block
   */
  private boolean hold(long address) {
    if (Address.length(address) > largestSlabBlock
        || !geometry.contains(address)
        || !heldTags.tryHold(address)) {
      return false;
    }
    // From here on the slab keeps its class.
    long granule = Address.granules(address);
    int sizeClass = pool.classAt(granule);
    if (sizeClass < 0) {
      throw SlabPool.damaged("the live block " + Address.toString(address) + " is in no slab");
    }
    magazines[sizeClass].push(granule);
    return true;
  }

  @Override
  public void transfer(long address, int from, int to) {
    if (!table.isOwnedBy(address, from)) {
      throw pool.refuse(address, from);
    }
    table.transfer(address, from, to);
  }

  @Override
  public int transfer(long[] addresses, int start, int end, int from, int to) {
    return table.transfer(addresses, start, end, from, to);
  }

  @Override
  public boolean tryTransfer(long address, int from, int to, int more) {
    return table.tryTransfer(address, from, to, more);
  }

  @Override
  public int deliveries(long address) {
    return table.deliveries(address);
  }

  @Override
  public int owner(long address) {
    int found = table.owner(address);
    return found == HeldTags.OWNER ? Owner.NONE : found;
  }

  @Override
  public void forEachBlock(int wanted, LongConsumer visitor) {
    new BlockSweep(pool).forEachBlock(wanted, visitor);
  }

  @Override
  public void finishOperation(int dead) {
    requireParticipant();
    memory.requireDead(dead);
    new SlabReclaim(pool, dead).finishHalfDone();
  }

  @Override
  public int reclaim(int dead) {
    requireParticipant();
    memory.requireDead(dead);
    return new SlabReclaim(pool, dead).reclaim();
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

  /**
   * {@inheritDoc} It flushes, so it is called by the participant's own thread, or by any thread
   * once that one makes no more calls. If the metadata is damaged, the blocks that could not be
   * flushed stay where they are, and the instance is closed nevertheless.
   *
   * @throws hring.api.RegionException if the metadata is damaged
   */
  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    try {
      if (owner != Owner.NONE) {
        refill.flush();
        pool.slot(owner).noteHolding(false);
      }
    } finally {
      holder = null;
    }
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
