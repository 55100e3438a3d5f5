/**
 * How an end of a ring is closed, by whichever thread: the owner stops ({@link
 * hring.api.internal.closing.Confinement}), nobody uses the memory any more ({@link
 * hring.api.internal.closing.Visitors}, {@link hring.api.internal.closing.MemoryUse}), and the end
 * is taken down step by step ({@link hring.api.internal.closing.TakeDown}). {@code
 * docs/decisions/closing.md} has the argument.
 */
package hring.api.internal.closing;
