package hring.tests;

import hring.api.Address;
import hring.api.spi.alloc.BatchBit;
import hring.api.spi.alloc.BlockTable;
import hring.api.spi.region.HeaderLayout;
import hring.api.spi.region.Region;
import hring.api.spi.region.RegionHeader;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * The parts of a region, mapped for writing, as a process with write access could.
 *
 * @param memory all of it
 * @param layout the header that says where its parts are, read while it was sound
 * @param ring the ring in it
 */
public record RegionCorruptor(MemorySegment memory, RegionHeader layout, RawRing ring) {
  private static final long CLAIM_CURSOR = 1280;
  private static final long SLOT = 4352;
  private static final long PUBLISHED = 1792;
  private static final long JOINS = 1920;
  private static final long SHARED_COUNTERS = 24;
  private static final long OWN_COUNTERS = 128;
  private static final long RECORDED = 208;

  /** Chooses the part to corrupt. */
  public interface Target {
    MemorySegment in(RegionCorruptor corruptor);
  }

  public static RegionCorruptor map(Path file, Arena arena) throws IOException {
    try (Region region = Region.attach(file, false);
        FileChannel channel =
            FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      MemorySegment memory = channel.map(FileChannel.MapMode.READ_WRITE, 0, channel.size(), arena);
      RegionHeader layout = region.header();
      MemorySegment rings = memory.asSlice(layout.rings().offset(), layout.rings().size());
      return new RegionCorruptor(memory, layout, RawRing.of(memory, rings, layout));
    }
  }

  MemorySegment everything() {
    return memory;
  }

  public MemorySegment header() {
    return memory.asSlice(0, HeaderLayout.SIZE);
  }

  MemorySegment participants() {
    return section(layout.participants());
  }

  MemorySegment claimCursor() {
    return memory.asSlice(CLAIM_CURSOR, Long.BYTES);
  }

  MemorySegment returnedWord() {
    return memory.asSlice(HeaderLayout.RETURNED, Long.BYTES);
  }

  /** What the sender says of how much it submitted, and how often receivers joined. */
  MemorySegment published() {
    return memory.asSlice(PUBLISHED, JOINS + Long.BYTES - PUBLISHED);
  }

  /** The first receiver's state, claim and counters, without the addresses of its messages. */
  MemorySegment receiversWords() {
    return participants().asSlice(SLOT, RECORDED);
  }

  /** The first receiver's counters, one after the other. */
  MemorySegment receiversCounters() {
    return participants().asSlice(SLOT + OWN_COUNTERS, RECORDED - OWN_COUNTERS);
  }

  /** Those that several threads may add to. */
  MemorySegment receiversSharedCounters() {
    return participants().asSlice(SLOT + SHARED_COUNTERS, 3 * Long.BYTES);
  }

  /** Who owns which block, and how often it was delivered. */
  MemorySegment blockTable() {
    return metadata().asSlice(0, BlockTable.bytes(layout.geometry()));
  }

  /**
   * Of uring two heads, two tails, masks, sizes and flags: the kernel's {@code struct io_rings}.
   */
  MemorySegment indices() {
    return ring.indices();
  }

  MemorySegment entries() {
    return ring.entries();
  }

  MemorySegment metadata() {
    return section(layout.metadata());
  }

  /** The batch that was posted last, and is likely still to be read; the whole pool without one. */
  MemorySegment batch() {
    int tail = ring.posted();
    for (int i = 1; i <= layout.completionEntries(); i++) {
      long word = ring.entry(tail - i);
      long block = BatchBit.clear(word);
      boolean listed = BatchBit.isSet(word) && layout.geometry().contains(block);
      // There may be a corruption instead of a completion.
      if (listed && Address.length(block) >= Long.BYTES) {
        long offset = Address.granules(block) << layout.geometry().granuleShift();
        return section(layout.pool()).asSlice(offset, Address.length(block) & -Long.BYTES);
      }
    }
    return section(layout.pool());
  }

  MemorySegment packs() {
    return section(layout.packs());
  }

  /** The first lines of the packs, where there are more frames than message. */
  MemorySegment frames() {
    return packs().asSlice(0, 1 << 10);
  }

  private MemorySegment section(RegionHeader.Section section) {
    return memory.asSlice(section.offset(), section.size());
  }
}
