/**
 * The allocator named "slab", the default: size classes for small blocks, runs of pages for large
 * ones, up to half the pool.
 *
 * <p>The pool is cut into pages. A <i>slab</i> is a run of pages with blocks of one class, and a
 * bitmap of the free ones; an <i>extent</i> is a run of pages that is one block. Begin with {@code
 * SlabAllocator}, which has the states of a block.
 *
 * <ol>
 *   <li>Allocating: a {@code Magazine} has the blocks that this participant's thread freed; a
 *       {@code Lease} has up to 64 blocks of one bitmap word ({@code BlockWords}), taken by one
 *       atomic; {@code Refill} looks for the next word, or for pages for a new slab.
 *   <li>Freeing: {@code HeldTags} for the thread that allocates, {@code FreePath} for all others.
 *   <li>Pages: {@code PageStock} claims and returns them in the {@code PageMap}; {@code SlabStates}
 *       has what each belongs to, {@code FullMarks} what is known to be full.
 *   <li>After a death: {@code SlabReclaim} repairs, from the records in the dead participant's
 *       {@code ParticipantSlot} and from epochs; {@code LostBlocks} has the argument for blocks
 *       that were being freed, {@code PageStock} that for pages.
 * </ol>
 *
 * <p>{@code SlabPool} has the views of one pool's metadata, {@code SlabLayout} the bytes, {@code
 * SlabVerifier} the invariants. {@code docs/decisions/slab-allocator.md} gives the reasons.
 *
 * <p>The package uses {@code hring.api.spi.alloc} and knows neither rings nor transports. Only
 * {@code SlabProvider} is public; {@code ServiceLoader} finds it.
 */
package hring.alloc.slab;
