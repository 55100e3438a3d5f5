package hring.testkit;

import hring.api.Address;
import hring.api.spi.alloc.Owner;
import hring.api.spi.alloc.SharedMemory;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Allocates, frees and hands over as fast as it can, until told to pause. Each block starts with
 * the number that its pattern was made from; so whoever is handed a block can check it, and whoever
 * owns one sees at once if it was handed out a second time.
 *
 * <p>Blocks change hands through letter boxes, a long each: the sending participant first makes the
 * block in flight and then puts its address there; the one that takes it away by a compare-and-set
 * owns it from then on. Whoever dies in between leaves a block in flight, which the referee finds
 * at the end.
 */
final class Churn {
  private static final int MOST_BLOCKS = 24;
  private static final int BOXES = 16;
  private static final int OWNER_SHIFT = 48;
  private static final int CHOICES = 8;

  private final LocalParty party;
  private final MemorySegment boxes;
  private final List<long[]> blocks = new ArrayList<>();
  private volatile boolean paused;
  private final AtomicLong progress = new AtomicLong();
  private volatile long longestNanos;
  private volatile Throwable failure;
  private Thread thread;
  private long seeds;

  Churn(LocalParty party, MemorySegment boxes) {
    this.party = party;
    this.boxes = boxes;
  }

  /** Goes on from where it paused. */
  void start(long seed, long largest) {
    paused = false;
    Random random = new Random(seed);
    thread =
        Thread.ofPlatform()
            .daemon()
            .uncaughtExceptionHandler((_, thrown) -> failure = thrown)
            .start(
                () -> {
                  long start = System.nanoTime();
                  while (!paused) {
                    step(random, largest);
                    progress.incrementAndGet();
                    long end = System.nanoTime();
                    // This thread is the only one that writes it.
                    longestNanos = Math.max(longestNanos, end - start);
                    start = end;
                  }
                });
  }

  /** Waits for the operation under way; throws what went wrong since the start. */
  void pause() {
    paused = true;
    if (thread != null) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        throw new AssertionError("interrupted", e);
      }
    }
    requireSound();
  }

  long progress() {
    requireSound();
    return progress.get();
  }

  /** Returns how long the longest step took; called while paused. */
  long longestNanos() {
    return longestNanos;
  }

  /** Frees what is left; called while paused. */
  void freeAll() {
    while (!blocks.isEmpty()) {
      party.free(remove(0));
    }
    party.flush();
  }

  private void requireSound() {
    if (failure != null) {
      throw new AssertionError("participant " + party.owner() + ": " + failure, failure);
    }
  }

  private void step(Random random, long largest) {
    int choice = random.nextInt(CHOICES);
    if (choice == 0) {
      take(random.nextInt(BOXES));
    } else if (choice < CHOICES / 2 && !blocks.isEmpty() || blocks.size() >= MOST_BLOCKS) {
      long address = remove(random.nextInt(blocks.size()));
      if (choice == 1) {
        send(address, random.nextInt(BOXES));
      } else {
        party.free(address);
      }
    } else {
      // Small ones mostly: the number of bits is what is drawn evenly.
      long bound =
          Math.max(
              Long.BYTES,
              largest >>> random.nextInt(Long.SIZE - Long.numberOfLeadingZeros(largest)));
      long address =
          party.allocate(Long.BYTES + random.nextLong(Math.max(1, bound - Long.BYTES + 1)));
      if (address != Address.NULL) {
        long seed = (long) party.owner() << OWNER_SHIFT | ++seeds;
        MemorySegment block = block(address);
        block.set(ValueLayout.JAVA_LONG_UNALIGNED, 0, seed);
        Pattern.fill(block.asSlice(Long.BYTES), seed);
        blocks.add(new long[] {address, seed});
      }
    }
  }

  private void send(long address, int box) {
    party.transfer(address, party.owner(), Owner.IN_FLIGHT);
    long offset = (long) box * Long.BYTES;
    // Partner: the acquire in take(): whoever finds the address also sees the block's bytes.
    if (!SharedMemory.compareAndSetLong(boxes, offset, Address.NULL, address)) {
      party.transfer(address, Owner.IN_FLIGHT, party.owner());
      party.free(address);
    }
  }

  private void take(int box) {
    long offset = (long) box * Long.BYTES;
    // Partner: the compare-and-set in send().
    long address = SharedMemory.getLongAcquire(boxes, offset);
    if (address == Address.NULL
        || blocks.size() >= MOST_BLOCKS
        || !SharedMemory.compareAndSetLong(boxes, offset, address, Address.NULL)) {
      return;
    }
    party.transfer(address, Owner.IN_FLIGHT, party.owner());
    blocks.add(new long[] {address, block(address).get(ValueLayout.JAVA_LONG_UNALIGNED, 0)});
  }

  /** Takes a block off the list, after checking that nobody else wrote to it. */
  private long remove(int index) {
    long[] removed = blocks.set(index, blocks.getLast());
    blocks.removeLast();
    MemorySegment block = block(removed[0]);
    long seed = block.get(ValueLayout.JAVA_LONG_UNALIGNED, 0);
    long damage = Pattern.firstDamage(block.asSlice(Long.BYTES), removed[1]);
    if (seed != removed[1] || damage >= 0) {
      throw new AssertionError(
          Address.toString(removed[0]) + " of participant " + party.owner() + " was overwritten");
    }
    return removed[0];
  }

  private MemorySegment block(long address) {
    return Pattern.block(party.memory().pool(), party.memory().geometry(), address);
  }
}
