package hring.api.internal.waiting;

import hring.api.spi.region.WakeWord;
import java.util.ArrayList;
import java.util.List;

/**
 * Sleeps until any of any number of rings has something. The calling thread watches the first
 * {@link Watch#MAX_RINGS} itself; for each so many more there is a {@link Lookout}, which rings its
 * bell. Used by one thread, but for {@link #ring}.
 *
 * <p><b>No wake is lost</b>, if the caller does this in this order:
 *
 * <ol>
 *   <li>It calls {@link #begin}.
 *   <li>It looks at all rings: at those that are armed whether their word has changed, at the
 *       others whether there is something. It arms those, and looks again ({@link WakeWord}).
 *   <li>It calls {@link #await}, which compares the words of the rings that it watches itself, and
 *       the bell, with what was read in steps 2 and 1.
 * </ol>
 *
 * A lookout that is told to watch compares in the same way. One that watches already reports a
 * change by the bell: if before step 1, then the word had changed before step 2, which found it; if
 * after, then the bell has changed. Where a word was armed anew while its lookout still watched it
 * with its old value, the lookout is on its way to report, or sleeps in the queue of that word, and
 * the next wake gets it up.
 *
 * <p><b>A wake for somebody else</b> may reach a lookout, which stays in the queues of its words
 * while the calling thread is busy. Then the lookout passes it on to the ring's other receivers
 * that sleep. Of the rings that the calling thread watches itself it is in no queue then.
 */
public final class WaitSet {
  private final Watch own = new Watch();
  private final List<Lookout> lookouts = new ArrayList<>();
  private List<WakeWord> words = List.of();

  /** Whether the calling thread sleeps, and so looks at the rings as soon as its bell is rung. */
  private volatile boolean asleep;

  /** Creates a set without rings. */
  public WaitSet() {}

  /**
   * Chooses the rings. When this returns, nobody uses the words of those that are left out.
   *
   * @param words the wake words
   */
  public void use(List<WakeWord> words) {
    lookouts.forEach(Lookout::stop);
    this.words = words;
    int beyond = Math.max(0, words.size() - Watch.MAX_RINGS);
    int needed = (beyond + Watch.MAX_RINGS - 1) / Watch.MAX_RINGS;
    while (lookouts.size() > needed) {
      lookouts.removeLast().end();
    }
    while (lookouts.size() < needed) {
      lookouts.add(new Lookout("hring-lookout", () -> asleep, own::ring));
    }
  }

  /** Begins a wait: to be called before looking at the rings. */
  public void begin() {
    own.begin();
  }

  /**
   * Sleeps until one of the rings has changed, {@link #ring} is called, or time is up. May return
   * early without a reason: the caller looks again. All words have to be armed.
   *
   * @param nanos how long at most, in nanoseconds
   * @throws hring.api.TransportException if the kernel refuses
   */
  public void await(long nanos) {
    int to = Math.min(words.size(), Watch.MAX_RINGS);
    for (int i = 0; i < to; i++) {
      own.add(words.get(i));
    }
    for (Lookout lookout : lookouts) {
      int from = to;
      to = Math.min(words.size(), from + Watch.MAX_RINGS);
      lookout.watch(words.subList(from, to));
    }
    asleep = true;
    try {
      own.await(nanos);
    } finally {
      asleep = false;
    }
  }

  /** Ends the sleep, or the one that is about to begin. May be called by any thread. */
  public void ring() {
    own.ring();
  }

  /** Ends all threads. When this returns, nobody uses any word. */
  public void close() {
    lookouts.forEach(Lookout::end);
    lookouts.clear();
  }
}
