/**
 * The allocator named "buddy": blocks of powers of two, up to the whole pool, that split and merge.
 *
 * <p>The pool is a binary tree. {@code TreeShape} has its arithmetic, {@code NodeWord} the meaning
 * of a node's word, {@code NodeWords} the access to them, {@code BuddyTree} the steps: a state
 * change is one compare-and-set, and whoever meets a split or join that is half done can do the
 * other step. {@code docs/decisions/buddy-tree.md} has the argument, {@code BuddyLayout} the bytes.
 *
 * <p>Choose it for large blocks of many sizes; the default, slab, costs less for small ones.
 */
package hring.alloc.buddy;
