package hring.api.spi.region;

import hring.api.spi.alloc.ProviderOptions;

/**
 * Where the fields of a region's header are. Offsets in bytes from the start of the region; numbers
 * are in the byte order of the machine. Everything before the state is written before the region
 * gets its name, and never changes.
 *
 * <pre>
 *     0  magic, version, byte order, region size, granule, placement, slots, entries, handle, ...
 *    64  sender's pid and start time, instance, packs: their size
 *   128  participants, rings, metadata, pool: offset and size of each
 *   192  transport's name, 32 bytes           224  allocator's name, 32 bytes
 *   256  transport's options, 128 bytes       384  allocator's options, 128 bytes
 *   512  transport's area, 128 bytes
 *   640  ring's name, 256 bytes
 *  1024  state (by the sender, or its process's janitor)
 *  1152  reason, 128 bytes (by the same, before the state becomes ABORTED)
 *  1280  claim cursor (by receivers)
 *  1408  returned (by who reclaims, closes or gives back)
 *  1536  wake word (by whoever wakes), parked mask (by receivers, and by who reclaims one)
 *  1664  how long it took to reclaim the last one that died (by who reclaims)
 *  1792  published: how much was submitted (by the sender, if it delivers to each)
 *  1920  joins (by receivers that join, if the sender delivers to each)
 * </pre>
 *
 * From the state on, each line of that table has pairs of cache lines of its own. Texts are UTF-8,
 * padded with zeros.
 */
public final class HeaderLayout {
  /**
   * "HRING" and two zeros, then 0x1A so that a terminal stops: the first eight bytes of every
   * region.
   */
  public static final long MAGIC = 0x1A_00_00_47_4E_49_52_48L;

  /** The version of this layout; a region of another version is refused. */
  public static final int VERSION = 3;

  /** The first version whose participants hold locks: of older regions nobody knows who lives. */
  public static final int FIRST_VERSION_WITH_LOCKS = 3;

  /** Reads as this only by a machine of the writer's byte order. */
  public static final int BYTE_ORDER = 0x0102_0304;

  /**
   * Byte {@code LOCK_BASE + slot} of the file, far beyond its end, is locked by the participant
   * that has the slot. The same in all later versions.
   */
  public static final long LOCK_BASE = 1L << 62;

  /** How many bytes from {@link #LOCK_BASE} on may be locked. The same in all later versions. */
  public static final int LOCK_COUNT = 256;

  /** The value of {@link #STATE} while the ring is being made: nobody may attach yet. */
  public static final int STATE_OPENING = 0;

  /** The value of {@link #STATE} while the sender may submit. */
  public static final int STATE_OPEN = 1;

  /** The value of {@link #STATE} after the sender's last submit. */
  public static final int STATE_CLOSED = 2;

  /**
   * The value of {@link #STATE} when the sender gave the ring up, or its file was removed; the
   * reason is beside it.
   */
  public static final int STATE_ABORTED = 3;

  /**
   * Two cache lines: processors fetch lines in pairs, so words that must not share are this far
   * apart.
   */
  public static final int ISOLATION = 128;

  /** The size of the options of the transport, and of those of the allocator, in bytes. */
  public static final int OPTIONS_SIZE = ProviderOptions.MAX_LENGTH;

  /** The size of the reason beside {@link #STATE_ABORTED} in bytes. */
  public static final int REASON_SIZE = 128;

  static final int PAGE = 4096;

  static final int NAME_SIZE = 32;

  // These four keep their offsets in all later versions.
  static final long MAGIC_OFFSET = 0;
  static final long VERSION_OFFSET = MAGIC_OFFSET + Long.BYTES;
  static final long BYTE_ORDER_OFFSET = VERSION_OFFSET + Integer.BYTES;
  static final long REGION_SIZE = BYTE_ORDER_OFFSET + Integer.BYTES;

