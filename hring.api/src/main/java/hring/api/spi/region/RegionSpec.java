package hring.api.spi.region;

import hring.api.DeathPolicy;
import hring.api.Delivery;
import hring.api.Placement;
import hring.api.spi.alloc.PoolGeometry;
import hring.api.spi.alloc.ProviderOptions;

/**
 * Parameters of a new region.
 *
 * @param name the name of the ring
 * @param files where it goes and who may attach
 * @param geometry the sizes of the pool
 * @param transport the name of the transport
 * @param transportOptions the transport's options
 * @param placement where the rings live
 * @param ringsSize the size of the rings section in bytes, 0 if they live elsewhere
 * @param allocator the name of the allocator
 * @param allocatorOptions the allocator's options
 * @param metadataSize the size of the allocator's section in bytes
 * @param delivery whom a message is delivered to
 * @param deathPolicy what becomes of the messages of a receiver that dies
 * @param deliveryLimit how often a message is handed out at most, 0 for no limit
 */
public record RegionSpec(
    String name,
    RegionFiles files,
    PoolGeometry geometry,
    String transport,
    ProviderOptions transportOptions,
    Placement placement,
    long ringsSize,
    String allocator,
    ProviderOptions allocatorOptions,
    long metadataSize,
    Delivery delivery,
    DeathPolicy deathPolicy,
    int deliveryLimit) {}
