package hring.api.spi.alloc;

import hring.api.Address;
import hring.api.InvalidAddressException;
import java.lang.foreign.MemorySegment;

/**
 * Who owns which block: an int for each granule of the pool, nonzero where a live block starts. An
 * allocator may keep one in its metadata; with it, whether an address is a live block, of this very
 * length and of this owner, is a single comparison.
 *
 * <pre>
 *   31     24 23      20 19               0
 *  +---------+----------+-----------------+
 *  |  owner  |deliveries|  length, or 0   |   the granule where the block starts
 *  +---------+----------+-----------------+
 *  |    0    |  length, its high 11 bits  |   the next two, only for blocks of 1 MiB and more: those
 *  +---------+----------------------------+   whose length above is 0
 *  |    0    |  length, its low 20 bits   |
 *  +---------+----------------------------+
 * </pre>
 *
 * <p>The deliveries count how often a message was handed out and came back, 0 to {@link
 * #MAX_DELIVERIES}. Entering a block and every plain transfer write 0: only {@link #tryTransfer}
 * counts.
 *
 * <p><b>Ordering.</b> An entry is written only by the participant that holds the block exclusively
 * at that moment: it has just taken the space out of the free stock, or owns the block, or has
 * claimed it from the ring. So the stores are plain, and the compiler may move them. They are
 * ordered by the allocator, which takes space by an atomic access before it enters a block, and
 * returns space by an atomic access after it removed the block; and by the ring, which passes
 * blocks on by a release. Entries of others, needed to reclaim or to verify, are read by {@link
 * #ownerAt} and {@link #blockAt}, which are acquires. Only {@link #tryTransfer} is for blocks that
 * several participants may want at the same time; it replaces an entry by compare-and-set.
 *
 * <p>Numbers between {@link Owner#MAX} and {@link Owner#LEFTOVER} are the allocator's: under these
 * it may keep entries of its own, of blocks that are free. They are no live blocks.
 */
public final class BlockTable {
  /** The greatest number of deliveries that an entry can hold. */
  public static final int MAX_DELIVERIES = 15;

  private static final int OWNER_SHIFT = 24;
  private static final int DELIVERIES_SHIFT = 20;
  private static final int DELIVERIES_MASK = MAX_DELIVERIES << DELIVERIES_SHIFT;
  private static final int LENGTH_BITS = DELIVERIES_SHIFT;
  private static final int LENGTH_MASK = (1 << LENGTH_BITS) - 1;
  private static final int ENTRY_SHIFT = 2;

  private final MemorySegment entries;
  private final PoolGeometry geometry;

  // Copies of fields of the geometry: every check of an address needs them.
  private final long poolSize;
  private final int granuleShift;

  /**
   * Creates a view of a table.
   *
   * @param entries {@link #bytes} of memory, aligned to 4; all zero means no live block
   * @param geometry the pool it describes
   */
  public BlockTable(MemorySegment entries, PoolGeometry geometry) {
    this.entries = entries.asSlice(0, bytes(geometry));
    this.geometry = geometry;
    poolSize = geometry.poolSize();
    granuleShift = geometry.granuleShift();
  }

  /**
   * Returns the size of a table.
   *
   * @param geometry the pool it describes
   * @return the size in bytes
   */
  public static long bytes(PoolGeometry geometry) {
    return geometry.granules() << ENTRY_SHIFT;
  }

  /**
   * Enters a block that the caller has taken out of the free stock.
   *
   * @param address a block inside the pool
   * @param owner the new owner
   */
  public void enter(long address, int owner) {
    int length = Address.length(address);
    long offset = Address.granules(address) << ENTRY_SHIFT;
    if (length > LENGTH_MASK) {
      SharedMemory.setIntPlain(entries, offset + Integer.BYTES, length >>> LENGTH_BITS);
      SharedMemory.setIntPlain(entries, offset + 2 * Integer.BYTES, length & LENGTH_MASK);
      // Partner: the acquire in blockAt(): whoever sees the entry sees its other parts.
      SharedMemory.storeFence();
    }
    SharedMemory.setIntPlain(entries, offset, tag(owner, length));
  }

  /**
   * Like {@link #enter(long, int)}, but returns false and changes nothing if the granule already
   * has an entry, which only a damaged table can have.
   *
   * @param address a block inside the pool
   * @param owner the new owner
   * @return false if there is an entry; nothing is changed
   */
  public boolean tryEnter(long address, int owner) {
    if (held(Address.granules(address)) != 0) {
      return false;
    }
    enter(address, owner);
    return true;
  }

  /**
   * Removes the entry of a block, before its space goes back to the free stock.
   *
   * @param address a live block, which the caller holds exclusively
   */
  public void remove(long address) {
    long offset = Address.granules(address) << ENTRY_SHIFT;
    SharedMemory.setIntPlain(entries, offset, 0);
    if (Address.length(address) > LENGTH_MASK) {
      removeLength(offset);
    }
  }

