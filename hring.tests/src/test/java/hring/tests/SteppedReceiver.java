package hring.tests;

import hring.api.Address;
import hring.api.internal.Providers;
import hring.api.spi.alloc.Allocator;
import hring.api.spi.alloc.BatchBit;
import hring.api.spi.alloc.Owner;
import hring.api.spi.alloc.SharedMemory;
import hring.api.spi.region.ClaimCursor;
import hring.api.spi.region.HeaderLayout;
import hring.api.spi.region.Participant;
import hring.api.spi.region.Region;
import hring.api.spi.transport.Claims;
import hring.api.spi.transport.Entries;
import hring.api.spi.transport.Packs;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A receiver that is driven by hand, one access to shared memory at a time, and can die there. It
 * claims a single message, and a batch of three in two parts, and frees each message after it began
 * it. If they lie in packs, it frees the first two of the batch together, and takes the last.
 */
final class SteppedReceiver implements AutoCloseable {
  /** The messages of each claim. */
  static final List<List<Integer>> CLAIMS = List.of(List.of(0), List.of(1, 2), List.of(3));

  /** What it does, in this order. */
  final List<String> steps;

  final String name;
  final Region region;
  final Slots slots;
  private final RawRing ring;
  private final ClaimCursor cursor;
  private final boolean packed;
  private final Packs packs;
  private final long[] messages = new long[4];
  private Participant participant;
  private Allocator allocator;
  private long seen;
  private long entry;
  private int pieceEnd;
  private boolean isPieceOver;

  SteppedReceiver(String name) throws IOException {
    this(name, false);
  }

  SteppedReceiver(String name, boolean packed) throws IOException {
    this.name = name;
    this.packed = packed;
    steps = steps(packed);
    region = Region.attach(Slots.file(name), true);
    slots = new Slots(region);
    cursor = region.claimCursor();
    packs = new Packs(region);
    ring = RawRing.of(region.headerMemory(), region.rings(), region.header());
  }

  static List<String> steps(boolean packed) {
    List<String> steps = new ArrayList<>(List.of("begin", "activate", "park"));
    for (int c = 0; c < CLAIMS.size(); c++) {
      List<Integer> claim = CLAIMS.get(c);
      steps.add("look " + c);
      for (String field : List.of("no count", "before", "end", "list", "begun")) {
        steps.add("record " + field + " " + c);
      }
      claim.forEach(m -> steps.add("record message " + m));
      steps.addAll(List.of("count taken " + c, "record count " + c, "confirm " + c, "move " + c));
      if (packed) {
        claim.forEach(m -> steps.add("handed out " + m));
        steps.addAll(c < CLAIMS.size() - 1 ? List.of() : List.of("own " + claim.getFirst()));
        steps.addAll(List.of("free " + claim.getFirst(), "count freed " + claim.getLast()));
        continue;
      }
      claim.forEach(m -> steps.add("own " + m));
      if (c == CLAIMS.size() - 1) {
        steps.addAll(List.of("own list", "mark list", "free list", "forget list"));
      }
      for (int m : claim) {
        steps.addAll(List.of("handed out " + m, "free " + m, "count freed " + m));
      }
    }
    steps.add("leave");
    return List.copyOf(steps);
  }

  void run(int from, int to) {
    steps.subList(from, to).forEach(this::step);
  }

  private void step(String step) {
    switch (step) {
      case "begin" -> participant = region.participants().begin();
      case "activate" -> activate();
      case "park" -> park();
      case "own list" -> own(BatchBit.clear(entry));
      case "mark list" -> participant.ownList(BatchBit.clear(entry));
      case "free list" -> allocator.free(BatchBit.clear(entry));
      case "forget list" -> participant.forgetList();
      case "leave" -> participant.leave();
      default ->
          numbered(step.substring(0, step.length() - 2), step.charAt(step.length() - 1) - '0');
    }
  }

