package hring.api;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The state of a ring as seen from outside.
 *
 * @param name the name of the ring
 * @param file the region's file
 * @param condition whether it is in use
 * @param pid the sender's process id
 * @param user the name of the user that the file belongs to, or the number if it has none
 * @param uid the number of that user
 * @param size the size of the file in bytes
 * @param submissionEntries how many entries can be queued before they are submitted
 * @param completionEntries how many entries can be in flight
 * @param details what is read from the region itself, empty if it could not be read
 */
public record RingInfo(
    String name,
    Path file,
    Condition condition,
    long pid,
    String user,
    long uid,
    long size,
    int submissionEntries,
    int completionEntries,
    Optional<Details> details) {

  /** Whether a ring is in use. */
  public enum Condition {
    /** The sender's process runs. */
    ALIVE,
    /**
     * The sender's process runs, but its thread, which alone may send, has ended: the ring stays
     * until another thread closes it, or the process ends.
     */
    OWNER_THREAD_DEAD,
    /** The sender's process has ended; its file is stale. */
    STALE,
    /** The region is being made, or its sender's process ended while it made it. */
    UNFINISHED,
    /** The file may not be read, or is no sound region. */
    UNREADABLE;

    /**
     * Returns whether a living process has the ring open as its sender.
     *
     * @return true if its name is taken
     */
    public boolean isInUse() {
      return this == ALIVE || this == OWNER_THREAD_DEAD;
    }
  }

  /**
   * The part that is read from the region itself.
   *
   * @param placement where the rings live
   * @param transport the name of the transport
   * @param allocator the name of the allocator
   * @param granule the unit of addressing in bytes
   * @param poolSize the size of the pool in bytes
   * @param receivers how many receivers have a slot
   * @param use what the pool holds, empty if the allocator is not present in this process
   * @param participants what the sender and the receivers have counted, by their places
   */
  public record Details(
      Placement placement,
      String transport,
      String allocator,
      int granule,
      long poolSize,
      int receivers,
      Optional<AllocatorStats> use,
      List<ParticipantStats> participants) {}
}