  /** Removes the two parts of an entry that hold a long length; its first part is 0 by now. */
  private void removeLength(long offset) {
    // Partner: the acquire in blockAt(), by whoever reclaims: a process that is killed in between
    // has removed the first part, and leaves no entry with half a length.
    SharedMemory.storeFence();
    SharedMemory.setIntPlain(entries, offset + Integer.BYTES, 0);
    SharedMemory.setIntPlain(entries, offset + 2 * Integer.BYTES, 0);
  }

  /**
   * Transfers a block that several participants may want at the same time: one of them succeeds.
   *
   * @param address any 64 bits
   * @param from who must own it
   * @param to who owns it afterwards
   * @param more how many deliveries are added, up to {@link #MAX_DELIVERIES} in all; not negative
   * @return false if it is not a live block of {@code from}, or is none any more; nothing is
   *     changed
   */
  public boolean tryTransfer(long address, int from, int to, int more) {
    if (!isInPool(address)) {
      return false;
    }
    int length = Address.length(address);
    long granules = Address.granules(address);
    long offset = granules << ENTRY_SHIFT;
    int seen = tag(granules);
    if ((seen & ~DELIVERIES_MASK) != tag(from, length) || !matches(address, from)) {
      return false;
    }
    int entry =
        tag(to, length) | Math.min(deliveriesIn(seen) + more, MAX_DELIVERIES) << DELIVERIES_SHIFT;
    // Partner: the same of another participant. A participant that takes a block here sees what was
    // written to it.
    if (!SharedMemory.compareAndSetInt(entries, offset, seen, entry)) {
      return false;
    }
    if (length > LENGTH_MASK && !matches(address, to)) {
      // A block of another length came to lie there in between. It is put back as it was: nobody
      // else changes it while it shows this owner.
      SharedMemory.setIntRelease(entries, offset, seen);
      return false;
    }
    return true;
  }

  /**
   * Returns how often a message was handed out and came back.
   *
   * @param address the address of a live block
   * @return 0 to {@link #MAX_DELIVERIES}; 0 if it lies outside the pool
   */
  public int deliveries(long address) {
    return isInPool(address) ? deliveriesIn(held(Address.granules(address))) : 0;
  }

  private static int deliveriesIn(int entry) {
    return (entry & DELIVERIES_MASK) >>> DELIVERIES_SHIFT;
  }

  /**
   * Returns whether an address names a live block of an owner.
   *
   * @param address any 64 bits
   * @param owner the owner asked for
   * @return true if a live block has exactly this address and this owner
   */
  public boolean isOwnedBy(long address, int owner) {
    return isInPool(address) && matches(address, owner);
  }

  /**
   * Returns the owner of a block.
   *
   * @param address any 64 bits
   * @return its owner, or {@link Owner#NONE} if no live block has exactly this address
   */
  public int owner(long address) {
    if (!isInPool(address)) {
      return Owner.NONE;
    }
    int owner = held(Address.granules(address)) >>> OWNER_SHIFT;
    return owner != Owner.NONE && matches(address, owner) ? owner : Owner.NONE;
  }

  /**
   * Transfers a block to another owner.
   *
   * @param address any 64 bits
   * @param from who must own it, and whose block the caller holds exclusively
   * @param to who owns it afterwards
   * @throws InvalidAddressException if it is not a live block of {@code from}; nothing is changed
   */
  public void transfer(long address, int from, int to) {
    if (!isOwnedBy(address, from)) {
      throw refuse(address, from);
    }
    SharedMemory.setIntPlain(
        entries, Address.granules(address) << ENTRY_SHIFT, tag(to, Address.length(address)));
  }

  /**
   * Transfers many blocks to another owner, as {@link Allocator#transfer(long[], int, int, int,
   * int)} requires.
   *
   * @param addresses holds any 64 bits each
   * @param start the index of the first
   * @param end the index after the last
   * @param from who must own them, and whose blocks the caller holds exclusively
   * @param to who owns them afterwards
   * @return the index of the first that is not a live block of {@code from}, or {@code end}
   */
  public int transfer(long[] addresses, int start, int end, int from, int to) {
    int next = start;
    while (next < end) {
      int run = Runs.length(addresses, next, end);
      if (!areOwnedBy(addresses, next, run, from)) {
        if (!isOwnedBy(addresses[next], from)) {
          return next;
        }
        run = 1;
      }
      setRun(addresses, next, run, tag(to, Address.length(addresses[next])));
      next += run;
    }
    return end;
  }

  /**
   * Enters a run of blocks that the caller has taken out of the free stock.
   *
   * @param addresses holds the blocks
   * @param start the index of the first
   * @param run how many, at most {@link Runs#length}
   * @param owner the new owner
   */
  public void enter(long[] addresses, int start, int run, int owner) {
    int length = Address.length(addresses[start]);
    if (length > LENGTH_MASK) {
      for (int i = start; i < start + run; i++) {
        enter(addresses[i], owner);
      }
    } else {
      setRun(addresses, start, run, tag(owner, length));
    }
  }

  /**
   * Removes the entries of a run of blocks, before their space goes back to the free stock.
   *
   * @param addresses holds live blocks, which the caller holds exclusively
   * @param start the index of the first
   * @param run how many, at most {@link Runs#length}
   */
  public void remove(long[] addresses, int start, int run) {
    if (Address.length(addresses[start]) > LENGTH_MASK) {
      for (int i = start; i < start + run; i++) {
        remove(addresses[i]);
      }
    } else {
      setRun(addresses, start, run, 0);
    }
  }

