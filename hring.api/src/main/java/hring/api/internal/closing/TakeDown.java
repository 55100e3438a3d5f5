package hring.api.internal.closing;

import hring.api.CloseException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Function;

/**
 * The steps in which an end of a ring is taken down. Each is done once, in their order, whatever
 * becomes of the others. A step that cannot be done yet says so by a {@link CloseException}: it and
 * those after it are left to the next run. Used by one thread at a time.
 */
public final class TakeDown {
  /** A step. */
  @FunctionalInterface
  public interface Step {
    /**
     * Does it.
     *
     * @param deadline how long it may wait, as {@link System#nanoTime} counts
     * @throws CloseException if it cannot be done in time
     */
    void run(long deadline);
  }

  private final Function<InternalError, RuntimeException> fault;
  private final Deque<Step> left;
  private RuntimeException failure;

  /**
   * Lists the steps.
   *
   * @param fault explains an error that came from access to the region
   * @param steps the steps
   */
  public TakeDown(Function<InternalError, RuntimeException> fault, List<Step> steps) {
    this.fault = fault;
    left = new ArrayDeque<>(steps);
  }

  /**
   * Notes what went wrong: the end of the run throws it.
   *
   * @param e what was caught
   */
  public void fail(RuntimeException e) {
    if (failure == null) {
      failure = e;
    } else if (failure != e) {
      failure.addSuppressed(e);
    }
  }

  /**
   * As {@link #fail(RuntimeException)}.
   *
   * @param e what came from access to the region
   */
  public void fail(InternalError e) {
    fail(fault.apply(e));
  }

  /**
   * Does the steps that are left.
   *
   * @param deadline how long they may wait, as {@link System#nanoTime} counts
   * @throws CloseException if one of them cannot be done in time
   * @throws RuntimeException what the first that failed threw, when all are done
   */
  public void run(long deadline) {
    while (!left.isEmpty()) {
      try {
        left.peekFirst().run(deadline);
      } catch (CloseException e) {
        throw e;
      } catch (InternalError e) {
        fail(e);
      } catch (RuntimeException e) {
        fail(e);
      }
      left.removeFirst();
    }
    if (failure != null) {
      RuntimeException thrown = failure;
      failure = null;
      throw thrown;
    }
  }
}
