package hring.api.spi.region;

import hring.api.Placement;
import hring.api.spi.alloc.PoolGeometry;

/**
 * The part of a region's header that never changes, copied out of the shared memory and checked:
 * every size and offset in it lies within the file.
 *
 * @param regionSize the size of the file in bytes
 * @param placement where the rings live
 * @param sender the process that opened the ring
 * @param sameBoot whether the region was made since this machine was started
 * @param handle the number by which the transport finds the ring in the sender's process
 * @param submissionEntries how many words can be queued before they are submitted
 * @param completionEntries how many words can be in flight
 * @param transport the name of the transport
 * @param allocator the name of the allocator
 * @param geometry the sizes of the pool
 * @param participants the section of the participant table
 * @param rings the section of the rings
 * @param metadata the section of the allocator
 * @param pool the section of the pool
 */
public record RegionHeader(
    long regionSize,
    Placement placement,
    ProcessIdentity sender,
    boolean sameBoot,
    int handle,
    int submissionEntries,
    int completionEntries,
    String transport,
    String allocator,
    PoolGeometry geometry,
    Section participants,
    Section rings,
    Section metadata,
    Section pool) {

  /**
   * A part of the region.
   *
   * @param offset where it starts, in bytes from the start of the region
   * @param size its size in bytes
   */
  public record Section(long offset, long size) {}
}
