package hring.api.spi.alloc;

import hring.api.Address;
import hring.api.AllocatorStats;
import hring.api.InvalidAddressException;
import java.util.List;
import java.util.function.LongConsumer;

/**
 * One participant's access to the allocator of a pool. The contract, each point of which the
 * testkit turns into a property:
 *
 * <ol>
 *   <li>Live blocks never overlap, lie inside the pool and start at a granule.
 *   <li>Everything freed can be allocated again: when all is freed, and every participant has
 *       called {@link #flush}, the pool is as new.
 *   <li>Exhaustion returns {@link Address#NULL}: it never throws, never blocks, and changes
 *       nothing. A size that could never fit throws and names the largest that does.
 *   <li>Freeing what is not a live block of this participant throws, and changes nothing.
 *   <li>No process can hold up another: one that is stopped or killed at any instruction never
 *       blocks the others.
 *   <li>{@link #reclaim} gives back exactly the blocks of a dead owner, and repairs what it left
 *       half done.
 *   <li>All truth is in the region: who attaches later, or after all others have left, sees the
 *       same state. What an instance keeps outside the region may be lost at any instant.
 *   <li>{@link #verify} reports every broken invariant; {@link #stats} tells what is used and what
 *       is free.
 * </ol>
 *
 * <p><b>Threads.</b> {@link #allocate} and {@link #flush} are called by one thread only, the
 * participant's own. Everything else may be called by any thread of the process, at the same time
 * as {@code allocate}. Threads of one process may share a lock, since a process is stopped or
 * killed as a whole; no lock may be shared with another process.
 *
 * <p><b>Steps.</b> A process may die between any two accesses to shared memory, plain accesses
 * included. The order in which others see plain accesses is not defined; {@link SharedMemory} has
 * those that are ordered.
 *
 * <p><b>Owner numbers come again.</b> A number is given to the next participant after its last one
 * closed, with no blocks left, or died and was reclaimed. Whatever the metadata holds under a
 * number must mean nothing to the next one.
 *
 * <p><b>Trust.</b> The metadata may be damaged by another process at any moment. {@link #owner} and
 * {@link #verify} throw nothing then; all other methods may throw a {@link
 * hring.api.RegionException}, or what they throw otherwise. They never touch memory outside the
 * segments that they were given, and never loop for ever. An {@code IndexOutOfBoundsException} is a
 * defect.
 *
 * <p>An instance attached as an observer (owner {@link Owner#NONE}) may be given read-only memory;
 * only the methods that look ({@link #owner}, {@link #forEachBlock}, {@link #verify}, {@link
 * #stats}, {@link #largestBlock}) and {@link #close} are called on it.
 */
public interface Allocator extends AutoCloseable {
  /**
   * Tells the largest block that this pool could ever hold, when empty.
   *
   * @return its length in bytes, at least 1 and at most {@link Address#MAX_LENGTH}
   */
  long largestBlock();

  /**
   * Takes a block out of the pool, for this participant. Its bytes are whatever its last user left.
   *
   * @param size the length in bytes, 1 to {@link #largestBlock}
   * @return the address of a block of exactly this length, or {@link Address#NULL} if the pool has
   *     no room for it now
   * @throws IllegalArgumentException if the size is out of range
   */
  long allocate(long size);

  /**
   * Takes several blocks of one length out of the pool. An allocator that can do better than one by
   * one overrides it.
   *
   * @param size the length of each in bytes, 1 to {@link #largestBlock}
   * @param addresses gets their addresses
   * @param from the index of the first
   * @param to the index after the last
   * @return the index after the last that was taken; less than {@code to} if the pool has no room
   *     for more now
   * @throws IllegalArgumentException if the size is out of range
   */
  default int allocate(long size, long[] addresses, int from, int to) {
    int next = from;
    while (next < to) {
      long address = allocate(size);
      if (address == Address.NULL) {
        break;
      }
      addresses[next++] = address;
    }
    return next;
  }

  /**
   * Gives a block of this participant back to the pool.
   *
   * @param address the block
   * @throws InvalidAddressException if it is not a live block of this participant; nothing is
   *     changed
   */
  void free(long address);

  /**
   * Gives many blocks of this participant back, in any order. An allocator that can free neighbours
   * together overrides it.
   *
   * @param addresses holds the blocks
   * @param from the index of the first
   * @param to the index after the last
   * @throws InvalidAddressException if one of them is not a live block of this participant: it is
   *     left as it is, and so are those after it; those before it are freed
   */
  default void free(long[] addresses, int from, int to) {
    for (int i = from; i < to; i++) {
      free(addresses[i]);
    }
  }

