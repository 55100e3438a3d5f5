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
 *   <li>No process blocks another: a process may be stopped or killed at any instruction, and the
 *       others go on.
 *   <li>{@link #reclaim} gives back exactly the blocks of a dead owner, and repairs what it left
 *       half done.
 *   <li>The whole state is in the region: a participant that attaches later, or after all others
 *       have left, sees the same state. What an instance keeps outside the region may be lost at
 *       any instant.
 *   <li>{@link #verify} reports every broken invariant; {@link #stats} counts what is used and what
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
 * the ordered ones.
 *
 * <p><b>Owner numbers are reused.</b> A number goes to another participant after its holder closed,
 * with no blocks left, or died and was reclaimed. Whatever the metadata still holds under a number
 * must not affect its next holder.
 *
 * <p><b>Trust.</b> The metadata may be damaged by another process at any moment. {@link #owner} and
 * {@link #verify} throw nothing then; all other methods may throw a {@link
 * hring.api.RegionException}, or their documented exceptions. They never touch memory outside the
 * segments that they were given, and never loop for ever. An {@code IndexOutOfBoundsException} is a
 * defect.
 *
 * <p>An instance attached as an observer (owner {@link Owner#NONE}) may be given read-only memory;
 * only {@link #owner}, {@link #forEachBlock}, {@link #verify}, {@link #stats}, {@link
 * #largestBlock} and {@link #close}, which change nothing, are called on it.
 */
public interface Allocator extends AutoCloseable {
  /**
   * Returns the length of the largest block that this pool can hold when it is empty.
   *
   * @return its length in bytes, at least 1 and at most {@link Address#MAX_LENGTH}
   */
  long largestBlock();

  /**
   * Allocates a block, owned by this participant. Its bytes are whatever its last user left.
   *
   * @param size the length in bytes, 1 to {@link #largestBlock}
   * @return the address of a block of exactly this length, or {@link Address#NULL} if the pool has
   *     no room for it now
   * @throws IllegalArgumentException if the size is out of range
   */
  long allocate(long size);

  /**
   * Allocates several blocks of one length. An allocator that can do better than one by one
   * overrides this.
   *
   * @param size the length of each in bytes, 1 to {@link #largestBlock}
   * @param addresses gets their addresses
   * @param from the index of the first
   * @param to the index after the last
   * @return the index after the last that was allocated; less than {@code to} if the pool has no
   *     room for more now
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
   * Frees a block of this participant.
   *
   * @param address the block
   * @throws InvalidAddressException if it is not a live block of this participant; nothing is
   *     changed
   */
  void free(long address);

  /**
   * Frees many blocks of this participant, in any order. An allocator that can free neighbours
   * together overrides this.
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
   * Transfers a block to another owner. The ring does this when a message is queued (to {@link
   * Owner#IN_FLIGHT}) and when it is claimed. A few plain stores suffice, since the caller holds
   * the block exclusively at that moment. A participant that reclaims calls it for blocks of the
   * dead owner, before {@link #reclaim}.
   *
   * @param address any 64 bits
   * @param from who must own it now
   * @param to who owns it afterwards
   * @throws InvalidAddressException if it is not a live block of {@code from}; nothing is changed
   */
  void transfer(long address, int from, int to);

  /**
   * Transfers many blocks to another owner. An allocator that can do better than one by one
   * overrides this.
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
   * Transfers a block that several participants may want at the same time: messages that came back
   * from a receiver lie open to every other receiver. This is a compare-and-set: one participant
   * succeeds, and it sees everything that was written to the block.
   *
   * <p>The default is right for an allocator whose {@link #transfer} is a compare-and-set, and that
   * does not count deliveries.
   *
   * @param address any 64 bits
   * @param from who must own it now
   * @param to who owns it afterwards
   * @param more how many deliveries are added to what {@link #deliveries} returns, up to {@link
   *     BlockTable#MAX_DELIVERIES}: 1 where a message comes back, else 0. The sum is made by the
   *     compare-and-set itself: whoever reads the count first may miss one that another participant
   *     adds
   * @return false if it is not a live block of {@code from}; nothing is changed
   */
  default boolean tryTransfer(long address, int from, int to, int more) {
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
   * Returns the owner of a block. Throws no exception, not even when the metadata is damaged:
   * receivers ask about addresses that may be out of date.
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
   * Finishes or undoes the operation that a dead owner was in the middle of, and leaves the blocks
   * alone that it owned. Called before {@link #reclaim} and before blocks of the dead owner go to
   * another one, which may free them at once. An allocator overrides this if it cannot free a block
   * that the dead owner had begun to free. As {@code reclaim}, it may be called again, and is
   * called by one participant at a time.
   *
   * @param owner the number of an owner that is not alive
   * @throws IllegalArgumentException if the number is not from 1 to {@link PoolGeometry#maxOwners}
   * @throws IllegalStateException if the owner is alive
   */
  default void finishOperation(int owner) {}

  /**
   * Reclaims a dead owner: frees every block of it, and finishes or undoes what it left half done.
   * It may be called again, also after a participant died in the middle of it. Only one participant
   * at a time calls it for one owner: the region's participant table ensures this.
   *
   * @param owner the number of an owner that is not alive
   * @return how many live blocks were freed; a block that the owner was about to allocate or to
   *     free when it died may be counted or not. 0 when called again
   * @throws IllegalArgumentException if the number is not from 1 to {@link PoolGeometry#maxOwners}
   * @throws IllegalStateException if the owner is alive
   */
  int reclaim(int owner);

  /**
   * Returns to the pool what this instance holds in reserve, so that other participants can
   * allocate it.
   */
  void flush();

  /**
   * Checks the metadata. Throws no exception, whatever is in it. Exact while no other participant
   * is in the middle of an operation; otherwise operations that are half done may be reported, too.
   *
   * @return a sentence for each broken invariant, empty if there is none
   */
  List<String> verify();

  /**
   * Counts used and free memory. Not a snapshot while others allocate and free.
   *
   * @return the figures
   */
  AllocatorStats stats();

  /** Flushes, and ends the use of this instance. Blocks stay allocated. */
  @Override
  void close();
}
