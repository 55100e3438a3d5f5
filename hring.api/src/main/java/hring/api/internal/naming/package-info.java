/**
 * Which rings there are, whose they are, and which are stale.
 *
 * <p>A ring is a file in a directory that all users may write to, so a name alone proves nothing.
 * {@link hring.api.internal.naming.RingDirectory} lists files, finds the ring of a name and of a
 * user that is trusted, and sweeps away what dead processes of this user left. {@link
 * hring.api.internal.naming.RegionProbe} looks at one file without taking part in it: its start and
 * its locks, and nothing that could hang or fill memory. {@link
 * hring.api.internal.naming.NameContest} decides, without a lock file, which of several senders
 * that open one name at the same time gets it. {@link hring.api.internal.naming.RingWatch} waits
 * for a ring at little cost. {@link hring.api.internal.naming.RingObserver} makes the description
 * that {@code Hring.rings()} returns. {@link hring.api.internal.naming.Users} tells names of users
 * from their numbers.
 */
package hring.api.internal.naming;
