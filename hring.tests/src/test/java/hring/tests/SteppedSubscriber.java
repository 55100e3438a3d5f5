package hring.tests;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import hring.api.Address;
import hring.api.spi.alloc.SharedMemory;
import hring.api.spi.region.HeaderLayout;
import hring.api.spi.region.Participant;
import hring.api.spi.region.Region;
import java.io.IOException;
import java.util.List;

/**
 * A receiver of a ring that delivers to each, which a test drives by single accesses to shared
 * memory, and can let die, or stand still, between two. It claims three messages that travel as
 * entries of their own, and passes them in two steps. Each message's number is its place among all.
 */
final class SteppedSubscriber implements AutoCloseable {
  /** What it does, in this order. */
  static final List<String> STEPS =
      List.of(
          "take a slot",
          "store joining",
          "count the join",
          "read what is published",
          "begin to read",
          "activate",
          "claim",
          "pass two",
          "pass the last",
          "leave");

  private static final long PUBLISHED = 1792;
  private static final int JOINING = 1;
  private static final int READING = 2;
  private static final int CLAIMED = 3;

  private final Region region;
  private final Slots slots;
  private final RawRing ring;
  private final long[] run = new long[CLAIMED];
  private Participant participant;
  private long entry;
  private long passed;
  private int begun;
  private long cursor;
  private boolean evicted;

  SteppedSubscriber(String name) throws IOException {
    region = Region.attach(Slots.file(name), true);
    slots = new Slots(region);
    ring = RawRing.of(region.headerMemory(), region.rings(), region.header());
  }

  void run(int from, int to) {
    STEPS.subList(from, to).forEach(this::step);
  }

  private void step(String step) {
    switch (step) {
      case "take a slot" -> participant = region.participants().begin();
      case "store joining" -> slots.readCursor(owner(), word(JOINING, 0, 0));
      case "count the join" ->
          SharedMemory.getAndAddLong(region.headerMemory(), HeaderLayout.JOINS, 1);
      case "read what is published" -> readPublished();
      case "begin to read" -> replace(word(JOINING, 0, 0), 0);
      case "activate" -> participant.activate();
      case "claim" -> claim();
      case "pass two" -> pass(Math.min(begun, CLAIMED - 1));
      case "pass the last" -> pass(begun);
      case "leave" -> participant.leave();
      default -> throw new AssertionError(step);
    }
  }

  private int owner() {
    return participant.owner();
  }

  private static long word(int kind, int run, long passed) {
    return (long) kind << 62 | (long) run << 38 | passed;
  }

  private void readPublished() {
    long count = SharedMemory.getLongAcquire(region.headerMemory(), PUBLISHED);
    long pair = PUBLISHED + Long.BYTES + (count & 1) * 2 * Long.BYTES;
    entry = region.headerMemory().get(JAVA_LONG, pair);
    passed = region.headerMemory().get(JAVA_LONG, pair + Long.BYTES);
  }

  private void replace(long seen, int length) {
    long next = word(READING, length, passed);
    if (slots.replaceReadCursor(owner(), seen, next)) {
      cursor = next;
    } else {
      evicted = true;
    }
  }

  /** Reads first: if it was evicted that is in vain. */
  private void claim() {
    int posted = Math.clamp(ring.posted() - entry, 0, CLAIMED);
    for (int i = 0; i < posted; i++) {
      run[i] = ring.entry(entry + i);
    }
    if (!evicted) {
      replace(cursor, posted);
      begun = evicted ? 0 : posted;
    }
  }

  private void pass(int count) {
    requireRunIntact();
    passed += count;
    begun -= count;
    System.arraycopy(run, count, run, 0, begun);
    if (!evicted) {
      replace(cursor, begun);
    }
  }

  /** Requires that nobody has changed what it has begun. */
  void requireRunIntact() {
    for (int i = 0; i < begun; i++) {
      long at = Address.granules(run[i]) * region.header().geometry().granule();
      long number = region.messages().get(JAVA_LONG_UNALIGNED, at);
      if (number != passed + i) {
        throw new AssertionError("message " + (passed + i) + " became " + number);
      }
    }
  }

  int begun() {
    return begun;
  }

  boolean isEvicted() {
    return evicted;
  }

  /** Dies: the kernel would release its lock. */
  void die() {
    participant.abandon();
  }

  @Override
  public void close() {
    slots.close();
    region.close();
  }
}