  /**
   * Returns whether the addresses of a run name live blocks of an owner.
   *
   * @param addresses holds any 64 bits each
   * @param start the index of the first
   * @param run how many, at most {@link Runs#length}
   * @param owner the owner asked for
   * @return true if each names a live block of exactly this length and of this owner
   */
  public boolean areOwnedBy(long[] addresses, int start, int run, int owner) {
    long first = addresses[start];
    int length = Address.length(first);
    if (!isInPool(first) || !isInPool(addresses[start + run - 1]) || length > LENGTH_MASK) {
      return run == 1 && isOwnedBy(first, owner);
    }
    int expected = tag(owner, length);
    long offset = Address.granules(first) << ENTRY_SHIFT;
    long stride = stride(addresses, start, run);
    // No branch in the loops, and all that does not change is read before them.
    int different = 0;
    if (stride == Integer.BYTES) {
      // The compiler moves the bounds checks out of a loop only if it knows the stride.
      for (int i = 0; i < run; i++) {
        different |=
            SharedMemory.getIntPlain(entries, offset + (long) i * Integer.BYTES) ^ expected;
      }
    } else {
      for (int i = 0; i < run; i++) {
        different |= SharedMemory.getIntPlain(entries, offset + i * stride) ^ expected;
      }
    }
    return (different & ~DELIVERIES_MASK) == 0;
  }

  private void setRun(long[] addresses, int start, int run, int tag) {
    long offset = Address.granules(addresses[start]) << ENTRY_SHIFT;
    long stride = stride(addresses, start, run);
    if (stride == Integer.BYTES) {
      // As in areOwnedBy().
      for (int i = 0; i < run; i++) {
        SharedMemory.setIntPlain(entries, offset + (long) i * Integer.BYTES, tag);
      }
    } else {
      for (int i = 0; i < run; i++) {
        SharedMemory.setIntPlain(entries, offset + i * stride, tag);
      }
    }
  }

  private static long stride(long[] addresses, int start, int run) {
    return run == 1 ? 0 : addresses[start + 1] - addresses[start] << ENTRY_SHIFT;
  }

  /**
   * Reads the block that starts at a granule.
   *
   * @param granules an offset in granules, less than the pool has
   * @return the address of the live block that starts there, or {@link Address#NULL}
   */
  public long blockAt(long granules) {
    int tag = tag(granules);
    if (tag >>> OWNER_SHIFT == Owner.NONE) {
      return Address.NULL;
    }
    long length = tag & LENGTH_MASK;
    if (length == 0 && granules + 2 < geometry.granules()) {
      length = (long) tag(granules + 1) << LENGTH_BITS | tag(granules + 2) & LENGTH_MASK;
    }
    return length <= 0 || length > Address.MAX_LENGTH ? Address.NULL : Address.of(granules, length);
  }

  /**
   * Reads the owner of the block that starts at a granule, whatever its length.
   *
   * @param granules an offset in granules, less than the pool has
   * @return the owner, or {@link Owner#NONE} if no live block starts there
   */
  public int ownerAt(long granules) {
    return tag(granules) >>> OWNER_SHIFT;
  }

  /**
   * Returns an exception that says why an address was refused.
   *
   * @param address the address
   * @param wanted the owner that it should have had
   * @return an exception to throw
   */
  public InvalidAddressException refuse(long address, int wanted) {
    if (!isInPool(address)) {
      return Refusal.of(geometry, address, Address.NULL, Owner.NONE, wanted);
    }
    long granules = Address.granules(address);
    return Refusal.of(geometry, address, blockAt(granules), ownerAt(granules), wanted);
  }

  private boolean isInPool(long address) {
    int length = Address.length(address);
    return address > 0
        && length > 0
        && (Address.granules(address) << granuleShift) + length <= poolSize;
  }

  /**
   * Returns whether an address that is known to lie in the pool names a live block of an owner.
   *
   * @param address an address inside the pool
   * @param owner the owner asked for
   * @return true if a live block has exactly this address and this owner
   */
  public boolean matches(long address, int owner) {
    int length = Address.length(address);
    long granules = Address.granules(address);
    return (held(granules) & ~DELIVERIES_MASK) == tag(owner, length)
        && (length <= LENGTH_MASK
            || held(granules + 1) == length >>> LENGTH_BITS
                && held(granules + 2) == (length & LENGTH_MASK));
  }

  /**
   * Reads an entry plainly: if it is what the caller expects, the caller holds the block itself.
   */
  private int held(long granules) {
    return SharedMemory.getIntPlain(entries, granules << ENTRY_SHIFT);
  }

  private int tag(long granules) {
    // Partner: the release or atomic access that followed its writing, by the allocator or the
    // ring.
    return SharedMemory.getIntAcquire(entries, granules << ENTRY_SHIFT);
  }

  private static int tag(int owner, int length) {
    return owner << OWNER_SHIFT | (length > LENGTH_MASK ? 0 : length);
  }
}
