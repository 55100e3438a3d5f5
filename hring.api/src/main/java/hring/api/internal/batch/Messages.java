package hring.api.internal.batch;

import hring.api.InvalidAddressException;
import hring.api.spi.alloc.Allocator;
import hring.api.spi.alloc.Owner;
import hring.api.spi.region.Region;
import hring.api.spi.transport.Packs;
import java.util.function.LongConsumer;

/**
 * Whose a message is, whether it is a block of the pool or lies in a pack: the one side of it is
 * the allocator's, the other that of {@link Packs}. May be used by any thread.
 */
public final class Messages {
  private final Allocator allocator;
  private final Packs packs;
  private final int self;

  /**
   * Makes a participant's.
   *
   * @param region the region
   * @param allocator the participant's allocator
   * @param self its owner number
   */
  public Messages(Region region, Allocator allocator, int self) {
    this.allocator = allocator;
    this.self = self;
    packs = new Packs(region);
  }

  /**
   * Gives the messages that lie in packs.
   *
   * @return the packs
   */
  public Packs packs() {
    return packs;
  }

  /**
   * Returns whose a message is.
   *
   * @param address any 64 bits
   * @return the owner, or {@link Owner#NONE} if there is no such message
   */
  public int owner(long address) {
    return address < 0 ? packs.owner(address) : allocator.owner(address);
  }

  /**
   * Returns how often a message was handed out and came back.
   *
   * @param address the message
   * @return 0 to 15
   */
  public int deliveries(long address) {
    return address < 0 ? packs.deliveries(address) : allocator.deliveries(address);
  }

  /**
   * Makes another owner the owner of a message, as {@link Allocator#tryTransfer} does.
   *
   * @param address any 64 bits
   * @param from who must own it now
   * @param to who owns it afterwards
   * @param more how many deliveries are added to those that it has
   * @return false if it is no message of {@code from}; nothing is changed
   */
  public boolean tryTransfer(long address, int from, int to, int more) {
    return address < 0
        ? packs.tryTransfer(address, from, to, more)
        : allocator.tryTransfer(address, from, to, more);
  }

  /**
   * Frees a message of this participant.
   *
   * @param address any 64 bits
   * @throws InvalidAddressException if it is no message of this participant; nothing is changed
   */
  public void free(long address) {
    if (address < 0) {
      packs.free(address, self);
    } else {
      allocator.free(address);
    }
  }

  /**
   * Frees messages of this participant, as {@link Allocator#free(long[], int, int)} does.
   *
   * @param addresses holds any 64 bits each
   * @param from the index of the first
   * @param to the index after the last
   * @throws InvalidAddressException if one is no message of this participant: it is left as it is,
   *     and so are those after it; those before it are freed
   */
  public void free(long[] addresses, int from, int to) {
    int next = from;
    while (next < to) {
      int blocks = next;
      while (blocks < to && addresses[blocks] >= 0) {
        blocks++;
      }
      if (blocks > next) {
        allocator.free(addresses, next, blocks);
      }
      next = blocks;
      if (next < to) {
        packs.free(addresses[next++], self);
      }
    }
  }

  /**
   * Visits every message of an owner: blocks first, lowest address first. Those that come or go
   * meanwhile may or may not be visited.
   *
   * @param owner the owner
   * @param visitor gets each address
   */
  public void forEach(int owner, LongConsumer visitor) {
    allocator.forEachBlock(owner, visitor);
    packs.forEach(owner, visitor);
  }

  /**
   * Gives back what an owner that died had, as {@link Allocator#reclaim} does.
   *
   * @param dead its number
   * @return how many messages came back
   */
  public int reclaim(int dead) {
    int[] packed = new int[1];
    packs.forEach(
        dead,
        address -> {
          packs.free(address, dead);
          packed[0]++;
        });
    return packed[0] + allocator.reclaim(dead);
  }
}
