package hring.api.internal.attach;

import hring.api.CloseException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Moves a receiver from a ring that has ended to its successor. Used by the receiver's thread, and
 * by the thread that closes the receiver.
 *
 * <p>The ring that was left stays mapped until no thread is in the middle of freeing a message of
 * it: another thread may have freed the last one and be on its way out of the allocator.
 */
public final class Follower {
  /** How often to look for a successor. */
  private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  private final RingLocator rings;
  private final Consumer<String> onSuccessor;
  private long looked = System.nanoTime() - LOOK_NANOS;

  /** Rings that were left and are still mapped. */
  private final Deque<Attachment> retired = new ArrayDeque<>();

  /**
   * Creates a follower.
   *
   * @param rings where to look
   * @param onSuccessor gets the description of each successor
   */
  public Follower(RingLocator rings, Consumer<String> onSuccessor) {
    this.rings = rings;
    this.onSuccessor = onSuccessor;
  }

  /**
   * Attaches to the successor of a ring, if there is one. Does not look each time that it is asked.
   *
   * @param ended the ring, whose sender has ended, and which is empty
   * @return the successor, to be activated and used; empty if there is none, or messages of the old
   *     ring are not freed yet
   */
  public Optional<Attachment> find(Attachment ended) {
    long now = System.nanoTime();
    if (now - looked < LOOK_NANOS) {
      return Optional.empty();
    }
    looked = now;
    return ended.holdsMessages() ? Optional.empty() : rings.tryAttach();
  }

  /**
   * Takes over a ring that the receiver has left: it is unmapped by {@link #tidy}.
   *
   * @param left the ring; the receiver uses another one by now
   */
  public void retire(Attachment left) {
    left.visitors().close();
    retired.add(left);
  }

  /**
   * Calls the application's listener.
   *
   * @param successor what the receiver is attached to by now
   */
  public void tell(Attachment successor) {
    onSuccessor.accept(successor.description());
  }

  /**
   * Unmaps the rings that were left, if nobody uses them any more.
   *
   * @throws hring.api.RegionException if one was damaged; it is unmapped all the same
   */
  public void tidy() {
    for (int i = retired.size(); i > 0; i--) {
      Attachment left = retired.remove();
      try {
        left.endUse("a receiver's last ring", System.nanoTime());
      } catch (CloseException e) {
        // Somebody uses it: another time.
        retired.add(left);
        continue;
      }
      left.close();
      left.rethrow();
    }
  }

  /**
   * Unmaps the rings that were left, as many as can be.
   *
   * @param what whose they are, for messages
   * @param deadline when to give up, as {@link System#nanoTime} counts
   * @throws CloseException if somebody still uses one: it is left to the next call
   * @throws hring.api.RegionException if one was damaged; it is unmapped all the same
   */
  public void close(String what, long deadline) {
    CloseException busy = null;
    RuntimeException failure = null;
    for (int i = retired.size(); i > 0; i--) {
      Attachment left = retired.remove();
      try {
        left.endUse(what, deadline);
        left.close();
        left.rethrow();
      } catch (CloseException e) {
        retired.add(left);
        busy = e;
      } catch (RuntimeException e) {
        failure = failure == null ? e : failure;
      }
    }
    if (busy != null) {
      if (failure != null) {
        busy.addSuppressed(failure);
      }
      throw busy;
    }
    if (failure != null) {
      throw failure;
    }
  }
}
