package hring.api;

import hring.api.internal.Backoff;
import hring.api.internal.attach.Attachment;
import hring.api.internal.attach.Follower;
import hring.api.internal.attach.RingLocator;
import hring.api.internal.naming.RingDirectory;
import hring.api.internal.naming.Users;
import hring.api.spi.region.RegionFiles;
import hring.api.spi.region.RegionName;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/** The options of a receiver that is to be attached. */
public final class ReceiverBuilder {
  private final String name;
  private Path directory = RegionFiles.SHM;
  private WaitStrategy waitStrategy = WaitStrategy.SPIN_THEN_PARK;
  private String user;
  private Duration patience = Duration.ZERO;
  private Consumer<String> onSuccessor;
  private boolean preTouch;
  private FailurePolicy failurePolicy = FailurePolicy.HANDLED;

  ReceiverBuilder(String name) {
    this.name = RegionName.requireValid(name);
  }

  /**
   * Chooses how to wait for messages.
   *
   * @param strategy {@link WaitStrategy#SPIN_THEN_PARK} by default
   * @return this
   */
  public ReceiverBuilder waitStrategy(WaitStrategy strategy) {
    waitStrategy = strategy;
    return this;
  }

  /**
   * Looks in another directory than {@code /dev/shm}.
   *
   * @param directory the directory that the sender was given
   * @return this
   */
  public ReceiverBuilder directory(Path directory) {
    this.directory = directory;
    return this;
  }

  /**
   * Trusts a ring of another user. By default only rings of this process's own user are attached
   * to: any user can put a file of any name into {@code /dev/shm}.
   *
   * @param user the name or the number of the user whose ring it must be
   * @return this
   */
  public ReceiverBuilder fromUser(String user) {
    this.user = user;
    return this;
  }

  /**
   * Waits for the sender if it has not opened the ring yet.
   *
   * @param timeout how long to wait at most; by default not at all
   * @return this
   */
  public ReceiverBuilder waitFor(Duration timeout) {
    patience = timeout;
    return this;
  }

  /**
   * Follows the sender: when it has ended the ring or died, and everything it submitted was taken,
   * the receiver stays and attaches to the next ring of this name and user. Until there is one,
   * {@link Receiver#state} is {@link StreamState#BETWEEN}; {@link Receiver#lastEnd} says how the
   * last one ended.
   *
   * <p>The receiver looks for the next ring in {@link Receiver#await}, {@link
   * Receiver#take(Duration)} and {@link Receiver#state}; the first two wait for it. It moves on
   * once every message that was taken from the old ring is freed, for an address means a block of
   * one ring only; then segments of the old {@link Receiver#pool} must not be used any more.
   *
   * @param onSuccessor called by the receiver's thread when it has attached to a next ring, with
   *     the {@link Receiver#description} of it; it may fetch the new pool. Like a message handler
   *     it may not call poll, take and close
   * @return this
   */
  public ReceiverBuilder follow(Consumer<String> onSuccessor) {
    this.onSuccessor = onSuccessor;
    return this;
  }

  /**
   * Chooses what becomes of the message whose handler throws in {@link Receiver#poll}.
   *
   * @param policy {@link FailurePolicy#HANDLED} by default
   * @return this
   */
  public ReceiverBuilder onHandlerFailure(FailurePolicy policy) {
    failurePolicy = policy;
    return this;
  }

  /**
   * Maps every page of the region when the receiver attaches, also to the next rings if it follows,
   * so that no message waits for a page that is used for the first time. Attaching takes longer, in
   * proportion to the pool. See {@link SenderBuilder#preTouch} for the sender's side.
   *
   * @return this
   */
  public ReceiverBuilder preTouch() {
    preTouch = true;
    return this;
  }

  /**
   * Attaches to the ring. The calling thread becomes the receiver's thread.
   *
   * @return the receiver
   * @throws IllegalArgumentException if the ring delivers {@linkplain Delivery#TO_EACH to each},
   *     and messages are to be given back
   * @throws NameException if there is no such ring of the trusted user, its sender has ended, or
   *     there is no such user
   * @throws ProviderException if the ring's transport or allocator is not present here
   * @throws RegionException if the region may not be opened, or is not sound
   * @throws TransportException if the ring cannot be reached; the message says what is missing
   * @throws WrongThreadException if the calling thread is virtual
   */
  public Receiver attach() {
    Backoff pause = new Backoff(patience);
    long uid = user == null ? Users.own() : Users.find(user);
    RingLocator rings = new RingLocator(new RingDirectory(directory), name, uid, preTouch);
    Optional<Attachment> found = rings.tryAttach();
    while (found.isEmpty() && pause.step()) {
      found = rings.tryAttach();
    }
    // If there is none now, this says what there is.
    return attach(rings, found.isPresent() ? found.get() : rings.attach());
  }

  private Receiver attach(RingLocator rings, Attachment attachment) {
    return attached(name, attachment, waitStrategy, follower(rings), failurePolicy);
  }

  /** Makes a receiver of an attachment, or closes that. */
  static Receiver attached(
      String name,
      Attachment attachment,
      WaitStrategy waitStrategy,
      Follower follower,
      FailurePolicy failurePolicy) {
    try {
      if (failurePolicy == FailurePolicy.GIVE_BACK && attachment.deliversToEach()) {
        throw new IllegalArgumentException(
            "the ring '"
                + name
                + "' delivers to each, and has nobody to give a message back to: leave"
                + " onHandlerFailure(GIVE_BACK) out");
      }
      Receiver receiver = new Receiver(name, attachment, waitStrategy, follower, failurePolicy);
      // Last: a sender that waits for a receiver may end as soon as it sees one.
      attachment.activate();
      return receiver.begin();
    } catch (RuntimeException | Error e) {
      // Also if there is no memory for another thread.
      try {
        attachment.close();
      } catch (RuntimeException suppressed) {
        e.addSuppressed(suppressed);
      }
      throw e;
    }
  }

  private Follower follower(RingLocator rings) {
    return onSuccessor == null ? null : new Follower(rings, onSuccessor);
  }
}
