/**
 * From a name to an attached receiver, and on to the next ring of that name.
 *
 * <ul>
 *   <li>{@link hring.api.internal.attach.RingLocator} finds the ring of a name and of a trusted
 *       user, with the help of {@code internal.naming}, and attaches to it.
 *   <li>{@link hring.api.internal.attach.Attachment} is everything that a receiver has of one ring:
 *       the mapped region, its slot, its end of the ring, its allocator, its reader of messages and
 *       its part in recovery. It is built in an order in which each step can fail and nothing is
 *       left: map the file, check whose it is, take a slot, look whether the sender is alive,
 *       attach transport and allocator. Only {@code activate} makes it count as a receiver.
 *   <li>{@link hring.api.internal.attach.Follower} serves a receiver that follows its sender, and
 *       so has one attachment after the other. It finds the successor, and unmaps the rings that
 *       were left when no thread is in the middle of freeing a message of theirs.
 * </ul>
 *
 * <p><b>Threads.</b> All of it is used by the receiver's thread; closing may be done by another
 * thread, after the receiver's thread has stopped ({@code internal.closing}).
 *
 * <p>This is the highest of the internal packages: it uses all others, and only {@link
 * hring.api.Receiver} and its builder use it.
 */
package hring.api.internal.attach;
