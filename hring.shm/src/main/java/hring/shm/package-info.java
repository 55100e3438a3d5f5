/**
 * Carries words through memory that sender and receivers share, with no system call but to wake a
 * receiver that sleeps. {@link hring.shm.ShmEntries} says how a word is posted.
 */
package hring.shm;
