package hring.uring;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import hring.api.Address;
import hring.api.spi.HeaderLayout;
import hring.api.spi.Region;
import hring.api.spi.RegionHeader;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A region as somebody sees it who may write to it.
 *
 * @param memory all of it
 * @param layout where its parts were when it was sound
 */
record Neighbour(MemorySegment memory, RegionHeader layout) {
  /** Two heads, two tails, masks, sizes and flags: the kernel's {@code struct io_rings}. */
  private static final int INDICES = 64;

  /** Chooses the part that is scribbled at. */
  interface Target {
    MemorySegment in(Neighbour neighbour);
  }

  static Neighbour map(Path file, Arena arena) throws IOException {
    try (Region region = Region.attach(file, false);
        FileChannel channel =
            FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      return new Neighbour(
          channel.map(FileChannel.MapMode.READ_WRITE, 0, channel.size(), arena), region.header());
    }
  }

  MemorySegment everything() {
    return memory;
  }

  MemorySegment header() {
    return memory.asSlice(0, HeaderLayout.SIZE);
  }

  MemorySegment participants() {
    return section(layout.participants());
  }

  MemorySegment indices() {
    return section(layout.rings()).asSlice(0, INDICES);
  }

  MemorySegment completions() {
    return section(layout.rings())
        .asSlice(INDICES, (long) layout.completionEntries() * Ring.COMPLETION_SIZE);
  }

  MemorySegment metadata() {
    return section(layout.metadata());
  }

  /** A batch that was submitted at some time, or the whole pool if there is none. */
  MemorySegment batch() {
    MemorySegment completions = completions();
    for (long at = 0; at < completions.byteSize(); at += Ring.COMPLETION_SIZE) {
      long word = completions.get(JAVA_LONG, at);
      long block = Address.asBlock(word);
      if (Address.isBatch(word) && layout.geometry().contains(block)) {
        long offset = Address.granules(block) << layout.geometry().granuleShift();
        return section(layout.pool()).asSlice(offset, Address.length(block) & -Long.BYTES);
      }
    }
    return section(layout.pool());
  }

  private MemorySegment section(RegionHeader.Section section) {
    return memory.asSlice(section.offset(), section.size());
  }
}
