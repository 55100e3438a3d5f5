package hring.api;

import java.time.Duration;

/**
 * What came back from receivers since the ring was opened, whoever took it back.
 *
 * @param deaths how many receivers died while they were attached, or while they were attaching
 * @param discarded how many messages are gone that receivers had been handed and not freed: when
 *     they died or were closed with {@link DeathPolicy#DISCARD}, or because they had been handed
 *     out as often as they may be. If who takes them back is killed in the middle of it, those that
 *     it had already freed are missing here
 * @param redelivered how many messages that had been handed out came back, to be handed out again
 * @param lastReclaim how long it took to reclaim what the last dead one had, zero if none died
 */
public record Recovered(long deaths, long discarded, long redelivered, Duration lastReclaim) {}