  static final long GRANULE = REGION_SIZE + Long.BYTES;
  static final long PLACEMENT = GRANULE + Integer.BYTES;
  static final long SLOTS = PLACEMENT + Integer.BYTES;
  static final long SUBMISSION_ENTRIES = SLOTS + Integer.BYTES;
  static final long COMPLETION_ENTRIES = SUBMISSION_ENTRIES + Integer.BYTES;
  static final long HANDLE = COMPLETION_ENTRIES + Integer.BYTES;
  static final long DEATH_POLICY = HANDLE + Integer.BYTES;
  static final long DELIVERY_LIMIT = DEATH_POLICY + Integer.BYTES;
  static final long DELIVERY = DELIVERY_LIMIT + Integer.BYTES;

  static final long SENDER_PID = 64;
  static final long SENDER_START = SENDER_PID + Long.BYTES;
  static final long INSTANCE = SENDER_START + Long.BYTES;

  /** The size of the packs; they come after the pool, at the next page. */
  static final long PACKS_SIZE = INSTANCE + Long.BYTES;

  static final long SECTIONS = SENDER_PID + 64;
  static final long SECTION_ENTRY = 2 * Long.BYTES;
  static final int SECTION_COUNT = 4;

  static final long TRANSPORT_NAME = SECTIONS + SECTION_COUNT * SECTION_ENTRY;
  static final long ALLOCATOR_NAME = TRANSPORT_NAME + NAME_SIZE;
  static final long TRANSPORT_OPTIONS = ALLOCATOR_NAME + NAME_SIZE;
  static final long ALLOCATOR_OPTIONS = TRANSPORT_OPTIONS + OPTIONS_SIZE;

  /**
   * Where the transport keeps what its receivers need to know; written before the region is
   * published.
   */
  public static final long TRANSPORT_AREA = ALLOCATOR_OPTIONS + OPTIONS_SIZE;

  /** The size of the transport's area in bytes. */
  public static final int TRANSPORT_AREA_SIZE = 128;

  static final long RING_NAME = TRANSPORT_AREA + TRANSPORT_AREA_SIZE;
  static final int RING_NAME_SIZE = 256;

  static final long STATE = 1024;
  static final long REASON = STATE + ISOLATION;
  static final long CLAIM_CURSOR = REASON + REASON_SIZE;

  /**
   * A long that counts up whenever messages were put where any receiver finds them: a receiver that
   * sees a new value looks.
   */
  public static final long RETURNED = CLAIM_CURSOR + ISOLATION;

  /**
   * The word that parked receivers sleep on (an int, for futex(2)); it changes when they are to
   * wake.
   */
  public static final long WAKE_WORD = RETURNED + ISOLATION;

  /**
   * {@link #PARKED_WORDS} longs with the bit of each slot set whose receiver is parked or about to
   * park; {@link #parkedWord} and {@link #parkedBit} say which. Beside the wake word: who parks or
   * wakes needs both, and where nobody parks neither is written.
   */
  public static final long PARKED_MASK = WAKE_WORD + Long.BYTES;

  /** How many longs the parked mask has. */
  public static final int PARKED_WORDS = 4;

  /** A long: how long it took to reclaim the last participant that died, in nanoseconds. */
  public static final long LAST_RECLAIM = WAKE_WORD + ISOLATION;

  /** Where {@link Published} keeps its count and its two pairs, of two longs each. */
  static final long PUBLISHED = LAST_RECLAIM + ISOLATION;

  /**
   * A long that counts up when a receiver joins a ring that delivers to each: the sender looks who
   * is there when it sees a new value.
   */
  public static final long JOINS = PUBLISHED + ISOLATION;

  /** The size of the header in bytes. */
  public static final long SIZE = PAGE;

  static {
    if (RING_NAME + RING_NAME_SIZE > STATE
        || JOINS + Long.BYTES > SIZE
        || DELIVERY + Integer.BYTES > SENDER_PID) {
      throw new AssertionError("the header's fields do not fit");
    }
  }

  private HeaderLayout() {}

  /**
   * Returns where a participant's bit in the parked mask is.
   *
   * @param owner its owner number, from 1
   * @return the offset of the long in the header
   */
  public static long parkedWord(int owner) {
    return PARKED_MASK + (owner - 1) / Long.SIZE * (long) Long.BYTES;
  }

  /**
   * Returns a participant's bit in its long of the parked mask.
   *
   * @param owner its owner number, from 1
   * @return a long with one bit set
   */
  public static long parkedBit(int owner) {
    return 1L << (owner - 1);
  }
}
