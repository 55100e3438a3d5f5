package hring.bench;

import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** A receiving or echoing side. */
final class SideB {
  /** How long one sleeps that shares a core with others, if nothing is there. */
  static final long IDLE_NANOS = TimeUnit.MICROSECONDS.toNanos(20);

  private final Path directory;
  private final Control control;
  private final int index;
  private final Garbage garbage = new Garbage();
  private Phase phase = Phase.WARM_UP;
  private long count;
  private long sum;
  private long countAtStart;

  SideB(Path directory, Control control, int index) {
    this.directory = directory;
    this.control = control;
    this.index = index;
  }

  /** Returns the directory of this run, in shared memory. */
  Path directory() {
    return directory;
  }

  /** Returns whether this is the receiver to whom the {@link Distance} is measured. */
  boolean isFirst() {
    return index == 0;
  }

  /** Tells side A that it can begin. */
  void ready() {
    control.ready(index);
  }

  /** Waits for what side A opens. */
  void awaitOpened() throws InterruptedException {
    while (!control.isOpened()) {
      Thread.sleep(1);
    }
  }

  /** Tells side A what was received since the last time; nothing to tell is fine too. */
  void received(long messages, long wordSum) {
    if (messages > 0) {
      count += messages;
      sum += wordSum;
      control.received(index, count, sum);
    }
  }

  /** Returns whether more is to come, and notices when the measuring begins and ends. */
  boolean goesOn() {
    Phase now = control.phase();
    if (now != phase) {
      enter(now);
    }
    return now != Phase.ENDED;
  }

  private void enter(Phase next) {
    if (phase == Phase.MEASURED) {
      garbage.report(count - countAtStart);
    }
    if (next == Phase.MEASURED) {
      countAtStart = count;
      garbage.start();
    }
    phase = next;
  }
}
