package hring.tests;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import hring.api.Hring;
import hring.api.RingInfo;
import hring.api.spi.region.ParticipantLayout;
import hring.api.spi.region.Region;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** The raw bytes of a region's participant table, as docs/layout.md describes them. */
public final class Slots implements AutoCloseable {
  private static final long SIZE = 4352;
  private static final long CLAIM_BEFORE = 64;
  private static final long CLAIM_COUNT = 72;
  private static final long CLAIM_END = 88;
  private static final long CLAIM_LIST = 96;
  private static final long CLAIM_BEGUN = 104;
  private static final long READ_CURSOR = 112;
  private static final long MESSAGES_IN = 128;
  private static final long FREED = 160;
  private static final long CLAIM_MESSAGES = 256;

  private final Arena arena = Arena.ofShared();
  private final MemorySegment table;

  Slots(Region region) throws IOException {
    try (FileChannel channel =
        FileChannel.open(region.file(), StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      MemorySegment all = channel.map(FileChannel.MapMode.READ_WRITE, 0, channel.size(), arena);
      table =
          all.asSlice(
              region.header().participants().offset(), region.header().participants().size());
    }
  }

  public static Path file(String ring) {
    return Hring.rings().stream()
        .filter(r -> r.name().equals(ring))
        .map(RingInfo::file)
        .findFirst()
        .orElseThrow();
  }

  /**
   * What the slot's state word says: 0 is free, 1 joining, 2 active, 3 being reclaimed, 4 left
   * over.
   */
  int state(int owner) {
    return (int) (long) JAVA_LONG.varHandle().getAcquire(table, at(owner)) & 0xFF;
  }

  void claimBefore(int owner, long position) {
    set(owner, CLAIM_BEFORE, position);
  }

  void claimEnd(int owner, long position) {
    set(owner, CLAIM_END, position);
  }

  void claimCount(int owner, long count) {
    set(owner, CLAIM_COUNT, count);
  }

  void claimList(int owner, long list) {
    set(owner, CLAIM_LIST, list);
  }

  void claimBegun(int owner, long begun) {
    set(owner, CLAIM_BEGUN, begun);
  }

  void claimMessage(int owner, int index, long message) {
    if (index >= ParticipantLayout.CLAIM_CAPACITY) {
      throw new AssertionError("no room for message " + index);
    }
    set(owner, CLAIM_MESSAGES + (long) index * Long.BYTES, message);
  }

  void readCursor(int owner, long word) {
    JAVA_LONG.varHandle().setRelease(table, at(owner) + READ_CURSOR, word);
  }

  boolean replaceReadCursor(int owner, long seen, long word) {
    return JAVA_LONG.varHandle().compareAndSet(table, at(owner) + READ_CURSOR, seen, word);
  }

  void messagesIn(int owner, long messages) {
    set(owner, MESSAGES_IN, messages);
  }

  void freed(int owner, long messages) {
    set(owner, FREED, messages);
  }

  private void set(int owner, long field, long value) {
    table.set(JAVA_LONG, at(owner) + field, value);
  }

  private static long at(int owner) {
    return (owner - 1) * SIZE;
  }

  @Override
  public void close() {
    arena.close();
  }
}
