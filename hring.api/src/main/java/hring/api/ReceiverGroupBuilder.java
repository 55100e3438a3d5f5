package hring.api;

import hring.api.internal.naming.PatternWatch;
import hring.api.internal.naming.RingDirectory;
import hring.api.internal.naming.Users;
import hring.api.spi.region.RegionFiles;
import java.nio.file.Path;
import java.util.Objects;

/** The options of a group of receivers that is to be opened. */
public final class ReceiverGroupBuilder {
  final String pattern;
  WaitStrategy waitStrategy = WaitStrategy.SPIN_THEN_PARK;
  FailurePolicy failurePolicy = FailurePolicy.HANDLED;
  GroupListener listener = new GroupListener() {};
  private Path directory = RegionFiles.SHM;
  private String user;

  ReceiverGroupBuilder(String pattern) {
    this.pattern = Objects.requireNonNull(pattern);
  }

  /**
   * Chooses how to wait for messages.
   *
   * @param strategy {@link WaitStrategy#SPIN_THEN_PARK} by default
   * @return this
   */
  public ReceiverGroupBuilder waitStrategy(WaitStrategy strategy) {
    waitStrategy = Objects.requireNonNull(strategy);
    return this;
  }

  /**
   * Looks in another directory than {@code /dev/shm}.
   *
   * @param directory the directory that the senders were given
   * @return this
   */
  public ReceiverGroupBuilder directory(Path directory) {
    this.directory = directory;
    return this;
  }

  /**
   * Trusts the rings of another user instead of those of this process's own.
   *
   * @param user the name or the number of the user whose rings they must be
   * @return this
   */
  public ReceiverGroupBuilder fromUser(String user) {
    this.user = user;
    return this;
  }

  /**
   * Chooses what becomes of the message whose handler throws in {@link ReceiverGroup#poll}.
   *
   * @param policy {@link FailurePolicy#HANDLED} by default
   * @return this
   */
  public ReceiverGroupBuilder onHandlerFailure(FailurePolicy policy) {
    failurePolicy = Objects.requireNonNull(policy);
    return this;
  }

  /**
   * Chooses who is told of rings that join and leave.
   *
   * @param listener by default one that logs which rings are refused
   * @return this
   */
  public ReceiverGroupBuilder listener(GroupListener listener) {
    this.listener = Objects.requireNonNull(listener);
    return this;
  }

  /**
   * Opens the group. The calling thread becomes the group's thread. Rings join in its calls of
   * {@link ReceiverGroup#poll} and {@link ReceiverGroup#await}; there need be none now.
   *
   * @return the group
   * @throws java.util.regex.PatternSyntaxException if the pattern is no glob
   * @throws NameException if there is no such user
   * @throws TransportException if the kernel is older than Linux 5.16
   * @throws WrongThreadException if the calling thread is virtual
   */
  public ReceiverGroup open() {
    long uid = user == null ? Users.own() : Users.find(user);
    PatternWatch watch = new PatternWatch(new RingDirectory(directory), pattern, uid);
    return new ReceiverGroup(this, watch, uid).begin();
  }
}
