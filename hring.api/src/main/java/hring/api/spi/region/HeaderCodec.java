package hring.api.spi.region;

import static hring.api.spi.region.HeaderLayout.ALLOCATOR_NAME;
import static hring.api.spi.region.HeaderLayout.ALLOCATOR_OPTIONS;
import static hring.api.spi.region.HeaderLayout.BYTE_ORDER;
import static hring.api.spi.region.HeaderLayout.BYTE_ORDER_OFFSET;
import static hring.api.spi.region.HeaderLayout.COMPLETION_ENTRIES;
import static hring.api.spi.region.HeaderLayout.DEATH_POLICY;
import static hring.api.spi.region.HeaderLayout.DELIVERY;
import static hring.api.spi.region.HeaderLayout.DELIVERY_LIMIT;
import static hring.api.spi.region.HeaderLayout.GRANULE;
import static hring.api.spi.region.HeaderLayout.HANDLE;
import static hring.api.spi.region.HeaderLayout.MAGIC;
import static hring.api.spi.region.HeaderLayout.MAGIC_OFFSET;
import static hring.api.spi.region.HeaderLayout.NAME_SIZE;
import static hring.api.spi.region.HeaderLayout.OPTIONS_SIZE;
import static hring.api.spi.region.HeaderLayout.PAGE;
import static hring.api.spi.region.HeaderLayout.PLACEMENT;
import static hring.api.spi.region.HeaderLayout.REGION_SIZE;
import static hring.api.spi.region.HeaderLayout.RING_NAME;
import static hring.api.spi.region.HeaderLayout.RING_NAME_SIZE;
import static hring.api.spi.region.HeaderLayout.SECTIONS;
import static hring.api.spi.region.HeaderLayout.SECTION_ENTRY;
import static hring.api.spi.region.HeaderLayout.SENDER_PID;
import static hring.api.spi.region.HeaderLayout.SENDER_START;
import static hring.api.spi.region.HeaderLayout.SLOTS;
import static hring.api.spi.region.HeaderLayout.SUBMISSION_ENTRIES;
import static hring.api.spi.region.HeaderLayout.TRANSPORT_NAME;
import static hring.api.spi.region.HeaderLayout.TRANSPORT_OPTIONS;
import static hring.api.spi.region.HeaderLayout.VERSION;
import static hring.api.spi.region.HeaderLayout.VERSION_OFFSET;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import hring.api.DeathPolicy;
import hring.api.Delivery;
import hring.api.Placement;
import hring.api.RegionException;
import hring.api.spi.alloc.PoolGeometry;
import hring.api.spi.alloc.ProviderOptions;
import hring.api.spi.region.RegionHeader.Section;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.concurrent.ThreadLocalRandom;

/** Writes a region's header, and reads one that nobody vouches for. */
final class HeaderCodec {
  private static final int DISCARD = 1;
  private static final int REDELIVER = 2;

  private HeaderCodec() {}

  /** Lays out a region that is to be made; what the transport adds later is zero. */
  static RegionHeader plan(RegionSpec spec) {
    PoolGeometry geometry = spec.geometry();
    Section participants =
        new Section(HeaderLayout.SIZE, pages(Participants.bytes(geometry.maxOwners())));
    Section rings = after(participants, spec.ringsSize());
    Section metadata = after(rings, spec.metadataSize());
    Section pool = new Section(end(metadata), geometry.poolSize());
    Section packs = new Section(pages(end(pool)), PackLayout.bytes(geometry.poolSize()));
    return new RegionHeader(
        end(packs),
        spec.placement(),
        RegionName.requireValid(spec.name()),
        ThreadLocalRandom.current().nextLong(),
        ProcessHandle.current().pid(),
        ProcessHandle.current().info().startInstant().map(Instant::toEpochMilli).orElse(0L),
        0,
        0,
        0,
        ProviderName.requireValid(spec.transport()),
        spec.transportOptions(),
        ProviderName.requireValid(spec.allocator()),
        spec.allocatorOptions(),
        spec.delivery(),
        spec.deathPolicy(),
        spec.deliveryLimit(),
        geometry,
        participants,
        rings,
        metadata,
        pool,
        packs);
  }

