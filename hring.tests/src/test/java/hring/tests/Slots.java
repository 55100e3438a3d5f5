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
  private static final long SIZE = 1280;
  private static final long CLAIM_FIRST = 64;
  private static final long CLAIM_COUNT = 72;
  private static final long CLAIM_WORDS = 256;

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

  /** What the slot's state word says: 0 is free, 1 joining, 2 active, 3 being reclaimed. */
  int state(int owner) {
    return (int) (long) JAVA_LONG.varHandle().getAcquire(table, at(owner)) & 0xFF;
  }

  void claimFirst(int owner, long first) {
    table.set(JAVA_LONG, at(owner) + CLAIM_FIRST, first);
  }

  void claimCount(int owner, long count) {
    table.set(JAVA_LONG, at(owner) + CLAIM_COUNT, count);
  }

  void claimWord(int owner, int index, long word) {
    if (index >= ParticipantLayout.CLAIM_CAPACITY) {
      throw new AssertionError("no room for word " + index);
    }
    table.set(JAVA_LONG, at(owner) + CLAIM_WORDS + (long) index * Long.BYTES, word);
  }

  private static long at(int owner) {
    return (owner - 1) * SIZE;
  }

  @Override
  public void close() {
    arena.close();
  }
}
