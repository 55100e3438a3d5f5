/**
 * How a sender or receiver is closed, by whichever thread, at no cost for its own thread's calls.
 *
 * <ol>
 *   <li>{@link hring.api.internal.closing.Confinement} belongs to one sender or receiver. Each call
 *       of its owner compares one plain field. A thread that closes changes that field, wakes the
 *       owner if it waits ({@link hring.api.internal.closing.OwnerThread} knows all that one thread
 *       owns), and looks at the owner's stack until the owner has stopped or is seen outside of
 *       every call ({@link hring.api.internal.closing.CallStack}).
 *   <li>{@link hring.api.internal.closing.Visitors} counts the other threads that are in the middle
 *       of {@code free}; {@link hring.api.internal.closing.MemoryUse} waits for them, and for
 *       operations of the JDK that hold a message's memory.
 *   <li>{@link hring.api.internal.closing.TakeDown} runs the steps of taking an end down, each
 *       once, whatever becomes of the others. A step that cannot be done within the limit leaves
 *       itself and the rest to the next close.
 * </ol>
 *
 * <p>This package knows neither rings nor messages. {@code docs/decisions/closing.md} has the
 * argument, in particular why looking at a stack is enough.
 */
package hring.api.internal.closing;
