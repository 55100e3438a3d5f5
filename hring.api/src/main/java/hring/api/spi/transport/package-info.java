/**
 * For authors of transports: what carries entries of 64 bits from one sender to receivers in other
 * processes.
 *
 * <p><b>What a transport does.</b> It publishes the entries that the sender queued ({@link
 * hring.api.spi.transport.Outbound}), lets receivers see them in order ({@link
 * hring.api.spi.transport.Entries}), and wakes receivers that sleep. It does not know what an entry
 * means: batches, messages, ownership and recovery are made above it, for all transports alike.
 *
 * <p><b>Where to begin.</b>
 *
 * <ol>
 *   <li>{@link hring.api.spi.transport.TransportProvider} is found by {@link
 *       java.util.ServiceLoader} under its name, and says by a probe whether it works here, and if
 *       not, why and what to do.
 *   <li>{@link hring.api.spi.transport.TransportPlan} is decided before the region exists: how much
 *       memory the rings need, and where they live.
 *   <li>{@link hring.api.spi.transport.Inbound} is a receiver's end. Most of it is there already:
 *       {@link hring.api.spi.transport.Claims} competes for entries, given a view of them; the
 *       package {@code hring.linux.transport} has sleeping and waking, and a whole receiver's end
 *       made of both ({@code ClaimingInbound}). {@link hring.api.spi.transport.EntryReader} is what
 *       reads messages, for them and for whoever looks on without taking part ({@code
 *       internal.tap}).
 * </ol>
 *
 * <p><b>What must hold.</b> Entries arrive in the order queued. Who sees an entry sees what the
 * sender wrote before it submitted it. An entry that was submitted can be claimed after the
 * sender's death. No process can hold up another, whatever it does to the memory it may write to.
 */
package hring.api.spi.transport;
