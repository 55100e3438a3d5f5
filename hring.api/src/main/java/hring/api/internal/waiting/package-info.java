/**
 * How one thread sleeps until any of many rings has something: {@link
 * hring.api.internal.waiting.WaitSet}, with the help of a {@link
 * hring.api.internal.waiting.Lookout} for each 127 rings beyond the first.
 *
 * <p>It uses {@code spi.region}, and is used by {@code hring.api.ReceiverGroup}. It knows wake
 * words only, neither messages nor names. {@code docs/decisions/groups.md} says what was weighed.
 */
package hring.api.internal.waiting;
