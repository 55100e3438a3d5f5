/**
 * The allocator named "slab", the default: size classes for small blocks, runs of pages for large
 * ones, up to half the pool.
 *
 * <p>The pool is cut into pages. A slab is a run of pages with blocks of one class and a bitmap
 * that says which are free; an extent is a run of pages that is one block. A participant takes a
 * whole word of a bitmap by one atomic, keeps what it frees itself in magazines, and gives words
 * back from time to time. What of all this is whose after a death is told by the block table, by
 * records in each participant's slot, and by epochs. {@code docs/decisions/slab-allocator.md} has
 * the argument, {@code SlabLayout} the bytes.
 */
package hring.alloc.slab;
