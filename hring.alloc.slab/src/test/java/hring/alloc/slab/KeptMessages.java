package hring.alloc.slab;

import hring.api.Address;
import hring.api.spi.alloc.Allocator;
import java.util.Arrays;
import java.util.Random;

/**
 * A receiver keeps one message of each size for ever, while others of all sizes come and go at
 * random. {@code -Dhring.slab.history} says for how many steps.
 */
final class KeptMessages {
  static final long STEPS = Long.getLong("hring.slab.history", 100_000);

  private static final int SENDER = 1;
  private static final int RECEIVER = 2;
  private static final int LEAST = 16;
  private static final int MOST = 128 << 10;
  private static final int DRAWN = 1 << 12;

  private final Allocator allocator;
  private final long most;
  private final Random random = new Random(2);
  private final int[] sizes = new int[DRAWN];
  private long[] live = new long[DRAWN];
  private int count;
  private long used;

  /**
   * Places the messages that are kept.
   *
   * @param allocator the sender's
   * @param most how many bytes of the others are live at most
   */
  KeptMessages(Allocator allocator, long most) {
    this.allocator = allocator;
    this.most = most;
    for (int size = LEAST; size <= MOST; size *= 2) {
      allocator.transfer(allocator.allocate(size), SENDER, RECEIVER);
    }
    allocator.flush();
    for (int i = 0; i < DRAWN; i++) {
      // Each doubling as likely as any other.
      sizes[i] = (int) (LEAST / 2 * Math.pow(2, 14 * random.nextDouble()));
    }
  }

  /** Allocates a message in each step, and frees as many as are too many then. */
  void run(long steps) {
    for (long i = 0; i < steps; i++) {
      long address = allocator.allocate(sizes[random.nextInt(DRAWN)]);
      if (address != Address.NULL) {
        if (count == live.length) {
          live = Arrays.copyOf(live, 2 * count);
        }
        live[count++] = address;
        used += Address.length(address);
      }
      while (used > most) {
        int index = random.nextInt(count);
        long freed = live[index];
        live[index] = live[--count];
        allocator.free(freed);
        used -= Address.length(freed);
      }
    }
  }

  /** Frees all but those that are kept. */
  void end() {
    for (int i = 0; i < count; i++) {
      allocator.free(live[i]);
    }
    count = 0;
    used = 0;
    allocator.flush();
  }
}
