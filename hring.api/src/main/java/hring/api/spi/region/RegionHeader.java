package hring.api.spi.region;

import hring.api.DeathPolicy;
import hring.api.Delivery;
import hring.api.Placement;
import hring.api.spi.alloc.PoolGeometry;
import hring.api.spi.alloc.ProviderOptions;

/**
 * The part of a region's header that never changes, copied out of the shared memory and checked:
 * every size and offset in it lies within the file.
 *
 * @param regionSize the size of the file in bytes
 * @param placement where the rings live
 * @param ringName the name of the ring
 * @param instance a random number that no other region has; it is in the file's name too
 * @param senderPid the process that opened the ring, by its number in its own pid namespace;
 *     nothing is decided by it
 * @param senderStart when that process started, in milliseconds since 1970, or 0 if that is not
 *     known; for people
 * @param handle the number by which the transport finds the ring in the sender's process
 * @param submissionEntries how many words can be queued before they are submitted
 * @param completionEntries how many words can be in flight
 * @param transport the name of the transport
 * @param transportOptions the transport's options; it has not seen them yet
 * @param allocator the name of the allocator
 * @param allocatorOptions the allocator's options; it has not seen them yet
 * @param delivery whom a message is delivered to
 * @param deathPolicy what becomes of the messages of a receiver that dies
 * @param deliveryLimit how often a message is handed out at most, 0 for no limit
 * @param geometry the sizes of the pool
 * @param participants the section of the participant table
 * @param rings the section of the rings
 * @param metadata the section of the allocator
 * @param pool the section of the pool
 * @param packs the section of the packs, behind the pool
 */
public record RegionHeader(
    long regionSize,
    Placement placement,
    String ringName,
    long instance,
    long senderPid,
    long senderStart,
    int handle,
    int submissionEntries,
    int completionEntries,
    String transport,
    ProviderOptions transportOptions,
    String allocator,
    ProviderOptions allocatorOptions,
    Delivery delivery,
    DeathPolicy deathPolicy,
    int deliveryLimit,
    PoolGeometry geometry,
    Section participants,
    Section rings,
    Section metadata,
    Section pool,
    Section packs) {

  /**
   * A part of the region.
   *
   * @param offset where it starts, in bytes from the start of the region
   * @param size its size in bytes
   */
  public record Section(long offset, long size) {}
}
