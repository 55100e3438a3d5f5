package hring.api.spi.region;

import hring.api.RegionException;
import hring.api.spi.alloc.AllocatorMemory;
import hring.api.spi.alloc.SharedMemory;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A region mapped into this process. It is made under a temporary name, filled, and renamed when it
 * is whole, so that nobody ever sees half of one. {@code docs/layout.md} describes its bytes.
 *
 * <p>The segments may be used by any thread until {@link #close}; afterwards each use is an {@link
 * IllegalStateException}. If another process truncates the file, access to the missing pages is an
 * {@link InternalError}, never a crash of the process: {@link #fault} makes a {@link
 * RegionException} of it.
 */
public final class Region implements AutoCloseable {
  /** Files with this prefix are regions in the making. */
  public static final String TEMPORARY_PREFIX = ".hring-new-";

  private static final AtomicLong TEMPORARIES = new AtomicLong();

  private final Arena arena;
  private final MemorySegment memory;
  private final RegionHeader header;
  private Path file;

  private Region(Arena arena, MemorySegment memory, RegionHeader header, Path file) {
    this.arena = arena;
    this.memory = memory;
    this.header = header;
    this.file = file;
  }

  /**
   * Makes a region that nobody else sees yet. Its rings, metadata and pool are zeros.
   *
   * @param spec what it is to be like
   * @return the region, to be published or discarded
   * @throws RegionException if there is no room or no permission; nothing is left behind
   */
  public static Region create(RegionSpec spec) {
    RegionHeader header = HeaderCodec.plan(spec);
    String temporary =
        TEMPORARY_PREFIX
            + spec.name()
            + "-"
            + ProcessIdentity.self().pid()
            + "-"
            + TEMPORARIES.incrementAndGet();
    Path file = spec.files().directory().resolve(temporary);
    Arena arena = Arena.ofShared();
    try (FileChannel channel = spec.files().create(temporary, header.regionSize())) {
      MemorySegment memory = channel.map(MapMode.READ_WRITE, 0, header.regionSize(), arena);
      HeaderCodec.write(memory, header);
      return new Region(arena, memory, header, file);
    } catch (IOException e) {
      arena.close();
      RegionException failure = new RegionException("cannot map " + file + ": " + e, e);
      delete(file, failure);
      throw failure;
    } catch (RuntimeException e) {
      arena.close();
      throw e;
    }
  }

