package hring.api.spi.region;

import static hring.api.spi.region.HeaderLayout.ALLOCATOR_NAME;
import static hring.api.spi.region.HeaderLayout.BOOT_ID;
import static hring.api.spi.region.HeaderLayout.BYTE_ORDER;
import static hring.api.spi.region.HeaderLayout.BYTE_ORDER_OFFSET;
import static hring.api.spi.region.HeaderLayout.COMPLETION_ENTRIES;
import static hring.api.spi.region.HeaderLayout.GRANULE;
import static hring.api.spi.region.HeaderLayout.HANDLE;
import static hring.api.spi.region.HeaderLayout.MAGIC;
import static hring.api.spi.region.HeaderLayout.MAGIC_OFFSET;
import static hring.api.spi.region.HeaderLayout.NAME_SIZE;
import static hring.api.spi.region.HeaderLayout.PAGE;
import static hring.api.spi.region.HeaderLayout.PLACEMENT;
import static hring.api.spi.region.HeaderLayout.REGION_SIZE;
import static hring.api.spi.region.HeaderLayout.SECTIONS;
import static hring.api.spi.region.HeaderLayout.SECTION_ENTRY;
import static hring.api.spi.region.HeaderLayout.SENDER_PID;
import static hring.api.spi.region.HeaderLayout.SENDER_PID_NAMESPACE;
import static hring.api.spi.region.HeaderLayout.SENDER_START_TIME;
import static hring.api.spi.region.HeaderLayout.SLOTS;
import static hring.api.spi.region.HeaderLayout.SUBMISSION_ENTRIES;
import static hring.api.spi.region.HeaderLayout.TRANSPORT_NAME;
import static hring.api.spi.region.HeaderLayout.VERSION;
import static hring.api.spi.region.HeaderLayout.VERSION_OFFSET;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import hring.api.Placement;
import hring.api.RegionException;
import hring.api.spi.alloc.PoolGeometry;
import hring.api.spi.region.RegionHeader.Section;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;

/** Writes a region's header, and reads one that nobody vouches for. */
final class HeaderCodec {
  private static final Path BOOT_ID_FILE = Path.of("/proc/sys/kernel/random/boot_id");

  private HeaderCodec() {}

  /** Lays out a region that is to be made; what the transport adds later is zero. */
  static RegionHeader plan(RegionSpec spec) {
    PoolGeometry geometry = spec.geometry();
    Section participants =
        new Section(HeaderLayout.SIZE, pages(Participants.bytes(geometry.maxOwners())));
    Section rings = after(participants, spec.ringsSize());
    Section metadata = after(rings, spec.metadataSize());
    Section pool = new Section(end(metadata), geometry.poolSize());
    return new RegionHeader(
        pages(end(pool)),
        spec.placement(),
        ProcessIdentity.self(),
        true,
        0,
        0,
        0,
        ProviderName.requireValid(spec.transport()),
        ProviderName.requireValid(spec.allocator()),
        geometry,
        participants,
        rings,
        metadata,
        pool);
  }

  static void write(MemorySegment memory, RegionHeader header) {
    memory.set(JAVA_LONG, MAGIC_OFFSET, MAGIC);
    memory.set(JAVA_INT, VERSION_OFFSET, VERSION);
    memory.set(JAVA_INT, BYTE_ORDER_OFFSET, BYTE_ORDER);
    memory.set(JAVA_LONG, REGION_SIZE, header.regionSize());
    memory.set(JAVA_INT, GRANULE, header.geometry().granule());
    memory.set(JAVA_INT, PLACEMENT, header.placement().code());
    UUID bootId = bootId();
    memory.set(JAVA_LONG, BOOT_ID, bootId.getMostSignificantBits());
    memory.set(JAVA_LONG, BOOT_ID + Long.BYTES, bootId.getLeastSignificantBits());
    memory.set(JAVA_LONG, SENDER_PID, header.sender().pid());
    memory.set(JAVA_LONG, SENDER_START_TIME, header.sender().startTime());
    memory.set(JAVA_LONG, SENDER_PID_NAMESPACE, header.sender().namespace());
    memory.set(JAVA_INT, SLOTS, header.geometry().maxOwners());
    writeName(memory, TRANSPORT_NAME, header.transport());
    writeName(memory, ALLOCATOR_NAME, header.allocator());
    Section[] sections = {header.participants(), header.rings(), header.metadata(), header.pool()};
    for (int i = 0; i < sections.length; i++) {
      memory.set(JAVA_LONG, SECTIONS + i * SECTION_ENTRY, sections[i].offset());
      memory.set(JAVA_LONG, SECTIONS + i * SECTION_ENTRY + Long.BYTES, sections[i].size());
    }
  }

  static void writeRing(
      MemorySegment memory, int handle, int submissionEntries, int completionEntries) {
    memory.set(JAVA_INT, HANDLE, handle);
    memory.set(JAVA_INT, SUBMISSION_ENTRIES, submissionEntries);
    memory.set(JAVA_INT, COMPLETION_ENTRIES, completionEntries);
  }

