/**
 * What hring.api needs itself and exports to nobody.
 *
 * <p>The packages stand in a line, and {@code bin/check-house} keeps it so: {@code batch} is used
 * by {@code recovery}, both and {@code naming} by {@code attach}; {@code closing} stands by itself.
 *
 * <ul>
 *   <li>{@code batch}: many messages as one entry of the ring, and how a receiver takes them apart.
 *   <li>{@code recovery}: what becomes of the messages of receivers that die or leave.
 *   <li>{@code naming}: which rings there are, whose they are, and which are left over.
 *   <li>{@code attach}: from a name to an attached receiver, and on to the next ring of that name.
 *   <li>{@code closing}: closing by any thread, and the end of mapped memory.
 * </ul>
 *
 * In this package itself are the classes that all of them may use: {@link
 * hring.api.internal.Providers} finds transports and allocators by name, {@link
 * hring.api.internal.TransportChoice} decides where nobody chose, {@link
 * hring.api.internal.Backoff} waits for another process at little cost.
 */
package hring.api.internal;
