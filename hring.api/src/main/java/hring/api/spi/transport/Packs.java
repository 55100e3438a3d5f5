package hring.api.spi.transport;

import hring.api.Address;
import hring.api.InvalidAddressException;
import hring.api.spi.alloc.BatchBit;
import hring.api.spi.alloc.BlockTable;
import hring.api.spi.alloc.Owner;
import hring.api.spi.alloc.SharedMemory;
import hring.api.spi.region.PackLayout;
import hring.api.spi.region.Region;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.function.LongConsumer;

/**
 * The small messages of a region that lie in its packs ({@link PackLayout}): whose each is, as the
 * block table says it of blocks. May be used by any thread.
 *
 * <p><b>Packed addresses.</b> A message in a pack has an address with the top bit set, the length
 * where a block has it, and the unit of its frame in place of the granule.
 *
 * <p><b>Owners.</b> The sender writes a frame with owner IN_FLIGHT. It stays so while a receiver
 * handles the message in {@code poll}: the record of the claim says whose it is. What is taken,
 * comes back or is left over gets its owner written into the frame. When messages are freed, the
 * frame of the first says how many units are {@link PackLayout#DONE}; those behind it are not
 * looked at any more.
 *
 * <p><b>A pack is filled anew</b> only when all of it is done. First it gets its new serial: so a
 * frame is what it seems to be if its serial is its pack's, and the pack's is still the same after
 * the frame was read. A compare-and-set of a frame that is not done finds it as it was read, since
 * its pack cannot be filled anew.
 */
public final class Packs {
  /** The two top bits of an entry that is a piece of a pack. No list is as long as to have both. */
  private static final long PIECE = 0b11L << 62;

  private static final int START_SHIFT = 40;
  private static final long START_MASK = (1L << 62 - START_SHIFT) - 1;

  private final MemorySegment memory;
  private final int units;

  /**
   * Gives access to the packs of a region.
   *
   * @param region the region
   */
  public Packs(Region region) {
    memory = region.packs();
    units = (int) (memory.byteSize() >>> PackLayout.UNIT_SHIFT);
  }

  /**
   * Returns whether an entry of the ring is a piece: frames that follow each other in a pack.
   *
   * @param entry any 64 bits
   * @return true if it says so
   */
  public static boolean isPiece(long entry) {
    return (entry & PIECE) == PIECE;
  }

  /**
   * Composes the entry for a piece.
   *
   * @param start the unit of its first frame, counted through all packs
   * @param serial its pack's
   * @return the entry
   */
  public static long piece(int start, long serial) {
    return PIECE | (long) start << START_SHIFT | serial;
  }

  /**
   * Returns the serial of the pack that a piece is in.
   *
   * @param piece the entry
   * @return the serial
   */
  public static long serial(long piece) {
    return PackLayout.serial(piece);
  }

  static int start(long piece) {
    return (int) (piece >>> START_SHIFT & START_MASK);
  }

  /**
   * Composes the address of a message in a pack.
   *
   * @param unit the unit of its frame, counted through all packs
   * @param size its size in bytes
   * @return the address
   */
  static long address(int unit, int size) {
    return BatchBit.set(Address.of(unit, size));
  }

  /**
   * Returns the unit of a message's frame.
   *
   * @param address a packed address
   * @return the unit, counted through all packs
   */
  public static long unit(long address) {
    return Address.granules(address);
  }

  /**
   * Returns how many units there are.
   *
   * @return the number, a multiple of {@link PackLayout#UNITS}
   */
  public int units() {
    return units;
  }

  /**
   * Reads a frame.
   *
   * @param unit its unit, less than {@link #units}
   * @return any 64 bits
   */
  public long frame(long unit) {
    // Partner: the releases in write(), done() and own().
    return SharedMemory.getLongAcquire(memory, offset(unit));
  }

  private long packSerial(long unit) {
    // Partner: the fence in begin().
    return SharedMemory.getLongAcquire(memory, offset(unit & -PackLayout.UNITS));
  }

