package hring.bench;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;

/** The sending and measuring side: runs the phases of one run and reports what they took. */
final class SideA {
  private static final long MIN_CHUNK_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
  private static final long WAIT_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
  private static final int MIN_CHUNK = 16;
  private static final int FIRST_CHUNK = 1 << 16;
  private static final int FIRST_CHUNK_BYTES = 1 << 24;
  private static final long MAX_ROUND_TRIP = TimeUnit.SECONDS.toNanos(10);
  private static final double GIB = 1 << 30;

  /** So many messages fit into each transport at a time. */
  private static final int BURST = 1 << 15;

  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private final Path directory;
  private final Control control;
  private final Durations durations;
  private final int receivers;
  private final Garbage garbage = new Garbage();

  SideA(Path directory, Control control, Durations durations, int receivers) {
    this.directory = directory;
    this.control = control;
    this.durations = durations;
    this.receivers = receivers;
  }

  /** Returns the directory of this run, in shared memory. */
  Path directory() {
    return directory;
  }

  /** Tells side B that it can attach. */
  void opened() {
    control.opened();
  }

  /**
   * Sends messages in chunks: first to warm up, then measured. The time of a chunk ends when the
   * receivers have read all of it, and their sums are right.
   *
   * @param size the size of a message in bytes, for the check sum
   * @param chunk sends
   */
  void stream(int size, Chunk chunk) {
    stream(size, chunk, Limit.NONE);
  }

  /**
   * As {@link #stream(int, Chunk)}, and after each chunk the same number of messages at their
   * limit.
   *
   * @param size the size of a message in bytes, for the check sum
   * @param chunk sends
   * @param limit is compared with it
   */
  void stream(int size, Chunk chunk, Limit limit) {
    awaitReceivers();
    long sent = 0;
    // Long enough from the start that waiting for its end does not count.
    long count = Math.clamp(FIRST_CHUNK_BYTES / size, MIN_CHUNK, FIRST_CHUNK);
    long warmUpEnd = System.nanoTime() + durations.warmUpNanos();
    while (System.nanoTime() < warmUpEnd) {
      long nanos = run(chunk, sent, count, size);
      limit.run(sent, count);
      sent += count;
      if (nanos < MIN_CHUNK_NANOS) {
        count *= 2;
      }
    }
    control.phase(Phase.MEASURED);
    garbage.start();
    long first = sent;
    long nanos = 0;
    while (nanos < durations.measuredNanos()) {
      long chunkNanos = run(chunk, sent, count, size);
      limit.compare(sent, count, chunkNanos);
      nanos += chunkNanos;
      sent += count;
    }
    end(sent - first);
    double perMessage = (double) nanos / (sent - first);
    new Report("time", "ns/msg", perMessage).print();
    limit.report();
    if (size >= 1 << 20) {
      new Report("throughput", "GiB/s", size / GIB / perMessage * TimeUnit.SECONDS.toNanos(1))
          .print();
    }
  }

  private long run(Chunk chunk, long first, long count, int size) {
    long start = System.nanoTime();
    chunk.send(first, count);
    if (receivers > 0) {
      awaitCount(first + count);
    }
    long nanos = System.nanoTime() - start;
    if (receivers > 0) {
      checkSum(Payload.expectedSum(first + count, size));
    }
    return nanos;
  }

  /**
   * Sends messages that each receiver gets, so many at a time that there is room for all of them,
   * and goes on when all receivers have got them. What counts is the CPU time of this thread while
   * it sends: receivers may share the cores that there are.
   *
   * @param size the size of a message in bytes, for the check sum
   * @param chunk sends
   */
  void bursts(int size, Chunk chunk) {
    awaitReceivers();
    long sent = 0;
    for (long start = System.nanoTime();
        System.nanoTime() - start < durations.warmUpNanos();
        sent += BURST) {
      burst(chunk, sent, size);
    }
    control.phase(Phase.MEASURED);
    garbage.start();
    long first = sent;
    long nanos = 0;
    for (long start = System.nanoTime();
        System.nanoTime() - start < durations.measuredNanos();
        sent += BURST) {
      nanos += burst(chunk, sent, size);
    }
    end(sent - first);
    new Report("cpu", "ns/msg", (double) nanos / (sent - first)).print();
  }

  private long burst(Chunk chunk, long first, int size) {
    long start = THREADS.getCurrentThreadCpuTime();
    chunk.send(first, BURST);
    long nanos = THREADS.getCurrentThreadCpuTime() - start;
    awaitCount(receivers * (first + BURST));
    checkSum(receivers * Payload.expectedSum(first + BURST, size));
    return nanos;
  }

  private void awaitCount(long expected) {
    while (true) {
      long received = 0;
      for (int i = 0; i < receivers; i++) {
        received += control.count(i);
      }
      if (received == expected) {
        return;
      }
      if (received > expected) {
        throw new IllegalStateException(
            received + " messages were received, but only " + expected + " were sent");
      }
      Thread.onSpinWait();
    }
  }

  private void checkSum(long expected) {
    long sum = 0;
    for (int i = 0; i < receivers; i++) {
      sum += control.sum(i);
    }
    if (sum != expected) {
      throw new IllegalStateException(
          "what was received adds up to " + sum + ", what was sent to " + expected);
    }
  }

  /**
   * Measures round trips one by one.
   *
   * @param trip sends a number and returns what came back
   */
  void roundTrips(Trip trip) {
    awaitReceivers();
    Histogram histogram = new Histogram(MAX_ROUND_TRIP, 3);
    record(trip, histogram, durations.warmUpNanos());
    histogram.reset();
    control.phase(Phase.MEASURED);
    garbage.start();
    record(trip, histogram, durations.measuredNanos());
    // One more: the other side stops counting garbage before it waits for what does not come.
    control.phase(Phase.MEASURING_ENDED);
    check(1, trip.go(1));
    end(histogram.getTotalCount());
    new Report("p50", "ns", histogram.getValueAtPercentile(50)).print();
    new Report("p99", "ns", histogram.getValueAtPercentile(99)).print();
    new Report("p99.9", "ns", histogram.getValueAtPercentile(99.9)).print();
  }

  private static void record(Trip trip, Histogram histogram, long duration) {
    long value = 0;
    long start = System.nanoTime();
    long now = start;
    while (now - start < duration) {
      long before = System.nanoTime();
      long back = trip.go(++value);
      now = System.nanoTime();
      check(value, back);
      histogram.recordValue(Math.min(now - before, MAX_ROUND_TRIP));
    }
  }

  private static void check(long sent, long back) {
    if (back != sent) {
      throw new IllegalStateException("sent " + sent + ", got back " + back);
    }
  }

  /** Tells side B that it can attach, and waits until all have. */
  void awaitReceivers() {
    control.opened();
    for (int i = 0; i < receivers; i++) {
      while (!control.isReady(i)) {
        LockSupport.parkNanos(WAIT_NANOS);
      }
    }
  }

  private void end(long messages) {
    garbage.report(messages);
    control.phase(Phase.ENDED);
  }

  /** Sends consecutive messages and makes them visible. */
  interface Chunk {
    /**
     * Sends.
     *
     * @param first the value of the first message
     * @param count how many messages, with consecutive values
     */
    void send(long first, long count);
  }

  /** Sends a number and waits until it is back. */
  interface Trip {
    /**
     * Goes there and back.
     *
     * @param value the number, at least 1
     * @return what came back
     */
    long go(long value);
  }
}
