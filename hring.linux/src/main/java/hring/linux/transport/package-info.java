/**
 * What a transport needs of the kernel: how receivers sleep on the wake word of the region's
 * header, and how the sender wakes them. For any transport, hring's own and those of others;
 * nothing here hands native access on.
 *
 * <ul>
 *   <li>{@link hring.linux.transport.Doorbell}, the sender's side: called after entries were
 *       published, it makes a system call only if a receiver sleeps.
 *   <li>{@link hring.linux.transport.Parking}, the receiver's side. The class comment of {@link
 *       hring.api.spi.region.WakeWord} has the argument that no wake is lost.
 *   <li>{@link hring.linux.transport.ClaimingInbound}: a whole receiver's end over any {@link
 *       hring.api.spi.transport.Entries}, for a transport whose receivers can read its ring. It
 *       claims by {@link hring.api.spi.transport.Claims} and sleeps by {@code Parking}.
 * </ul>
 *
 * <p>A transport begins in the module {@code hring.shm}, the smallest example: what is its own
 * there is one view of the ring, {@code Entries}, and an {@code Outbound}.
 *
 * <p>Each constructor here calls native functions and throws {@link hring.api.TransportException}
 * if {@code hring.linux} has no native access.
 */
package hring.linux.transport;
