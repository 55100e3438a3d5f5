package hring.api.spi.region;

import hring.api.Placement;
import hring.api.spi.alloc.PoolGeometry;

/**
 * What a new region is to be like.
 *
 * @param name the name of the ring
 * @param files where it goes and who may attach
 * @param geometry the sizes of the pool
 * @param transport the name of the transport
 * @param placement where the rings live
 * @param ringsSize the size of the rings section in bytes, 0 if they live elsewhere
 * @param allocator the name of the allocator
 * @param metadataSize the size of the allocator's section in bytes
 */
public record RegionSpec(
    String name,
    RegionFiles files,
    PoolGeometry geometry,
    String transport,
    Placement placement,
    long ringsSize,
    String allocator,
    long metadataSize) {}
