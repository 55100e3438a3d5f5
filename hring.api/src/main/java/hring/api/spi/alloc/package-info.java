/**
 * For authors of allocators: everything that an allocator provides and is given. Besides this
 * package an author needs a few values of {@link hring.api}: {@link hring.api.Address}, {@link
 * hring.api.AllocatorStats} and the exceptions. Nothing else in hring needs to be known.
 *
 * <p><b>What an allocator does.</b> It hands out blocks of one pool to several processes at once
 * and takes them back. All its state lies in the metadata section of the region, a block of zeros
 * of the size that the {@linkplain hring.api.spi.alloc.AllocatorProvider#metadataSize provider asks
 * for}. Each participant has an instance of its own, attached to the same bytes.
 *
 * <p><b>Where to begin.</b>
 *
 * <ol>
 *   <li>{@link hring.api.spi.alloc.AllocatorProvider} is found by {@link java.util.ServiceLoader};
 *       its name is stored in the region, so that receivers pick the same one.
 *   <li>{@link hring.api.spi.alloc.Allocator} states the contract: eight promises, each a property
 *       of the testkit.
 *   <li>{@link hring.api.spi.alloc.AllocatorMemory} is what both work on, {@link
 *       hring.api.spi.alloc.PoolGeometry} the sizes.
 *   <li>{@link hring.api.spi.alloc.ProviderOptions} is what the opener of a ring may choose: a
 *       provider reads it in {@link hring.api.spi.alloc.AllocatorProvider#withOptions withOptions}.
 *   <li>{@link hring.api.spi.alloc.SharedMemory} has the ordered accesses, each with its mode in
 *       its name. The testkit can stop and kill a process at each of them.
 *   <li>{@link hring.api.spi.alloc.BlockTable} answers, for every address, whether it is a live
 *       block, of which length and whose. Most allocators keep one at the start of their metadata.
 *       {@link hring.api.spi.alloc.Runs} finds neighbours among addresses; {@link
 *       hring.api.spi.alloc.BatchBit} marks what is no block.
 * </ol>
 *
 * <p><b>Terms.</b> A <i>granule</i> is the pool's unit of addressing. A <i>block</i> starts at a
 * granule and has a length in bytes. An <i>owner</i> is the number of a participant ({@link
 * hring.api.spi.alloc.Owner}); a block that was queued belongs to {@link
 * hring.api.spi.alloc.Owner#IN_FLIGHT} until a receiver takes it over.
 *
 * <p>The module {@code hring.testkit} proves an allocator; {@code docs/} has a guide for authors,
 * and {@code examples/} allocators to start from.
 */
package hring.api.spi.alloc;
