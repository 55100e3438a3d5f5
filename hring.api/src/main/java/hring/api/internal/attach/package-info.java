/**
 * From a name to an attached receiver, and on to the next ring of that name.
 *
 * <p>{@link hring.api.internal.attach.RingLocator} finds the ring of a name and attaches to it. An
 * {@link hring.api.internal.attach.Attachment} is all that a receiver has of one ring: the mapped
 * region, its slot, its end of the ring, its allocator. A receiver that follows its sender has one
 * after the other; {@link hring.api.internal.attach.Follower} takes it there, and unmaps the rings
 * that were left when no thread is in them any more.
 */
package hring.api.internal.attach;
