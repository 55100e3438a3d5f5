/**
 * Looking on without disturbing: reads what passes through a ring by a mapping that cannot be
 * written to. {@code docs/decisions/tap.md} has the argument why nothing torn is shown, and what is
 * missed.
 *
 * <ul>
 *   <li>{@link hring.api.internal.tap.TapReader} attaches to a region, without a slot or a lock,
 *       and reads its messages one after the other: copies each, and then looks whether it still
 *       stood.
 *   <li>{@link hring.api.internal.tap.CopyBuffer} is where the copies lie, each until the next one.
 * </ul>
 *
 * <p>It uses {@code spi.transport}, which says what the entries of a ring stand for, and {@code
 * internal.naming}. {@link hring.api.Tap} and its builder use it, and nothing else.
 */
package hring.api.internal.tap;
