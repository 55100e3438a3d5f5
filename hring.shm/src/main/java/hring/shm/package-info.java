/**
 * The transport named "shm": shared memory alone carries the entries.
 *
 * <p><b>How an entry travels.</b> The sender stores it into a slot of the rings section of the
 * region. A slot that is not 0 is posted, so a receiver that waits reads one cache line and no
 * index. There is no system call but to wake a receiver that sleeps, so this transport works
 * wherever the region can be mapped, also where io_uring is refused.
 *
 * <p>It is also the smallest example of a transport, and what an author of another one may start
 * from:
 *
 * <ul>
 *   <li>{@link hring.shm.ShmProvider} is the service. Its plan says how large the rings section is;
 *       it attaches a receiver by {@link hring.linux.transport.ClaimingInbound}, which needs
 *       nothing but a view of the entries.
 *   <li>{@link hring.shm.ShmEntries} is that view, and the layout of the ring. Its class comment
 *       has the argument why a slot says by itself whether it is posted.
 *   <li>{@link hring.shm.ShmOutbound} is the sender's end: it writes all entries of a submission
 *       but the first, then posts the first, then wakes by {@link hring.linux.transport.Doorbell}.
 *       How much room there is it learns from {@link hring.api.spi.transport.Room}.
 * </ul>
 *
 * <p>{@code TransportContract} of {@code hring.testkit} proves both ends; {@code
 * BrokenTransportsTest} of {@code hring.tests} shows which mistakes it catches.
 */
package hring.shm;