  /**
   * Makes another owner the owner of a block. The ring does this when a message is queued (to
   * {@link Owner#IN_FLIGHT}) and when it is claimed. It is a few plain stores: the caller is who
   * holds the block exclusively at that moment. Whoever takes back what a dead participant had
   * claimed calls it for the dead one's blocks, before {@link #reclaim}.
   *
   * @param address any 64 bits
   * @param from who must own it now
   * @param to who owns it afterwards
   * @throws InvalidAddressException if it is not a live block of {@code from}; nothing is changed
   */
  void transfer(long address, int from, int to);

  /**
   * Makes another owner the owner of many blocks. An allocator that can do better than one by one
   * overrides it.
   *
   * @param addresses holds any 64 bits each
   * @param start the index of the first
   * @param end the index after the last
   * @param from who must own them now
   * @param to who owns them afterwards
   * @return the index of the first that is not a live block of {@code from}, or {@code end}; it and
   *     those after it are left as they are
   */
  default int transfer(long[] addresses, int start, int end, int from, int to) {
    int next = start;
    while (next < end && owner(addresses[next]) == from) {
      transfer(addresses[next], from, to);
      next++;
    }
    return next;
  }

  /**
   * Makes another owner the owner of a block that several participants may want at the same time:
   * messages that came back from a receiver are open to every other. By compare-and-set, so that
   * one of them succeeds, and who succeeds sees all that was written to the block.
   *
   * <p>The default is right for an allocator whose {@link #transfer} is a compare-and-set, and that
   * does not count deliveries.
   *
   * @param address any 64 bits
   * @param from who must own it now
   * @param to who owns it afterwards
   * @param deliveries what {@link #deliveries} returns from now on, 0 to {@link
   *     BlockTable#MAX_DELIVERIES}
   * @return false if it is not a live block of {@code from}; nothing is changed
   */
  default boolean tryTransfer(long address, int from, int to, int deliveries) {
    try {
      transfer(address, from, to);
      return true;
    } catch (InvalidAddressException e) {
      return false;
    }
  }

  /**
   * Returns how often a message was handed out and came back, as the last {@link #tryTransfer} left
   * it. A block that is allocated, and one that goes by {@link #transfer}, begins at 0.
   *
   * @param address the address of a live block
   * @return 0 to {@link BlockTable#MAX_DELIVERIES}
   */
  default int deliveries(long address) {
    return 0;
  }

  /**
   * Tells whose block an address names. Throws no exception, not even when the metadata is damaged:
   * receivers ask it about addresses that may be out of date.
   *
   * @param address any 64 bits
   * @return the owner, or {@link Owner#NONE} if no live block has exactly this address
   */
  int owner(long address);

  /**
   * Visits every live block of an owner, lowest address first. Blocks that come or go meanwhile may
   * or may not be visited.
   *
   * @param owner an owner number, or {@link Owner#IN_FLIGHT}
   * @param visitor gets each address
   */
  void forEachBlock(int owner, LongConsumer visitor);

  /**
   * Finishes what an owner that died was in the middle of, and leaves the blocks that it owned
   * alone. Called before {@link #reclaim} if some of them are to become another owner's, who may
   * free them at once: so an allocator overrides it if it cannot free a block that the dead one had
   * begun to free. May be called again, and by one participant at a time, as {@code reclaim}.
   *
   * @param owner the number of an owner that is not alive
   * @throws IllegalArgumentException if the number is not from 1 to {@link PoolGeometry#maxOwners}
   * @throws IllegalStateException if the owner is alive
   */
  default void finishOperation(int owner) {}

  /**
   * Gives back every block of an owner that died, and repairs what it left half done. It may be
   * called again, also after a participant died in the middle of it. Only one participant at a time
   * calls it for one owner: the participant table of the region sees to that.
   *
   * @param owner the number of an owner that is not alive
   * @return how many live blocks came back; one that the owner was about to allocate or to free
   *     when it died may be counted or not. Called again, 0
   * @throws IllegalArgumentException if the number is not from 1 to {@link PoolGeometry#maxOwners}
   * @throws IllegalStateException if the owner is alive
   */
  int reclaim(int owner);

  /** Gives back what this instance holds in reserve, so that other participants can allocate it. */
  void flush();

  /**
   * Walks the metadata and checks it. Throws no exception, whatever is in it. Exact while no other
   * participant is in the middle of an operation; otherwise what is half done may be reported too.
   *
   * @return a sentence for each broken invariant, empty if there is none
   */
  List<String> verify();

  /**
   * Counts what is used and what is free. Not a snapshot while others allocate and free.
   *
   * @return the figures
   */
  AllocatorStats stats();

  /** Flushes; the instance cannot be used any more. Blocks stay allocated. */
  @Override
  void close();
}
