package hring.bench;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/** How many bytes the calling thread allocates on the heap between two moments. */
final class Garbage {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private long start;

  void start() {
    start = THREADS.getCurrentThreadAllocatedBytes();
  }

  /** Reports the bytes per message; the launcher adds up what the sides report. */
  void report(long messages) {
    long bytes = THREADS.getCurrentThreadAllocatedBytes() - start;
    new Report("garbage", "B/msg", (double) bytes / Math.max(1, messages)).print();
  }
}
