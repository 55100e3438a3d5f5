package hring.api;

import java.time.Duration;

/**
 * Counts of what any participant has reclaimed from receivers since the ring was opened.
 *
 * @param deaths how many receivers died while they were attached, or while they were attaching
 * @param discarded how many messages are gone that receivers had been handed and not freed: when
 *     they died or were closed with {@link DeathPolicy#DISCARD}, or because they had been handed
 *     out as often as they may be
 * @param redelivered how many messages that had been handed out came back, to be handed out again
 * @param lastReclaim how long it took to reclaim what the last dead one had, zero if none died
 */
public record Recovered(long deaths, long discarded, long redelivered, Duration lastReclaim) {}
