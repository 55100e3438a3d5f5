/**
 * Rings that deliver to each. {@code docs/decisions/broadcast.md} has the protocol and its
 * argument.
 *
 * <ul>
 *   <li>{@link hring.api.internal.broadcast.Broadcast} is the sender's end, around that of any
 *       transport. {@code Sent} keeps on the heap what was sent and is not freed yet; {@code
 *       Audience} looks how far the receivers are, has what all have passed freed, and evicts.
 *   <li>{@link hring.api.internal.broadcast.HeldMessages} is the receiver's allocator: to free a
 *       message is to be done with it.
 * </ul>
 *
 * <p>How a receiver reads is {@link hring.api.spi.transport.Subscription}, beside {@link
 * hring.api.spi.transport.Claims} of rings whose receivers compete. The words that both sides share
 * are {@link hring.api.spi.region.ReadCursor} and {@link hring.api.spi.region.Published}.
 */
package hring.api.internal.broadcast;
