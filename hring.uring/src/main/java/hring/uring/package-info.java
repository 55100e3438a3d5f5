/**
 * The transport named "uring": io_uring carries the entries.
 *
 * <p><b>How an entry travels.</b> The sender writes a submission of the operation NOP whose {@code
 * user_data} is the entry, and calls io_uring_enter(2) once for all that are queued. The kernel
 * posts a completion with the same {@code user_data} for each. Receivers map the completion queue
 * and read it directly: they make no system call to receive.
 *
 * <p><b>Where to read on.</b>
 *
 * <ul>
 *   <li>{@link hring.uring.UringProvider} is the service. It tries which setup flags this kernel
 *       permits, newest first ({@link hring.uring.SetupStep}); {@link hring.uring.UringPlan} is the
 *       step that worked.
 *   <li>{@link hring.uring.Ring} is one io_uring of this process, restricted to NOP, and entered by
 *       its registered place ({@link hring.uring.RegisteredFd}).
 *   <li>{@link hring.uring.UringOutbound} is the sender's end, {@link hring.uring.CompletionQueue}
 *       the receivers' view of the entries. Claims and parking are those of all transports.
 *   <li>{@link hring.uring.RingArea} is what receivers need to know of the ring, stored in the
 *       transport's area of the header. {@link hring.uring.SenderRing} fetches a ring that lies in
 *       the kernel from the sender's process.
 *   <li>{@link hring.uring.UringCalls} are the three system calls, made via liburing or directly:
 *       {@link hring.uring.SyscallBackend} chooses.
 *   <li>{@link hring.uring.UringErrors} turns refusals into a cause and a remedy.
 * </ul>
 *
 * <p>What is read from the ring may be damaged by another process; the kernel is never given a
 * count that was read from shared memory. Source: io_uring_setup(2), io_uring_enter(2),
 * io_uring_register(2) and Linux's {@code io_uring/io_uring.c}. Decisions: {@code
 * docs/decisions/entering-the-ring.md}, {@code waiting-at-the-entry.md}.
 */
package hring.uring;
