package hring.bench;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * What a chunk of messages would take without anything around it, measured right after the chunk: a
 * machine that changes its speed from second to second changes both.
 */
final class Limit {
  /** Nothing to compare with. */
  static final Limit NONE = new Limit(null, null);

  private final String name;
  private final SideA.Chunk chunk;
  private final List<Double> ratios = new ArrayList<>();

  private Limit(String name, SideA.Chunk chunk) {
    this.name = name;
    this.chunk = chunk;
  }

  /**
   * The price of one completion for each message.
   *
   * @param ring takes the bare NOPs
   */
  static Limit nops(BareRing ring) {
    return new Limit("nop/loop", (first, count) -> NopLoop.loop(ring, first, first + count));
  }

  /** Runs as many bare messages, for the compiler. */
  void run(long first, long count) {
    if (chunk != null) {
      chunk.send(first, count);
    }
  }

  /** Runs as many bare messages, and notes how many times their time the others took. */
  void compare(long first, long count, long nanos) {
    if (chunk != null) {
      long start = System.nanoTime();
      chunk.send(first, count);
      ratios.add(nanos / (double) (System.nanoTime() - start));
    }
  }

  /** Reports the median. */
  void report() {
    if (chunk != null) {
      Collections.sort(ratios);
      new Report("ratio", "x " + name, ratios.get(ratios.size() / 2)).print();
    }
  }
}
