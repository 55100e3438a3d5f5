package hring.api.internal.attach;

import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Takes a receiver from a ring that has ended to its successor. Used by the receiver's thread.
 *
 * <p>The ring that was left stays mapped for a while: another thread may have freed its last
 * message and be on its way out of the allocator.
 */
public final class Follower implements AutoCloseable {
  /** How often to look for a successor. */
  private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  private static final long KEPT_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final RingLocator rings;
  private final Consumer<String> onSuccessor;
  private long looked = System.nanoTime() - LOOK_NANOS;
  private Attachment left;
  private long leftAt;

  /**
   * Makes one.
   *
   * @param rings where to look
   * @param onSuccessor gets the description of each successor
   */
  public Follower(RingLocator rings, Consumer<String> onSuccessor) {
    this.rings = rings;
    this.onSuccessor = onSuccessor;
  }

  /**
   * Attaches to the successor of a ring, if there is one, and leaves the ring. Does not look each
   * time that it is asked.
   *
   * @param ended the ring, whose sender has ended, and which is empty
   * @return the successor, to be activated; empty if there is none, or messages of the old ring are
   *     not freed yet
   */
  public Optional<Attachment> follow(Attachment ended) {
    long now = System.nanoTime();
    if (now - looked < LOOK_NANOS) {
      return Optional.empty();
    }
    looked = now;
    if (ended.holdsMessages()) {
      return Optional.empty();
    }
    Optional<Attachment> next = rings.tryAttach();
    if (next.isPresent()) {
      close();
      ended.leave();
      left = ended;
      leftAt = now;
    }
    return next;
  }

  /**
   * Tells the application.
   *
   * @param successor what the receiver is attached to by now
   */
  public void tell(Attachment successor) {
    onSuccessor.accept(successor.description());
  }

  /** Unmaps the ring that was left, if that was long ago. */
  public void tidy() {
    if (left != null && System.nanoTime() - leftAt > KEPT_NANOS) {
      close();
    }
  }

  /** Unmaps the ring that was left. */
  @Override
  public void close() {
    if (left != null) {
      left.close();
      left = null;
    }
  }
}
