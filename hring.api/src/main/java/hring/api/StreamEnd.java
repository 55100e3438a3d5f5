package hring.api;

/**
 * How a ring ended.
 *
 * @param state {@link StreamState#SENDER_CLOSED}, {@link StreamState#SENDER_DIED} or {@link
 *     StreamState#ABORTED}
 * @param reason a sentence for people; if it was aborted, the sender's own words
 */
public record StreamEnd(StreamState state, String reason) {}
