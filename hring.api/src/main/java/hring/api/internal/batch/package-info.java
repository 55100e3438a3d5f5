/**
 * Many messages as one entry of the ring.
 *
 * <p>{@link hring.api.internal.batch.BatchWriter} is the sender's: it gathers queued messages on
 * the heap, and at submit sends one as itself, several as a list in a block of its own. {@link
 * hring.api.internal.batch.MessageReader} is a receiver's: it claims messages, makes their blocks
 * the receiver's own, and notes in the slot, before each is handed out, that it is begun. How many
 * it claims at once, {@link hring.api.internal.batch.Pace} decides from how quickly the application
 * handles them, so that a slow receiver leaves the rest to others. {@link
 * hring.api.internal.batch.Adoption} takes what came back from other receivers. The bytes of a list
 * are known to {@link hring.api.spi.transport.BatchList} alone.
 *
 * <p>This is the hot path: a message costs some nanoseconds here. Methods are small because the
 * compiler gives up on large ones, and no call makes garbage.
 */
package hring.api.internal.batch;
