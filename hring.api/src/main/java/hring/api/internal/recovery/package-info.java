/**
 * What becomes of the messages of receivers that die or leave.
 *
 * <p>{@link hring.api.internal.recovery.Recovery} reclaims for one region: what a receiver claimed
 * and never began lies open to every receiver afterwards, in its order; what it had begun and not
 * freed is discarded and counted, or lies open too, marked, with one delivery more. An orderly
 * close does the same for its own slot. Every step may be done twice, so that whoever reclaims may
 * die, too. {@code docs/decisions/returns.md} goes through the steps.
 *
 * <p>{@link hring.api.internal.recovery.JanitorThread} is one thread of the process. It asks the
 * {@link hring.api.internal.recovery.Janitor} of each region that the process takes part in, as
 * sender or receiver, to look for dead participants several times a second; {@link
 * hring.api.internal.recovery.NameWatch} notices a region whose file was removed. {@link
 * hring.api.internal.recovery.Totals} are the counters of those that are gone.
 */
package hring.api.internal.recovery;
