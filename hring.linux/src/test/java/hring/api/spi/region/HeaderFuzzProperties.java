package hring.api.spi.region;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import hring.api.RegionException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/**
 * Whatever bytes a header has: it is refused with a reason, or every section that it names lies
 * within the file.
 */
class HeaderFuzzProperties {
  private static final int HEADER_USED = 2048;

  private static Path file;
  private static byte[] sound;

  @BeforeContainer
  static void make() throws IOException {
    try (Region region = RegionFixture.published()) {
      file = region.file();
      sound = region.headerMemory().toArray(JAVA_BYTE);
    }
  }

  @AfterContainer
  static void remove() throws IOException {
    Files.delete(file);
  }

  @Property
  void survivesChangedBytes(
      @ForAll @Size(min = 1, max = 8) int[] offsets, @ForAll @Size(8) byte[] values)
      throws IOException {
    byte[] header = sound.clone();
    for (int i = 0; i < offsets.length; i++) {
      header[Math.floorMod(offsets[i], HEADER_USED)] = values[i];
    }
    attach(header);
  }

  @Property
  void survivesChangedNumbers(
      @ForAll @IntRange(max = HEADER_USED / Long.BYTES - 1) int index, @ForAll long value)
      throws IOException {
    byte[] header = sound.clone();
    ByteBuffer.wrap(header)
        .order(java.nio.ByteOrder.nativeOrder())
        .putLong(index * Long.BYTES, value);
    attach(header);
  }

  @Property
  void survivesRandomHeaders(@ForAll @Size(HEADER_USED) byte[] random) throws IOException {
    byte[] header = sound.clone();
    System.arraycopy(random, 16, header, 16, HEADER_USED - 16);
    attach(header);
  }

  private static void attach(byte[] header) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap(header), 0);
    }
    try (Region region = Region.attach(file, true)) {
      touchEnds(region.rings());
      touchEnds(region.metadata());
      touchEnds(region.pool());
      region.participants().owners();
    } catch (RegionException e) {
      // The clean outcome; anything else fails the property.
    }
  }

  private static void touchEnds(java.lang.foreign.MemorySegment section) {
    if (section.byteSize() > 0) {
      section.get(JAVA_BYTE, 0);
      section.get(JAVA_BYTE, section.byteSize() - 1);
    }
  }
}