  static void write(MemorySegment memory, RegionHeader header) {
    memory.set(JAVA_LONG, MAGIC_OFFSET, MAGIC);
    memory.set(JAVA_INT, VERSION_OFFSET, VERSION);
    memory.set(JAVA_INT, BYTE_ORDER_OFFSET, BYTE_ORDER);
    memory.set(JAVA_LONG, REGION_SIZE, header.regionSize());
    memory.set(JAVA_INT, GRANULE, header.geometry().granule());
    memory.set(JAVA_INT, PLACEMENT, header.placement().code());
    memory.set(JAVA_LONG, SENDER_PID, header.senderPid());
    memory.set(JAVA_LONG, SENDER_START, header.senderStart());
    memory.set(JAVA_LONG, HeaderLayout.INSTANCE, header.instance());
    memory.set(JAVA_LONG, HeaderLayout.PACKS_SIZE, header.packs().size());
    memory.set(JAVA_INT, DELIVERY, header.delivery().code());
    memory.set(
        JAVA_INT,
        DEATH_POLICY,
        header.deathPolicy() == DeathPolicy.REDELIVER ? REDELIVER : DISCARD);
    memory.set(JAVA_INT, DELIVERY_LIMIT, header.deliveryLimit());
    memory.set(JAVA_INT, SLOTS, header.geometry().maxOwners());
    writeText(memory, RING_NAME, RING_NAME_SIZE, header.ringName());
    writeText(memory, TRANSPORT_NAME, NAME_SIZE, header.transport());
    writeText(memory, TRANSPORT_OPTIONS, OPTIONS_SIZE, header.transportOptions().text());
    writeText(memory, ALLOCATOR_NAME, NAME_SIZE, header.allocator());
    writeText(memory, ALLOCATOR_OPTIONS, OPTIONS_SIZE, header.allocatorOptions().text());
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
    String ringName = readText(memory, RING_NAME, RING_NAME_SIZE);
    require(RegionName.isValid(ringName), file, "it has the name of a ring that cannot be");
    return new RegionHeader(
        regionSize,
        readPlacement(memory, file),
        ringName,
        memory.get(JAVA_LONG, HeaderLayout.INSTANCE),
        memory.get(JAVA_LONG, SENDER_PID),
        memory.get(JAVA_LONG, SENDER_START),
        memory.get(JAVA_INT, HANDLE),
        readEntries(memory, SUBMISSION_ENTRIES, file),
        readEntries(memory, COMPLETION_ENTRIES, file),
        readName(memory, TRANSPORT_NAME, file),
        readOptions(memory, TRANSPORT_OPTIONS, "transport", file),
        readName(memory, ALLOCATOR_NAME, file),
        readOptions(memory, ALLOCATOR_OPTIONS, "allocator", file),
        readDelivery(memory, file),
        readDeathPolicy(memory, file),
        readDeliveryLimit(memory, file),
        geometry,
        sections[0],
        sections[1],
        sections[2],
        sections[3],
        readPacks(memory, file, sections[3], regionSize));
  }

  private static Section readPacks(MemorySegment memory, Path file, Section pool, long regionSize) {
    long size = memory.get(JAVA_LONG, HeaderLayout.PACKS_SIZE);
    long offset = pages(end(pool));
    require(
        PackLayout.isSize(size) && offset <= regionSize && size <= regionSize - offset,
        file,
        "its packs of " + size + " bytes do not fit behind the pool");
    return new Section(offset, size);
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

  private static Delivery readDelivery(MemorySegment memory, Path file) {
    int code = memory.get(JAVA_INT, DELIVERY);
    for (Delivery delivery : Delivery.values()) {
      if (delivery.code() == code) {
        return delivery;
      }
    }
    throw new RegionException(file + " is no sound region: it has the unknown delivery " + code);
  }

  private static DeathPolicy readDeathPolicy(MemorySegment memory, Path file) {
    int code = memory.get(JAVA_INT, DEATH_POLICY);
    require(code == DISCARD || code == REDELIVER, file, "it has the unknown death policy " + code);
    return code == REDELIVER ? DeathPolicy.REDELIVER : DeathPolicy.DISCARD;
  }

  private static int readDeliveryLimit(MemorySegment memory, Path file) {
    int limit = memory.get(JAVA_INT, DELIVERY_LIMIT);
    require(limit >= 0, file, "it has the delivery limit " + limit);
    return limit;
  }

  private static String readName(MemorySegment memory, long offset, Path file) {
    String name = readText(memory, offset, NAME_SIZE);
    require(
        ProviderName.isValid(name), file, "it names a transport or allocator that cannot exist");
    return name;
  }

  private static ProviderOptions readOptions(
      MemorySegment memory, long offset, String of, Path file) {
    try {
      return new ProviderOptions(readText(memory, offset, OPTIONS_SIZE));
    } catch (IllegalArgumentException e) {
      throw new RegionException(
          file + " is no sound region: the options of its " + of + ": " + e.getMessage(), e);
    }
  }

  /** Reads a text that ends at the first zero, or at the end of its field. */
  static String readText(MemorySegment memory, long offset, int size) {
    byte[] bytes = memory.asSlice(offset, size).toArray(JAVA_BYTE);
    int length = 0;
    while (length < bytes.length && bytes[length] != 0) {
      length++;
    }
    return new String(bytes, 0, length, StandardCharsets.UTF_8);
  }

  private static void writeText(MemorySegment memory, long offset, int size, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    if (bytes.length > size) {
      throw new IllegalArgumentException(
          "'" + text + "' has " + bytes.length + " bytes, and there is room for " + size);
    }
    MemorySegment.copy(bytes, 0, memory, JAVA_BYTE, offset, bytes.length);
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