  private void numbered(String step, int number) {
    switch (step) {
      case "look" -> look(number);
      case "record no count" -> slots.claimCount(owner(), 0);
      case "record before" -> slots.claimBefore(owner(), ClaimCursor.position(seen));
      case "record end" -> slots.claimEnd(owner(), end(number));
      case "record list" -> slots.claimList(owner(), packed || number == 2 ? entry : Address.NULL);
      case "record begun" -> slots.claimBegun(owner(), 0);
      case "record message" -> slots.claimMessage(owner(), number == 2 ? 1 : 0, messages[number]);
      case "count taken" -> slots.messagesIn(owner(), CLAIMS.get(number).getLast() + 1);
      case "count freed" -> slots.freed(owner(), number + 1);
      case "record count" -> slots.claimCount(owner(), CLAIMS.get(number).size());
      case "confirm" -> region.participants().confirmClaim(cursor, seen);
      case "move" -> move(number);
      case "own" -> own(messages[number]);
      case "handed out" -> participant.begin(number == 2 ? 2 : 1);
      case "free" -> free(number);
      default -> throw new AssertionError(step);
    }
  }

  int owner() {
    return participant.owner();
  }

  private void activate() {
    allocator =
        Providers.allocator(region.header().allocator(), region.header().allocatorOptions())
            .attach(region.allocatorMemory(), owner());
    participant.activate();
  }

  private void look(int claim) {
    seen = cursor.read();
    long count = ClaimCursor.count(seen);
    if ((int) (ring.posted() - count) == 0) {
      throw new AssertionError("nothing is there for claim " + claim);
    }
    entry = ring.entry(count);
    if (packed) {
      lookIntoPack(claim, ClaimCursor.index(seen));
    } else if (claim == 0) {
      messages[0] = entry;
    } else {
      // The count of the list comes first.
      long offset = Address.granules(entry) * region.header().geometry().granule();
      for (int i = 1; i < messages.length; i++) {
        messages[i] = region.pool().get(ValueLayout.JAVA_LONG, offset + (long) i * Long.BYTES);
      }
    }
  }

  /** Reads the frames of a claim, one unit each: see docs/layout.md. */
  private void lookIntoPack(int claim, int index) {
    int start = (int) (entry >>> 40) & 0x3FFFFF;
    int unit = start + index;
    for (int m : CLAIMS.get(claim)) {
      if (packs.frame(unit) >>> 40 != 0xFF0008) {
        throw new AssertionError("no frame of 8 bytes in flight: " + packs.frame(unit));
      }
      messages[m] = BatchBit.set(Address.of(unit, Long.BYTES));
      unit++;
    }
    pieceEnd = unit - start;
    isPieceOver = packs.frame(unit) == (0xFFL << 56 | Packs.serial(entry));
  }

  private void free(int number) {
    if (!packed) {
      allocator.free(messages[number]);
    } else if (number == 3) {
      packs.free(messages[number], owner());
    } else {
      packs.done(messages[number], messages[number == 1 ? 2 : number]);
    }
  }

  private long end(int claim) {
    long count = ClaimCursor.count(seen);
    if (packed) {
      return isPieceOver
          ? ClaimCursor.position(count + 1, 0)
          : ClaimCursor.position(count, pieceEnd);
    }
    return claim == 1 ? ClaimCursor.position(count, 2) : ClaimCursor.position(count + 1, 0);
  }

  /** Claims all there is as an ordinary receiver does; single messages only. */
  void claimAll() {
    Claims claims = new Claims(region, participant, new Raw(region, ring));
    long[] claim = new long[Claims.MAX_CLAIM];
    for (int claimed = 1; claimed > 0; ) {
      claimed = claims.claim(claim, claim.length);
      Arrays.stream(claim, 0, claimed).forEach(this::own);
      participant.begin(claimed);
    }
  }

  private void move(int claim) {
    if (!cursor.tryMove(seen, owner(), end(claim))) {
      throw new AssertionError("the cursor moved");
    }
  }

  private void own(long address) {
    if (packed) {
      packs.own(address, owner());
      return;
    }
    allocator.transfer(address, Owner.IN_FLIGHT, owner());
  }

  /** Dies: the kernel would release its lock. */
  void die() {
    participant.abandon();
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

  /** The ring as a receiver reads it. */
  record Raw(Region region, RawRing ring) implements Entries {
    @Override
    public int size() {
      return region.header().completionEntries();
    }

    @Override
    public int postedBeyond(long count) {
      return ring.posted() - (int) count;
    }

    @Override
    public long entry(long count) {
      return ring.entry(count);
    }

    @Override
    public void read(long count, long[] into, int length) {
      Arrays.setAll(into, i -> i < length ? ring.entry(count + i) : into[i]);
    }
  }
}
