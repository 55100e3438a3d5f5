/**
 * Carries words over io_uring: the sender submits a NOP whose {@code user_data} is the word, the
 * kernel posts a completion with it, the receiver reads the completion queue.
 */
package hring.uring;
