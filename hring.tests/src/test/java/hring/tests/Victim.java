package hring.tests;

import hring.api.Address;
import hring.api.internal.Providers;
import hring.api.spi.alloc.Allocator;
import hring.api.spi.alloc.Owner;
import hring.api.spi.alloc.SharedMemory;
import hring.api.spi.region.ClaimCursor;
import hring.api.spi.region.HeaderLayout;
import hring.api.spi.region.Participant;
import hring.api.spi.region.Region;
import hring.api.spi.transport.Inbound;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;

/** A receiver that is driven by hand, one access to shared memory at a time, and can die there. */
final class Victim implements AutoCloseable {
  /** What it does, in this order. */
  static final List<String> STEPS =
      List.of(
          "begin",
          "activate",
          "park",
          "look",
          "record: count 0",
          "record: first",
          "record: word 0",
          "record: word 1",
          "record: count",
          "confirm",
          "move",
          "own single",
          "own list",
          "own 0",
          "own 1",
          "own 2",
          "settle",
          "free list",
          "free single",
          "free 0",
          "free 1",
          "free 2",
          "leave");

  final String name;
  final Region region;
  final Slots slots;
  private final RawRing ring;
  private final ClaimCursor cursor;
  private final long[] words = new long[2];
  private final long[] listed = new long[3];
  private Participant participant;
  private Allocator allocator;
  private long seen;

  Victim(String name) throws IOException {
    this.name = name;
    region = Region.attach(Slots.file(name), true);
    slots = new Slots(region);
    cursor = region.claimCursor();
    ring = RawRing.of(region.headerMemory(), region.rings(), region.header());
  }

  void run(int from, int to) {
    STEPS.subList(from, to).forEach(this::step);
  }

  private void step(String step) {
    switch (step) {
      case "begin" -> participant = region.participants().begin();
      case "activate" -> activate();
      case "park" -> park();
      case "look" -> look();
      case "record: count 0" -> slots.claimCount(owner(), 0);
      case "record: first" -> slots.claimFirst(owner(), ClaimCursor.count(seen));
      case "record: word 0" -> slots.claimWord(owner(), 0, words[0]);
      case "record: word 1" -> slots.claimWord(owner(), 1, words[1]);
      case "record: count" -> slots.claimCount(owner(), words.length);
      case "confirm" -> region.participants().confirmClaim(seen);
      case "move" -> move();
      case "own single" -> own(words[0]);
      case "own list" -> own(list());
      case "settle" -> participant.settleClaim();
      case "free list" -> allocator.free(list());
      case "free single" -> allocator.free(words[0]);
      case "leave" -> participant.leave();
      default -> message(step);
    }
  }

  private void message(String step) {
    long address = listed[step.charAt(step.length() - 1) - '0'];
    if (step.startsWith("own")) {
      own(address);
    } else {
      allocator.free(address);
    }
  }

  int owner() {
    return participant.owner();
  }

  /** Dies: the kernel would release its lock. */
  void die() {
    participant.abandon();
  }

  private void activate() {
    allocator =
        Providers.allocator(region.header().allocator()).attach(region.allocatorMemory(), owner());
    participant.activate();
  }

  private void look() {
    seen = cursor.read();
    long count = ClaimCursor.count(seen);
    if (ring.posted() - count != words.length) {
      throw new AssertionError(ring.posted() - count + " words are there");
    }
    Arrays.setAll(words, i -> ring.entry(count + i));
    long offset = Address.granules(list()) * region.header().geometry().granule();
    for (int i = 0; i < listed.length; i++) {
      listed[i] =
          Address.asBlock(region.pool().get(ValueLayout.JAVA_LONG, offset + (long) i * Long.BYTES));
    }
  }

  /** Claims all there is as an ordinary receiver does; single messages only. */
  void claimAll() {
    for (long there = 1; there > 0; ) {
      long from = cursor.read();
      long count = ClaimCursor.count(from);
      there = Math.min(Inbound.MAX_CLAIM, ring.posted() - count);
      long[] run = new long[(int) there];
      Arrays.setAll(run, i -> ring.entry(count + i));
      participant.recordClaim(count, run, run.length);
      region.participants().confirmClaim(from);
      if (cursor.tryMove(from, owner(), count + there)) {
        Arrays.stream(run).forEach(this::own);
        participant.settleClaim();
      }
    }
  }

  private long list() {
    return Address.asBlock(words[1]);
  }

  private void move() {
    if (!cursor.tryMove(seen, owner(), ClaimCursor.count(seen) + words.length)) {
      throw new AssertionError("the cursor moved");
    }
  }

  private void own(long address) {
    allocator.transfer(address, Owner.IN_FLIGHT, owner());
  }

  private void park() {
    SharedMemory.getAndOrLong(
        region.headerMemory(), HeaderLayout.parkedWord(owner()), HeaderLayout.parkedBit(owner()));
  }

  boolean isParked() {
    long parked =
        SharedMemory.getLongAcquire(region.headerMemory(), HeaderLayout.parkedWord(owner()));
    return (parked & HeaderLayout.parkedBit(owner())) != 0;
  }

  @Override
  public void close() {
    slots.close();
    region.close();
  }
}
