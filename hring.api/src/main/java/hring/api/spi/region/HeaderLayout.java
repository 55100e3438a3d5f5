package hring.api.spi.region;

/**
 * Where the fields of a region's header are. Offsets in bytes from the start of the region; numbers
 * are in the byte order of the machine. Everything up to the state is written before the region is
 * published and never changes.
 *
 * <pre>
 *   0                 8        12       16               24       28       32                               48              64
 *  +-----------------+--------+--------+----------------+--------+--------+--------------------------------+----------------+
 *  | magic           |version | order  | region size    |granule |placemt.| boot id                        | (zero)         |
 *  +-----------------+--------+--------+----------------+--------+--------+----------------+-------+-------+----------------+
 *  | sender's pid    | its start time  | its pid ns     | its ring handle |slots  |sub.e.|comp.e.| (zero)                  |
 *  +-----------------+-----------------+----------------+-----------------+-------+------+-------+-------------------------+
 *  | transport name, 32 bytes, zero padded              | allocator name, 32 bytes, zero padded                             |
 *  +-----------------------------------------------------+-----------------------------------------------------------------+
 *  | participants: offset, size | rings: offset, size    | metadata: offset, size    | pool: offset, size                   |
 *  +-----------------------------------------------------+-----------------------------------------------------------------+
 *  | transport's area, 128 bytes                                                                                            |
 *  +------------------------------------------------------------------------------------------------------------------------+
 *  | state (written by the sender)                                    | each of these on a pair of cache lines of its own   |
 *  | claim cursor (written by receivers)                              |                                                     |
 *  | wake word (by the sender), parked mask (by receivers)            |                                                     |
 *  +------------------------------------------------------------------+-----------------------------------------------------+
 * </pre>
 */
public final class HeaderLayout {
  /**
   * "HRING" and two zeros, then 0x1A so that a terminal stops: the first eight bytes of every
   * region.
   */
  public static final long MAGIC = 0x1A_00_00_47_4E_49_52_48L;

  /** The version of this layout; a region of another version is refused. */
  public static final int VERSION = 2;

  /** Reads as this only by a machine of the writer's byte order. */
  public static final int BYTE_ORDER = 0x0102_0304;

  /** The value of {@link #STATE} while the ring is being made. */
  public static final int STATE_NEW = 0;

  /** The value of {@link #STATE} while the sender may submit. */
  public static final int STATE_OPEN = 1;

  /** The value of {@link #STATE} after the sender's last submit. */
  public static final int STATE_CLOSED = 2;

  /**
   * Two cache lines: processors fetch lines in pairs, so words that must not share are this far
   * apart.
   */
  public static final int ISOLATION = 128;

  static final int PAGE = 4096;

  static final int NAME_SIZE = 32;

  static final long MAGIC_OFFSET = 0;
  static final long VERSION_OFFSET = MAGIC_OFFSET + Long.BYTES;
  static final long BYTE_ORDER_OFFSET = VERSION_OFFSET + Integer.BYTES;
  static final long REGION_SIZE = BYTE_ORDER_OFFSET + Integer.BYTES;
  static final long GRANULE = REGION_SIZE + Long.BYTES;
  static final long PLACEMENT = GRANULE + Integer.BYTES;
  static final long BOOT_ID = PLACEMENT + Integer.BYTES;

  static final long SENDER_PID = 64;
  static final long SENDER_START_TIME = SENDER_PID + Long.BYTES;
  static final long SENDER_PID_NAMESPACE = SENDER_START_TIME + Long.BYTES;
  static final long HANDLE = SENDER_PID_NAMESPACE + Long.BYTES;
  static final long SLOTS = HANDLE + Long.BYTES;
  static final long SUBMISSION_ENTRIES = SLOTS + Integer.BYTES;
  static final long COMPLETION_ENTRIES = SUBMISSION_ENTRIES + Integer.BYTES;

  static final long TRANSPORT_NAME = SENDER_PID + 64;
  static final long ALLOCATOR_NAME = TRANSPORT_NAME + NAME_SIZE;

  static final long SECTIONS = ALLOCATOR_NAME + NAME_SIZE;
  static final long SECTION_ENTRY = 2 * Long.BYTES;
  static final int SECTION_COUNT = 4;

  /**
   * Where the transport keeps what its receivers need to know; written before the region is
   * published.
   */
  public static final long TRANSPORT_AREA = SECTIONS + SECTION_COUNT * SECTION_ENTRY;

  /** The size of the transport's area in bytes. */
  public static final int TRANSPORT_AREA_SIZE = 128;

  static final long STATE = TRANSPORT_AREA + TRANSPORT_AREA_SIZE;
  static final long CLAIM_CURSOR = STATE + ISOLATION;

  /**
   * The word that parked receivers sleep on (an int, for futex(2)); it changes when they are to
   * wake.
   */
  public static final long WAKE_WORD = CLAIM_CURSOR + ISOLATION;

  /**
   * A long with the bit of each slot set whose receiver is parked or about to park. Beside the wake
   * word: who parks or wakes needs both, and where nobody parks neither is written.
   */
  public static final long PARKED_MASK = WAKE_WORD + Long.BYTES;

  /** The size of the header in bytes. */
  public static final long SIZE = PAGE;

  private HeaderLayout() {}
}