  /**
   * Maps a region that another process made.
   *
   * @param file the file
   * @param writable false to look only
   * @return the region, its header checked
   * @throws RegionException if it is not a sound region of this layout, or may not be opened
   */
  public static Region attach(Path file, boolean writable) {
    Set<? extends java.nio.file.OpenOption> options =
        writable
            ? Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS)
            : Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
    Arena arena = Arena.ofShared();
    try (FileChannel channel = FileChannel.open(file, options)) {
      long size = channel.size();
      if (size < HeaderLayout.SIZE) {
        throw new RegionException(
            file
                + " is no region: it has "
                + size
                + " bytes, a header alone has "
                + HeaderLayout.SIZE);
      }
      MemorySegment memory =
          channel.map(writable ? MapMode.READ_WRITE : MapMode.READ_ONLY, 0, size, arena);
      return new Region(arena, memory, HeaderCodec.read(memory, file), file);
    } catch (java.nio.file.AccessDeniedException e) {
      arena.close();
      throw new RegionException(
          "may not open "
              + file
              + " ("
              + FileAccess.describe(file)
              + "): ask the sender for a mode or a group that lets you in",
          e);
    } catch (IOException e) {
      arena.close();
      throw new RegionException("cannot open " + file + ": " + e, e);
    } catch (InternalError e) {
      arena.close();
      throw new RegionException(file + " was truncated while it was being attached", e);
    } catch (RuntimeException e) {
      arena.close();
      throw e;
    }
  }

  /**
   * Gives the region its name: from now on others can attach.
   *
   * @param handle the number by which the transport finds the ring in this process
   * @param submissionEntries how many words can be queued before they are submitted
   * @param completionEntries how many words can be in flight
   * @param name the name of the ring
   * @throws RegionException if the file cannot be renamed
   */
  public void publish(String name, int handle, int submissionEntries, int completionEntries) {
    HeaderCodec.writeRing(memory, handle, submissionEntries, completionEntries);
    // Partner: the acquire in state(), by who attaches.
    SharedMemory.setIntRelease(memory, HeaderLayout.STATE, HeaderLayout.STATE_OPEN);
    RegionName fileName =
        new RegionName(name, header.sender().pid(), handle, submissionEntries, completionEntries);
    Path published = file.resolveSibling(fileName.fileName());
    try {
      Files.move(file, published, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new RegionException("cannot rename " + file + " to " + published + ": " + e, e);
    }
    file = published;
  }

  /**
   * Removes the file. Who has it mapped keeps it.
   *
   * @throws RegionException if it cannot be removed
   */
  public void delete() {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new RegionException("cannot remove " + file + ": " + e, e);
    }
  }

  /**
   * Takes back a region that was not published, or detaches from one, because something else
   * failed.
   *
   * @param end the ring's end if it was made already, or null
   * @param cause what failed; it gets what fails here as suppressed
   */
  public void discard(AutoCloseable end, Throwable cause) {
    try (this;
        end) {
      if (file.getFileName().toString().startsWith(TEMPORARY_PREFIX)) {
        delete();
      }
    } catch (Exception e) {
      cause.addSuppressed(e);
    }
  }

  private static void delete(Path file, Exception cause) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      cause.addSuppressed(e);
    }
  }

  /**
   * Tells what the header said when the region was made or attached.
   *
   * @return the checked copy
   */
  public RegionHeader header() {
    return header;
  }

  /**
   * Tells where the region lies.
   *
   * @return the file
   */
  public Path file() {
    return file;
  }

  /**
   * Gives the header's bytes, for the words in it that change.
   *
   * @return {@link HeaderLayout#SIZE} bytes
   */
  public MemorySegment headerMemory() {
    return memory.asSlice(0, HeaderLayout.SIZE);
  }

  /**
   * Gives the section of the rings.
   *
   * @return page aligned memory, of size 0 if the rings live elsewhere
   */
  public MemorySegment rings() {
    return section(header.rings());
  }

  /**
   * Gives the section of the allocator.
   *
   * @return page aligned memory
   */
  public MemorySegment metadata() {
    return section(header.metadata());
  }

  /**
   * Gives the pool.
   *
   * @return page aligned memory
   */
  public MemorySegment pool() {
    return section(header.pool());
  }

  /**
   * Gives the participant table.
   *
   * @return a view of it
   */
  public Participants participants() {
    return new Participants(
        section(header.participants()), header.geometry().maxOwners(), header.sender().namespace());
  }

  /**
   * Gives the claim cursor.
   *
   * @return a view of it
   */
  public ClaimCursor claimCursor() {
    return new ClaimCursor(headerMemory());
  }

  /**
   * Gives an allocator what it works on.
   *
   * @return the sections and who is alive
   */
  public AllocatorMemory allocatorMemory() {
    return new AllocatorMemory(metadata(), pool(), header.geometry(), participants()::isAlive);
  }

  /**
   * Tells whether the sender may still submit.
   *
   * @return {@link HeaderLayout#STATE_OPEN} or {@link HeaderLayout#STATE_CLOSED}, or any other
   *     number if the region is damaged
   */
  public int state() {
    // Partner: the releases in publish() and markClosed(). Who sees CLOSED here, and then looks at
    // the
    // ring's tail, sees everything that was submitted.
    return SharedMemory.getIntAcquire(memory, HeaderLayout.STATE);
  }

  /** Says that nothing will be submitted any more. Called by the sender, after its last submit. */
  public void markClosed() {
    SharedMemory.setIntRelease(memory, HeaderLayout.STATE, HeaderLayout.STATE_CLOSED);
  }

  /**
   * Explains an {@link InternalError} that came from access to this region.
   *
   * @param error what was caught
   * @return an exception to throw
   */
  public RegionException fault(InternalError error) {
    return new RegionException(
        "the region "
            + file
            + " was truncated by another process while it was in use; open the ring anew",
        error);
  }

  /** Unmaps the region. The file stays. */
  @Override
  public void close() {
    arena.close();
  }

  private MemorySegment section(RegionHeader.Section section) {
    return memory.asSlice(section.offset(), section.size());
  }
}
