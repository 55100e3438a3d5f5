/**
 * Which rings exist, whose they are, and which are stale.
 *
 * <p>A ring is a file in a directory that all users may write to, so a name alone proves nothing:
 * the file's user, its locks and its first bytes count. Begin with {@link
 * hring.api.internal.naming.RingDirectory}.
 *
 * <ul>
 *   <li>{@link hring.api.internal.naming.RingDirectory} lists the files, finds the ring of a name
 *       and of a trusted user, and removes what dead processes of this user left.
 *   <li>{@link hring.api.internal.naming.RingFile} is one file and what its name says; {@link
 *       hring.api.internal.naming.RegionProbe} reads one without mapping it: its start and its
 *       locks, nothing that could hang or fill memory.
 *   <li>{@link hring.api.internal.naming.NameContest} decides, without a lock file, which of
 *       several senders that open one name at the same time gets it. {@link
 *       hring.api.internal.naming.OpenNames} knows the names of this process.
 *   <li>{@link hring.api.internal.naming.RingWatch} waits for a ring, or for a name to be free, at
 *       little cost; {@link hring.api.internal.naming.PatternWatch} finds all rings whose names
 *       match a pattern, as they appear.
 *   <li>{@link hring.api.internal.naming.RingObserver} describes a ring for {@code Hring.rings()};
 *       {@link hring.api.internal.naming.RingEnd} says whether and how its sender has ended.
 *   <li>{@link hring.api.internal.naming.Users} converts between users' names and numbers, {@link
 *       hring.api.internal.naming.EditDistance} finds names that may have been meant.
 * </ul>
 *
 * <p>{@code Hring} and the builders call it, {@code internal.attach} and {@code internal.tap}. It
 * uses {@code spi.region}. It attaches to nothing, maps no region but to observe it, and knows
 * neither transports nor messages.
 */
package hring.api.internal.naming;