  private static long offset(long unit) {
    return unit << PackLayout.UNIT_SHIFT;
  }

  /**
   * Begins to fill a pack anew. All of it is done.
   *
   * @param first its first unit
   * @param serial its new serial
   */
  public void begin(int first, long serial) {
    SharedMemory.setLongPlain(memory, offset(first), serial);
    // Partner: the acquire in packSerial(), after a frame was read.
    SharedMemory.storeFence();
  }

  /**
   * Makes a unit show no frame, for whoever finds it behind one that is written afterwards.
   *
   * @param unit the unit
   */
  public void clear(int unit) {
    SharedMemory.setLongPlain(memory, offset(unit), 0);
  }

  /**
   * Writes a frame: who sees it sees its message, and what was written or cleared before. Receivers
   * look at it when the frame in front of it, or the entry of its piece, is published; whoever
   * {@linkplain #forEach looks for messages} may do so at once.
   *
   * @param unit its unit
   * @param frame the frame
   */
  public void write(int unit, long frame) {
    // Partner: the acquire in frame().
    SharedMemory.setLongRelease(memory, offset(unit), frame);
  }

  /**
   * Copies a message to where it is after its frame is written.
   *
   * @param unit the unit of its frame
   * @param message its bytes
   * @param size their number
   */
  public void write(int unit, MemorySegment message, int size) {
    MemorySegment.copy(message, 0, memory, offset(unit) + Long.BYTES, size);
  }

  /**
   * Writes all of some frames and their messages but the first frame, which is then {@linkplain
   * #write(int, long) written} by itself: nobody takes the others for messages before it is there.
   *
   * @param unit the unit of the first frame
   * @param from holds frames and messages
   * @param begin the index of the first frame
   * @param last the index of the last long that is written
   */
  public void write(int unit, long[] from, int begin, int last) {
    MemorySegment.copy(
        from, begin + 1, memory, ValueLayout.JAVA_LONG, offset(unit) + Long.BYTES, last - begin);
  }

  /**
   * Reads the frame of a message as of a certain filling of its pack.
   *
   * @param address any 64 bits
   * @param serial the pack's serial then
   * @return the frame; 0 if the pack was filled anew since, or there is no such message
   */
  public long frame(long address, long serial) {
    long unit = unit(address);
    if (!BatchBit.isSet(address) || unit >= units || unit % PackLayout.UNITS == 0) {
      return 0;
    }
    long frame = frame(unit);
    // In this order, see the class comment.
    return PackLayout.serial(frame) == serial && packSerial(unit) == serial ? frame : 0;
  }

  /** Returns the frame of a message that is not freed; 0 if there is none. */
  private long find(long address) {
    long unit = unit(address);
    if (unit >= units) {
      return 0;
    }
    long frame = frame(address, packSerial(unit));
    int size = PackLayout.size(frame);
    return PackLayout.owner(frame) != PackLayout.DONE
            && size == Address.length(address)
            && isMessage(unit, size)
        ? frame
        : 0;
  }

  /** Returns whether a message of this size can be in a frame at this unit. */
  static boolean isMessage(long unit, int size) {
    long unitInPack = unit % PackLayout.UNITS;
    return size > 0
        && size <= PackLayout.MAX_SIZE
        && unitInPack > 0
        && unitInPack + PackLayout.units(size) <= PackLayout.UNITS;
  }

  /**
   * Returns whose a message is.
   *
   * @param address any 64 bits
   * @return the owner that its frame shows; {@link Owner#NONE} if there is no such message
   */
  public int owner(long address) {
    return PackLayout.owner(find(address));
  }

  /**
   * Returns how often a message was handed out and came back.
   *
   * @param address any 64 bits
   * @return 0 to 15; 0 if there is no such message
   */
  public int deliveries(long address) {
    return PackLayout.deliveries(find(address));
  }

