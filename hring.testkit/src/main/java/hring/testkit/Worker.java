package hring.testkit;

import hring.testkit.LedgerReader.Entry;
import java.util.ArrayList;
import java.util.List;

/**
 * A process of a {@link CrossProcess} test: a {@link ChildJvm} and its {@link Ledger}. For the
 * test's thread. Methods that wait throw {@link InterruptedException} when it is interrupted.
 *
 * @param <E> what a process can do
 */
public final class Worker<E extends Enum<E>> {
  private final CrossProcess<E> test;
  private final String name;
  private final ChildJvm jvm;
  private final LedgerReader<E> ledger;
  private final List<Entry<E>> entries = new ArrayList<>();
  private final E heldAt;
  private final int times;
  private boolean goesOn;
  private boolean killed;

  Worker(
      CrossProcess<E> test,
      String name,
      ChildJvm jvm,
      LedgerReader<E> ledger,
      E heldAt,
      int times) {
    this.test = test;
    this.name = name;
    this.jvm = jvm;
    this.ledger = ledger;
    this.heldAt = heldAt;
    this.times = times;
  }

  /**
   * Returns the process.
   *
   * @return for {@link ChildJvm#say}, {@link ChildJvm#stop}, {@link ChildJvm#resume} and the like
   */
  public ChildJvm jvm() {
    return jvm;
  }

  /**
   * Returns what it has written into its ledger so far.
   *
   * @return all entries in their order; also after its end, and after the end of the test
   */
  public List<Entry<E>> entries() {
    ledger.read(entries::add);
    return List.copyOf(entries);
  }

  /**
   * Counts the entries of one kind.
   *
   * @param what what it does
   * @return how often it has done that so far
   */
  public int count(E what) {
    return (int) entries().stream().filter(entry -> entry.what() == what).count();
  }

  /**
   * Waits until it has done something.
   *
   * @param what what it does
   * @param atLeast how often
   * @throws InterruptedException if interrupted
   * @throws AssertionError if that takes more than 60 s, or a worker fails
   */
  public void await(E what, int atLeast) throws InterruptedException {
    test.await(this + " has done " + what + " " + atLeast + " times", () -> count(what) >= atLeast);
  }

  /**
   * Waits until it is held, where {@link CrossProcess#startHeldAt} said. It does nothing more from
   * there on: so it can be killed at this very point, each time that the test runs.
   *
   * @throws InterruptedException if interrupted
   * @throws AssertionError if that takes more than 60 s, or a worker fails
   */
  public void awaitHeld() throws InterruptedException {
    if (heldAt == null || goesOn) {
      throw new IllegalStateException(this + " is not to be held: start it by startHeldAt()");
    }
    await(heldAt, times);
  }

  /** Lets it go on where it is held, or will be. */
  public void goOn() {
    goesOn = true;
    jvm.say(Orders.GO_ON);
  }

  /**
   * Ends it at whatever instruction it is (SIGKILL), and waits until it has ended.
   *
   * @throws InterruptedException if interrupted
   */
  public void kill() throws InterruptedException {
    killed = true;
    jvm.kill();
  }

  /**
   * Waits until it has ended, which it must do within 60 s and without an exception.
   *
   * @return what it printed
   * @throws InterruptedException if interrupted
   * @throws AssertionError if it does not end, which shows the stacks of its threads, or fails
   */
  public String finish() throws InterruptedException {
    return jvm.finish();
  }

  /** Fails if it has ended by an exception, or was killed by somebody else. */
  void requireWell() {
    if (!killed && !jvm.isAlive() && jvm.exitValue() != 0) {
      throw new AssertionError(
          this + " ended by itself, with " + jvm.exitValue() + ": " + jvm.output());
    }
  }

  void close() {
    jvm.close();
    ledger.read(entries::add);
    ledger.close();
  }

  /** Returns its name, its process and what it did last. */
  @Override
  public String toString() {
    List<Entry<E>> all = entries();
    return name
        + " (process "
        + jvm.pid()
        + ", "
        + (all.isEmpty() ? "nothing in its ledger" : "last " + all.getLast())
        + ")";
  }
}
