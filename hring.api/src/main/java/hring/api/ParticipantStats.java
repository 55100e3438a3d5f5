package hring.api;

/**
 * The counts of one place in a ring since the ring was opened. Places are used again: the figures
 * are those of everybody who had it, one after the other. Not a snapshot: each figure is read by
 * itself.
 *
 * @param number the owner number of the place: 1 is the sender's
 * @param pid the process that has it, or had it last
 * @param attached whether somebody has it, dead or alive
 * @param messagesIn how many messages it claimed or took over from others; one that it left unseen
 *     is counted again by whoever takes it
 * @param bytesIn how many bytes they had
 * @param messagesOut how many messages it submitted
 * @param bytesOut how many bytes they had
 * @param freed how many messages it handled and freed, in whichever of its threads
 * @param redelivered how many of the messages that it took had been handed out before
 * @param returned how many messages that it had been handed came back, to be handed out again
 * @param discarded how many messages that it had been handed are gone: see {@link
 *     Recovered#discarded}
 * @param full how often it found no room in the pool or in the ring
 * @param waits how many of its calls had to wait
 * @param wakes how many system calls it made to wake receivers
 */
public record ParticipantStats(
    int number,
    long pid,
    boolean attached,
    long messagesIn,
    long bytesIn,
    long messagesOut,
    long bytesOut,
    long freed,
    long redelivered,
    long returned,
    long discarded,
    long full,
    long waits,
    long wakes) {}
