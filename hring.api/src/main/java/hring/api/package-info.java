/**
 * Messages between the processes of one machine, without copying: the API for applications.
 *
 * <p>{@link hring.api.Hring} is the way in. It opens a ring as its {@link hring.api.Sender},
 * attaches to one as a {@link hring.api.Receiver}, looks on at one as a {@link hring.api.Tap}, and
 * lists what is there.
 *
 * <p><b>The life of a message.</b> The sender <i>allocates</i> a block of the shared pool and
 * writes into it, <i>queues</i> its address and <i>submits</i>. A receiver <i>claims</i> the
 * address and reads the message where it lies (<i>poll</i> or <i>take</i>), and <i>frees</i> the
 * block. Only the address travels: 64 bits, taken apart by {@link hring.api.Address}.
 *
 * <p><b>Conventions.</b>
 *
 * <ul>
 *   <li>Full and empty are return values ({@link hring.api.Address#NULL}, {@code false}, 0); misuse
 *       is an exception. Every exception of hring's own is a {@link hring.api.HringException} and
 *       says what to do.
 *   <li>A sender or receiver belongs to the platform thread that opened it. The few methods that
 *       other threads may call say so.
 *   <li>Nothing on the way of a message makes garbage.
 *   <li>Sizes are in bytes; time limits are {@link java.time.Duration}s.
 * </ul>
 *
 * <p>Authors of allocators read on in {@link hring.api.spi.alloc}, authors of transports in {@link
 * hring.api.spi.transport}.
 */
package hring.api;
