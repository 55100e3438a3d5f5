/**
 * What becomes of the messages of receivers that die or leave.
 *
 * <ul>
 *   <li>{@link hring.api.internal.recovery.Recovery} reclaims in one region. Messages that a
 *       receiver claimed and never began lie open to every receiver afterwards, in their order.
 *       Those that it had begun and not freed are discarded and counted, or, under {@code
 *       REDELIVER}, lie open, too, marked, with one delivery more. An orderly close does the same
 *       for its own slot, and {@code giveBack} for one message.
 *   <li>{@link hring.api.internal.recovery.JanitorThread} is one thread of the process. Ten times a
 *       second it asks the {@link hring.api.internal.recovery.Janitor} of each region that the
 *       process takes part in, as sender or receiver, to look for dead participants; of many rings
 *       to those first of which {@link hring.api.internal.recovery.Stillness} does not say that
 *       nothing is claimed.
 *   <li>{@link hring.api.internal.recovery.NameWatch} notices a region whose file was removed, and
 *       aborts its ring.
 *   <li>{@link hring.api.internal.recovery.Outstanding} tells the sender whether all messages are
 *       handled, {@link hring.api.internal.recovery.Totals} how many were reclaimed.
 * </ul>
 *
 * <p>Begin with {@code Recovery.lookAround}. {@code Hring}, {@code Sender}, the opener of rings and
 * {@code internal.attach} call this package. It reads what a receiver had from the receiver's slot,
 * from the block table and from the frames of small messages, which {@code batch.Messages} gives
 * access to; it knows no transport.
 *
 * <p>Each step may be done twice, so the participant that reclaims may die, too. {@code
 * docs/decisions/returns.md} goes through the steps.
 */
package hring.api.internal.recovery;
