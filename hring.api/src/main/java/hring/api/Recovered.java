package hring.api;

import java.time.Duration;

/**
 * What a sender has taken back from receivers that died, since it was opened.
 *
 * @param deaths how many receivers died while they were attached, or while they were attaching
 * @param discarded how many messages they had claimed and not freed, and are gone. A receiver that
 *     died right after it had read a batch may be counted with one more than it had. With {@link
 *     DeathPolicy#REDELIVER} only messages for which ring or pool had no room when it was closed
 * @param redelivered how many messages they had claimed and not freed were queued again; 0 with
 *     {@link DeathPolicy#DISCARD}
 * @param lastRepair how long it took to take back what the last one had, zero if none died
 */
public record Recovered(long deaths, long discarded, long redelivered, Duration lastRepair) {}
