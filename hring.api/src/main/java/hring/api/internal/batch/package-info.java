/**
 * Many messages as one entry of the ring.
 *
 * <ul>
 *   <li>{@link hring.api.internal.batch.BatchWriter} is the sender's. It gathers queued messages on
 *       the heap; at submit it sends a single one as itself, several as a list in a block of its
 *       own.
 *   <li>{@link hring.api.internal.batch.MessageReader} is a receiver's. It claims messages, makes
 *       their blocks the receiver's own, and marks each as begun in the slot before it is handed
 *       out.
 *   <li>{@link hring.api.internal.batch.Pace} decides how many messages are claimed at once, from
 *       how quickly the application handles them: a slow receiver leaves the rest to others.
 *   <li>{@link hring.api.internal.batch.Adoption} takes the messages that came back from other
 *       receivers; the reader hands them out first.
 *   <li>{@link hring.api.internal.batch.SliceCache} has the segments of messages, without garbage.
 * </ul>
 *
 * <p>{@code Sender}, {@code Receiver} and {@code internal.attach} call it, each from its own
 * thread. It uses the allocator, {@code spi.region} for the slot, and {@code spi.transport} for
 * entries and claims; {@link hring.api.spi.transport.BatchList} alone knows the bytes of a list. It
 * knows no files, no names and no other participants: what becomes of the messages of a receiver
 * that died is for {@code internal.recovery} to decide.
 *
 * <p>This is the hot path: a message costs some nanoseconds here. Methods are small because the
 * compiler does not inline large ones, and no call makes garbage ({@code GarbageTest}).
 */
package hring.api.internal.batch;