  /**
   * Makes another owner the owner of a message that several participants may want.
   *
   * @param address any 64 bits
   * @param from who must own it
   * @param to who owns it afterwards
   * @param more how many deliveries are added to those that it has, up to {@link
   *     BlockTable#MAX_DELIVERIES} in all
   * @return false if it is no message of {@code from}; nothing is changed
   */
  public boolean tryTransfer(long address, int from, int to, int more) {
    long frame = find(address);
    int deliveries = Math.min(PackLayout.deliveries(frame) + more, BlockTable.MAX_DELIVERIES);
    return PackLayout.owner(frame) == from
        && from != Owner.NONE
        && replace(
            address,
            frame,
            PackLayout.frame(to, deliveries, PackLayout.size(frame), PackLayout.serial(frame)));
  }

  private boolean replace(long address, long frame, long by) {
    // Partner: the same by another participant or thread, and the acquire in frame().
    return SharedMemory.compareAndSetLong(memory, offset(unit(address)), frame, by);
  }

  /**
   * Frees a message.
   *
   * @param address any 64 bits
   * @param owner who must own it
   * @throws InvalidAddressException if it is no message of this owner; nothing is changed
   */
  public void free(long address, int owner) {
    long frame = find(address);
    if (PackLayout.owner(frame) != owner || owner == Owner.NONE) {
      throw refuse(address, frame);
    }
    int units = PackLayout.units(PackLayout.size(frame));
    // Partner: the same of another thread: one of the two is told.
    if (!replace(
        address, frame, PackLayout.frame(PackLayout.DONE, 0, units, PackLayout.serial(frame)))) {
      throw refuse(address, 0);
    }
  }

  private static InvalidAddressException refuse(long address, long frame) {
    return new InvalidAddressException(
        address,
        switch (PackLayout.owner(frame)) {
          case Owner.NONE -> "is not a live message: never taken, or already freed";
          case Owner.IN_FLIGHT ->
              "is in flight, or is being handled by a poll, which frees it: what is to be kept is"
                  + " got by take";
          case Owner.LEFTOVER, Owner.RETURNED -> "was given back, and waits for any receiver";
          default -> "belongs to participant " + PackLayout.owner(frame);
        });
  }

  /**
   * Makes a message a receiver's own in its frame, too, which it is by its claim already.
   *
   * @param address the message
   * @param owner the receiver
   */
  public void own(long address, int owner) {
    long frame = frame(unit(address));
    // Partner: the acquire in frame(), by any thread that was given the address.
    SharedMemory.setLongRelease(
        memory,
        offset(unit(address)),
        PackLayout.frame(owner, 0, Address.length(address), PackLayout.serial(frame)));
  }

  /**
   * Frees messages of one claim that follow each other, which are the caller's by its claim.
   *
   * @param first the first
   * @param last the last
   */
  public void done(long first, long last) {
    long unit = unit(first);
    int units = (int) (unit(last) - unit) + PackLayout.units(Address.length(last));
    long serial = PackLayout.serial(frame(unit));
    // Partner: the acquire in frame(), by the sender: what was read of the messages was read
    // before.
    SharedMemory.setLongRelease(
        memory, offset(unit), PackLayout.frame(PackLayout.DONE, 0, units, serial));
  }

  /**
   * Visits every message whose frame shows an owner. Those that come or go meanwhile may or may not
   * be visited.
   *
   * @param owner the owner
   * @param visitor gets each address
   */
  public void forEach(int owner, LongConsumer visitor) {
    for (int first = 0; first < units; first += PackLayout.UNITS) {
      forEach(owner, visitor, first);
    }
  }

  private void forEach(int owner, LongConsumer visitor, int first) {
    long serial = packSerial(first);
    int end = first + PackLayout.UNITS;
    int unit = first + 1;
    while (unit < end) {
      long frame = frame(unit);
      int size = PackLayout.size(frame);
      boolean done = PackLayout.owner(frame) == PackLayout.DONE;
      if (PackLayout.serial(frame) != serial || packSerial(first) != serial || done && size == 0) {
        return;
      }
      if (PackLayout.owner(frame) == owner && !done && isMessage(unit, size)) {
        visitor.accept(address(unit, size));
      }
      unit += done ? size : PackLayout.units(size);
    }
  }
}
