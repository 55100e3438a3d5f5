/**
 * The allocator named "buddy": blocks of powers of two, up to the whole pool, that split and join.
 *
 * <p>The pool is a binary tree. Begin with {@code BuddyTree}: a state change is one
 * compare-and-set, and any participant that meets a split or join that is half done can do the
 * other step.
 *
 * <ul>
 *   <li>{@code BuddyAllocator} is one participant's access: the tree says which space is taken, the
 *       block table which blocks live there.
 *   <li>{@code TreeShape} has the arithmetic of nodes, {@code NodeWord} the bits of a node's word,
 *       {@code NodeWords} the access to the words in shared memory.
 *   <li>{@code BuddyReclaim} frees the blocks of a dead participant, or only finishes the operation
 *       that it was in the middle of.
 *   <li>{@code Verifier} checks the invariants, {@code StatsCounter} counts, {@code BuddyLayout}
 *       has the bytes of the metadata.
 * </ul>
 *
 * <p>{@code docs/decisions/buddy-tree.md} gives the reasons. The package uses {@code
 * hring.api.spi.alloc} and knows neither rings nor transports. Only {@code BuddyProvider} is
 * public; {@code ServiceLoader} finds it.
 *
 * <p>Choose it for large blocks of many sizes; the default, slab, costs less for small ones.
 */
package hring.alloc.buddy;
