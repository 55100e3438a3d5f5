package hring.uring;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import hring.api.Address;
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
 * A region as somebody sees it who may write to it.
 *
 * @param memory all of it
 * @param layout where its parts were when it was sound
 * @param queue where the completion queue was
 */
record Neighbour(MemorySegment memory, RegionHeader layout, RingArea queue) {
  /** Chooses the part that is scribbled at. */
  interface Target {
    MemorySegment in(Neighbour neighbour);
  }

  static Neighbour map(Path file, Arena arena) throws IOException {
    try (Region region = Region.attach(file, false);
        FileChannel channel =
            FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      return new Neighbour(
          channel.map(FileChannel.MapMode.READ_WRITE, 0, channel.size(), arena),
          region.header(),
          RingArea.read(region));
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

  /** Two heads, two tails, masks, sizes and flags: the kernel's {@code struct io_rings}. */
  MemorySegment indices() {
    return section(layout.rings()).asSlice(0, queue.completions());
  }

  MemorySegment completions() {
    long size = (long) layout.completionEntries() * Ring.COMPLETION_SIZE;
    return section(layout.rings()).asSlice(queue.completions(), size);
  }

  MemorySegment metadata() {
    return section(layout.metadata());
  }

  /** The batch that was posted last, and is likely still to be read; the whole pool without one. */
  MemorySegment batch() {
    int tail = section(layout.rings()).get(JAVA_INT, queue.tail());
    for (int i = 1; i <= layout.completionEntries(); i++) {
      long word = completion(tail - i);
      long block = Address.asBlock(word);
      boolean listed = Address.isBatch(word) && layout.geometry().contains(block);
      // There may be a scribble instead of a completion.
      if (listed && Address.length(block) >= Long.BYTES) {
        long offset = Address.granules(block) << layout.geometry().granuleShift();
        return section(layout.pool()).asSlice(offset, Address.length(block) & -Long.BYTES);
      }
    }
    return section(layout.pool());
  }

  private long completion(int count) {
    int index = count & layout.completionEntries() - 1;
    return completions().get(JAVA_LONG, (long) index * Ring.COMPLETION_SIZE);
  }

  private MemorySegment section(RegionHeader.Section section) {
    return memory.asSlice(section.offset(), section.size());
  }
}