  /**
   * Reads and checks a header.
   *
   * @throws RegionException if anything in it is not as a sound region has it
   */
  static RegionHeader read(MemorySegment memory, Path file) {
    require(
        memory.get(JAVA_LONG, MAGIC_OFFSET) == MAGIC,
        file,
        "it does not start with the magic number");
    int order = memory.get(JAVA_INT, BYTE_ORDER_OFFSET);
    require(order == BYTE_ORDER, file, "it was written with another byte order");
    int version = memory.get(JAVA_INT, VERSION_OFFSET);
    require(
        version == VERSION,
        file,
        "it has layout version "
            + version
            + ", this library reads version "
            + VERSION
            + ": use the same hring on both sides");
    long regionSize = memory.get(JAVA_LONG, REGION_SIZE);
    require(
        regionSize == memory.byteSize(),
        file,
        "its header says " + regionSize + " bytes, the file has " + memory.byteSize());
    Section[] sections = readSections(memory, file, regionSize);
    PoolGeometry geometry = readGeometry(memory, file, sections[3]);
    require(
        sections[0].size() >= Participants.bytes(geometry.maxOwners()),
        file,
        "its participant table is too small for " + geometry.maxOwners() + " slots");
    UUID bootId =
        new UUID(memory.get(JAVA_LONG, BOOT_ID), memory.get(JAVA_LONG, BOOT_ID + Long.BYTES));
    return new RegionHeader(
        regionSize,
        readPlacement(memory, file),
        new ProcessIdentity(
            memory.get(JAVA_LONG, SENDER_PID),
            memory.get(JAVA_LONG, SENDER_START_TIME),
            memory.get(JAVA_LONG, SENDER_PID_NAMESPACE)),
        bootId.equals(bootId()),
        memory.get(JAVA_INT, HANDLE),
        readEntries(memory, SUBMISSION_ENTRIES, file),
        readEntries(memory, COMPLETION_ENTRIES, file),
        readName(memory, TRANSPORT_NAME, file),
        readName(memory, ALLOCATOR_NAME, file),
        geometry,
        sections[0],
        sections[1],
        sections[2],
        sections[3]);
  }

  private static Section[] readSections(MemorySegment memory, Path file, long regionSize) {
    Section[] sections = new Section[HeaderLayout.SECTION_COUNT];
    long end = HeaderLayout.SIZE;
    for (int i = 0; i < sections.length; i++) {
      long offset = memory.get(JAVA_LONG, SECTIONS + i * SECTION_ENTRY);
      long size = memory.get(JAVA_LONG, SECTIONS + i * SECTION_ENTRY + Long.BYTES);
      require(
          offset >= end
              && offset % PAGE == 0
              && size >= 0
              && offset <= regionSize
              && size <= regionSize - offset,
          file,
          "section "
              + i
              + " of its table (offset "
              + offset
              + ", size "
              + size
              + ") does not fit into the file");
      sections[i] = new Section(offset, size);
      end = offset + size;
    }
    return sections;
  }

  private static PoolGeometry readGeometry(MemorySegment memory, Path file, Section pool) {
    try {
      return new PoolGeometry(
          pool.size(), memory.get(JAVA_INT, GRANULE), memory.get(JAVA_INT, SLOTS));
    } catch (IllegalArgumentException e) {
      throw new RegionException(file + " is no sound region: " + e.getMessage(), e);
    }
  }

  private static Placement readPlacement(MemorySegment memory, Path file) {
    int code = memory.get(JAVA_INT, PLACEMENT);
    for (Placement placement : Placement.values()) {
      if (placement.code() == code) {
        return placement;
      }
    }
    throw new RegionException(file + " is no sound region: it has the unknown placement " + code);
  }

  private static int readEntries(MemorySegment memory, long offset, Path file) {
    int entries = memory.get(JAVA_INT, offset);
    require(
        Integer.bitCount(entries) == 1 && entries > 0,
        file,
        "its ring size " + entries + " is no power of two");
    return entries;
  }

  private static String readName(MemorySegment memory, long offset, Path file) {
    byte[] bytes = memory.asSlice(offset, NAME_SIZE).toArray(JAVA_BYTE);
    int length = 0;
    while (length < bytes.length && bytes[length] != 0) {
      length++;
    }
    String name = new String(bytes, 0, length, StandardCharsets.ISO_8859_1);
    require(
        ProviderName.isValid(name), file, "it names a transport or allocator that cannot exist");
    return name;
  }

  private static void writeName(MemorySegment memory, long offset, String name) {
    byte[] bytes = name.getBytes(StandardCharsets.ISO_8859_1);
    MemorySegment.copy(bytes, 0, memory, JAVA_BYTE, offset, bytes.length);
  }

  private static UUID bootId() {
    try {
      return UUID.fromString(Files.readString(BOOT_ID_FILE).strip());
    } catch (IOException e) {
      throw new RegionException(
          "cannot read " + BOOT_ID_FILE + ": " + e + "; hring needs Linux with /proc mounted", e);
    }
  }

  private static void require(boolean sound, Path file, String otherwise) {
    if (!sound) {
      throw new RegionException(file + " is no sound region: " + otherwise);
    }
  }

  private static Section after(Section previous, long size) {
    return new Section(end(previous), pages(size));
  }

  private static long end(Section section) {
    return section.offset() + section.size();
  }

  private static long pages(long size) {
    return Math.addExact(size, PAGE - 1) / PAGE * PAGE;
  }
}
