/**
 * Classes that hring.api needs itself and exports to nobody.
 *
 * <p>{@code broadcast}, {@code naming}, {@code closing} and {@code waiting} do not know each other;
 * {@code batch} uses {@code broadcast}, {@code recovery} uses {@code batch}, and {@code attach}
 * stands above them and uses all but {@code waiting}. {@code bin/check-house}, which the build
 * runs, keeps it so.
 *
 * <ul>
 *   <li>{@code batch}: many messages as one entry of the ring, and how a receiver takes them apart.
 *   <li>{@code broadcast}: rings that deliver each message to each receiver.
 *   <li>{@code recovery}: what happens to the messages of receivers that die or leave.
 *   <li>{@code naming}: which rings there are, whose they are, and which are stale.
 *   <li>{@code closing}: closing by any thread, and the end of mapped memory.
 *   <li>{@code waiting}: one thread's sleep on the wake words of many rings.
 *   <li>{@code attach}: from a name to an attached receiver, and on to the next ring of that name.
 * </ul>
 *
 * <p>In this package itself are the classes that all of them may use: {@link
 * hring.api.internal.Providers} finds transports and allocators by name, {@link
 * hring.api.internal.CheckedAllocatorProvider} blames an allocator for its own mistakes, {@link
 * hring.api.internal.ProviderSpec} parses {@code "name?options"}, {@link
 * hring.api.internal.TransportChoice} chooses the transport of a ring, {@link
 * hring.api.internal.Backoff} waits for another process at little cost.
 */
package hring.api.internal;
