package hring.api.spi.region;

import static hring.api.spi.region.HeaderLayout.ALLOCATOR_OPTIONS;
import static hring.api.spi.region.HeaderLayout.OPTIONS_SIZE;
import static hring.api.spi.region.HeaderLayout.TRANSPORT_OPTIONS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.assertj.core.api.Assertions.assertThat;

import hring.api.RegionException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
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

  /** Held to the end: whoever opens a ring removes the regions that nobody holds. */
  private static Region region;

  private static Path file;
  private static byte[] sound;

  @BeforeContainer
  static void make() {
    region = RegionFixture.published();
    file = region.file();
    sound = region.headerMemory().toArray(JAVA_BYTE);
  }

  @AfterContainer
  static void remove() throws IOException {
    write(sound);
    region.delete();
    region.close();
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
  void refusesEveryOtherTextThanOptions(
      @ForAll boolean transports, @ForAll("options") String options) throws IOException {
    byte[] header = sound.clone();
    byte[] text = Arrays.copyOf(options.getBytes(StandardCharsets.ISO_8859_1), OPTIONS_SIZE);
    int offset = (int) (transports ? TRANSPORT_OPTIONS : ALLOCATOR_OPTIONS);
    System.arraycopy(text, 0, header, offset, text.length);
    write(header);
    boolean valid = isWritten(options);
    try (Region attached = Region.attach(file, true)) {
      RegionHeader read = attached.header();
      assertThat(valid).isTrue();
      assertThat((transports ? read.transportOptions() : read.allocatorOptions()).text())
          .isEqualTo(options);
    } catch (RegionException e) {
      assertThat(valid).as(e.getMessage()).isFalse();
      assertThat(e.getMessage()).matches("\\p{Print}+").contains("options");
    }
  }

  /** Few characters, of which each has a meaning, so that many texts are valid. */
  @Provide
  Arbitrary<String> options() {
    return Arbitraries.of("a", "b", "-", "7", "A", " ", "=", "=", "&", "?", "\u001b", "\u00e4")
        .list()
        .ofMaxSize(12)
        .map(parts -> String.join("", parts));
  }

  /** The rule, told another way. */
  private static boolean isWritten(String options) {
    List<String> keys = new ArrayList<>();
    boolean form = options.isEmpty() || options.matches("[ -~]+") && !options.endsWith("&");
    for (String pair : options.isEmpty() ? new String[0] : options.split("&")) {
      form &= pair.matches("[a-z0-9-]+=.+");
      keys.add(pair.replaceFirst("=.*", ""));
    }
    return form && Set.copyOf(keys).size() == keys.size();
  }

  @Property
  void survivesRandomHeaders(@ForAll @Size(HEADER_USED) byte[] random) throws IOException {
    byte[] header = sound.clone();
    System.arraycopy(random, 16, header, 16, HEADER_USED - 16);
    attach(header);
  }

  private static void write(byte[] header) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap(header), 0);
    }
  }

  private static void attach(byte[] header) throws IOException {
    write(header);
    try (Region attached = Region.attach(file, true)) {
      touchEnds(attached.rings());
      touchEnds(attached.metadata());
      touchEnds(attached.pool());
      attached.participants().owners();
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
