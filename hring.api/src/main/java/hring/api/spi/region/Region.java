package hring.api.spi.region;

import hring.api.NameException;
import hring.api.RegionException;
import hring.api.spi.alloc.AllocatorMemory;
import hring.api.spi.alloc.SharedMemory;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A region mapped into this process. It is made under a temporary name, filled, and renamed when it
 * is whole, so that nobody ever sees half of one. {@code docs/layout.md} describes its bytes.
 *
 * <p>Two open file descriptions belong to it. Through the first the file is mapped, and the locks
 * of others are looked at. The second, which is never mapped, holds the lock of this process's
 * slot: the sender's from before the file has its name, a receiver's from {@link
 * Participants#begin} on. Both are opened in time and kept, so a process that runs out of
 * descriptors later loses nothing.
 *
 * <p>The segments may be used by any thread until {@link #close}; afterwards each use is an {@link
 * IllegalStateException}. If another process truncates the file, access to the missing pages is an
 * {@link InternalError}, never a crash of the process: {@link #fault} makes a {@link
 * RegionException} of it.
 */
public final class Region implements AutoCloseable {
  /** Files with this prefix are regions in the making. */
  public static final String TEMPORARY_PREFIX = ".hring-new-";

  private final Arena arena;
  private final MemorySegment memory;

  /** Ends before {@link #arena}: see {@link #messages}. */
  private final Arena messagesArena;

  private final MemorySegment messages;
  private final RegionHeader header;
  private final OpenFile looks;
  private final OpenFile.Facts facts;
  private final Participants participants;

  /** Every description that holds a lock of this process, to be closed with the region. */
  private final Set<OpenFile> locks = ConcurrentHashMap.newKeySet();

  /** Held while the state is looked at and changed. */
  private final Object stateLock = new Object();

  /** Holds the sender's lock if this process made the region; null if it attached. */
  private final OpenFile senderLock;

  private volatile Path file;
  private volatile Runnable afterClose = () -> {};

  /** If this throws, the caller closes the arguments. */
  private Region(
      Arena arena,
      MemorySegment memory,
      boolean writable,
      RegionHeader header,
      Path file,
      OpenFile looks,
      OpenFile.Facts facts,
      OpenFile senderLock)
      throws IOException {
    this.arena = arena;
    this.memory = memory;
    this.header = header;
    this.file = file;
    this.looks = looks;
    this.facts = facts;
    this.senderLock = senderLock;
    if (senderLock != null) {
      locks.add(senderLock);
    }
    participants =
        new Participants(this, section(header.participants()), header.geometry().maxOwners());
    messagesArena = Arena.ofShared();
    messages = mapMessages(writable);
  }

  /** Maps the pool and the packs once more, for the application. */
  private MemorySegment mapMessages(boolean writable) throws IOException {
    RegionHeader.Section packs = header.packs();
    long start = header.pool().offset();
    try {
      return looks.map(start, packs.offset() + packs.size() - start, writable, messagesArena);
    } catch (IOException | RuntimeException | Error e) {
      messagesArena.close();
      throw e;
    }
  }

  /**
   * Creates a region that nobody else sees yet. Its rings, metadata and pool are zeros, its state
   * is {@link HeaderLayout#STATE_OPENING}, and the sender's lock is held.
   *
   * @param spec its parameters
   * @return the region, to be published or discarded
   * @throws RegionException if there is no room or no permission; nothing is left behind
   */
  public static Region create(RegionSpec spec) {
    RegionHeader header = HeaderCodec.plan(spec);
    Path file = null;
    OpenFile senderLock = null;
    while (senderLock == null) {
      file = spec.files().directory().resolve(temporaryName(spec.name()));
      senderLock = spec.files().tryCreate(file);
    }
    Arena arena = Arena.ofShared();
    OpenFile looks = null;
    try {
      spec.files().prepare(file, senderLock, header.regionSize());
      OpenFile.Facts facts = senderLock.facts();
      looks = openSame(file, facts);
      MemorySegment memory = looks.map(0, header.regionSize(), true, arena);
      HeaderCodec.write(memory, header);
      return new Region(arena, memory, true, header, file, looks, facts, senderLock);
    } catch (IOException e) {
      throw undo(
          new RegionException("cannot map " + file + ": " + e.getMessage(), e),
          file,
          arena,
          looks,
          senderLock);
    } catch (RuntimeException e) {
      throw undo(e, file, arena, looks, senderLock);
    } catch (Error e) {
      throw undo(e, file, arena, looks, senderLock);
    }
  }

  private static String temporaryName(String name) {
    return TEMPORARY_PREFIX
        + name
        + "-"
        + ProcessHandle.current().pid()
        + "-"
        + Integer.toHexString(ThreadLocalRandom.current().nextInt());
  }

  /** Opens a file once more, for another description. */
  private static OpenFile openSame(Path file, OpenFile.Facts facts) throws IOException {
    OpenFile second = SystemCalls.present().open(file, true);
    boolean same = false;
    try {
      OpenFile.Facts found = second.facts();
      same = found.isSameFile(facts);
      if (!same) {
        throw new NameException(
            file
                + " was closed while this process attached to it: inode "
                + facts.inode()
                + " is mapped, "
                + found.inode()
                + " has the name now; try again");
      }
      return second;
    } finally {
      if (!same) {
        second.close();
      }
    }
  }

  private static <T extends Throwable> T undo(
      T cause, Path file, Arena arena, OpenFile looks, OpenFile senderLock) {
    delete(file, cause);
    arena.close();
    if (looks != null) {
      looks.close();
    }
    senderLock.close();
    return cause;
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
    Arena arena = Arena.ofShared();
    OpenFile looks = null;
    try {
      looks = SystemCalls.present().open(file, writable);
      OpenFile.Facts facts = looks.facts();
      requireRegion(file, facts);
      RegionFiles.requireTmpfs(file, looks);
      MemorySegment memory = looks.map(0, facts.size(), writable, arena);
      RegionHeader header = HeaderCodec.read(memory, file);
      requireOwnName(file, header);
      return new Region(arena, memory, writable, header, file, looks, facts, null);
    } catch (AccessDeniedException e) {
      throw detach(
          new RegionException(
              "may not open "
                  + file
                  + " ("
                  + FileAccess.describe(file)
                  + "): ask the sender for a mode or a group that lets you in",
              e),
          arena,
          looks);
    } catch (IOException e) {
      throw detach(
          new RegionException("cannot open " + file + ": " + e.getMessage(), e), arena, looks);
    } catch (InternalError e) {
      throw detach(
          new RegionException(file + " was truncated while it was being attached", e),
          arena,
          looks);
    } catch (RuntimeException e) {
      throw detach(e, arena, looks);
    } catch (Error e) {
      throw detach(e, arena, looks);
    }
  }

  private static <T extends Throwable> T detach(T cause, Arena arena, OpenFile looks) {
    arena.close();
    if (looks != null) {
      looks.close();
    }
    return cause;
  }

  /** What can be told without mapping it: to read a hole through a mapping would fill it. */
  private static void requireRegion(Path file, OpenFile.Facts facts) {
    String otherwise = null;
    if (!facts.regular()) {
      otherwise = "it is no ordinary file";
    } else if (facts.size() < HeaderLayout.SIZE) {
      otherwise = "it has " + facts.size() + " bytes, a header alone has " + HeaderLayout.SIZE;
    } else if (facts.allocated() < facts.size()) {
      otherwise = "only " + facts.allocated() + " of its " + facts.size() + " bytes have memory";
    } else if (facts.links() > 1) {
      otherwise = "it has " + facts.links() + " names, and a region's file has one";
    }
    if (otherwise != null) {
      throw new RegionException(file + " is no region: " + otherwise);
    }
  }

  /** Else whoever may write to the directory could give a region the name of another. */
  private static void requireOwnName(Path file, RegionHeader header) {
    if (!file.getFileName().toString().equals(fileName(header))) {
      throw new RegionException(
          file + " is no sound region: its header says that its name is " + fileName(header));
    }
  }

  private static String fileName(RegionHeader header) {
    return new RegionName(
            header.ringName(),
            header.senderPid(),
            header.handle(),
            header.submissionEntries(),
            header.completionEntries(),
            header.instance())
        .fileName();
  }

  /**
   * Gives the region's file its name: from now on others see it, but attach only when it is {@link
   * #markOpen open}.
   *
   * @param handle the number by which the transport finds the ring in this process
   * @param submissionEntries how many entries can be queued before they are submitted
   * @param completionEntries how many entries can be in flight
   * @throws RegionException if the file cannot be renamed
   */
  public void publish(int handle, int submissionEntries, int completionEntries) {
    HeaderCodec.writeRing(memory, handle, submissionEntries, completionEntries);
    RegionName fileName =
        new RegionName(
            header.ringName(),
            header.senderPid(),
            handle,
            submissionEntries,
            completionEntries,
            header.instance());
    Path published = file.resolveSibling(fileName.fileName());
    try {
      Files.move(file, published, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new RegionException("cannot rename " + file + " to " + published + ": " + e, e);
    }
    file = published;
  }

  /**
   * Marks the ring open, unless it was aborted before: the sender may submit, and receivers may
   * attach.
   */
  public void markOpen() {
    mark(HeaderLayout.STATE_OPEN);
  }

  /**
   * Changes the state, unless it is aborted: that is final. Only the sender's process does, but
   * several of its threads may: whoever closes, and the janitor.
   */
  private void mark(int state) {
    synchronized (stateLock) {
      if (state() != HeaderLayout.STATE_ABORTED) {
        // Partner: the acquire in state(), by participants that attach or receive.
        SharedMemory.setIntRelease(memory, HeaderLayout.STATE, state);
      }
    }
  }

  /**
   * Opens the description that is to hold the lock of a slot.
   *
   * @throws NameException if the path leads to another file by now
   */
  OpenFile openForLock() {
    try {
      OpenFile lock = openSame(file, facts);
      locks.add(lock);
      return lock;
    } catch (IOException e) {
      throw new RegionException("cannot open " + file + " for a lock: " + e.getMessage(), e);
    }
  }

  void closeLock(OpenFile lock) {
    locks.remove(lock);
    lock.close();
  }

  /** Returns the description that a participant keeps; the sender's lock is held already. */
  OpenFile keepLock(int owner, OpenFile lock) {
    if (owner == Participants.SENDER && holdsSenderLock()) {
      closeLock(lock);
      return senderLock;
    }
    return lock;
  }

  boolean holdsSenderLock() {
    return senderLock != null && locks.contains(senderLock);
  }

  /** Returns the description that the locks of others are looked at through. */
  OpenFile looks() {
    return looks;
  }

  boolean isLocked(int owner) throws IOException {
    return looks.isLocked(HeaderLayout.LOCK_BASE + owner - 1, 1);
  }

  /**
   * Returns the user that the region's file belongs to, whatever its path leads to by now.
   *
   * @return the number, as this process's user namespace shows it
   */
  public long uid() {
    return facts.uid();
  }

  /**
   * Returns whether the sender runs, by its lock. One system call.
   *
   * @return false if its process has ended, however; true if it has not, or nobody knows
   */
  public boolean isSenderAlive() {
    return participants.look(Participants.SENDER) != Liveness.DEAD;
  }

  /**
   * Returns whether this process made the region, and so is its sender.
   *
   * @return false if it attached
   */
  public boolean isMadeHere() {
    return senderLock != null;
  }

  /**
   * Returns whether the region's file still has its name. One system call, no garbage.
   *
   * @return false if somebody removed the file
   * @throws IOException if the kernel does not say
   */
  public boolean hasName() throws IOException {
    return looks.isLinked();
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
   * Deletes and unmaps a region that this process created, or unmaps another's, because something
   * else failed.
   *
   * @param end the ring's end if it was made already, or null
   * @param cause what failed; it gets what fails here as suppressed
   */
  public void discard(AutoCloseable end, Throwable cause) {
    try (this;
        end) {
      if (senderLock != null) {
        delete();
      }
    } catch (Exception e) {
      cause.addSuppressed(e);
    }
  }

  private static void delete(Path file, Throwable cause) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      cause.addSuppressed(e);
    }
  }

  /**
   * Returns the fields of the header that never change.
   *
   * @return a copy, read and checked when the region was created or attached
   */
  public RegionHeader header() {
    return header;
  }

  /**
   * Returns the region's file.
   *
   * @return the path
   */
  public Path file() {
    return file;
  }

  /**
   * Returns the header's memory, for the words in it that change.
   *
   * @return {@link HeaderLayout#SIZE} bytes
   */
  public MemorySegment headerMemory() {
    return memory.asSlice(0, HeaderLayout.SIZE);
  }

  /**
   * Returns the section of the rings.
   *
   * @return page aligned memory, of size 0 if the rings live elsewhere
   */
  public MemorySegment rings() {
    return section(header.rings());
  }

  /**
   * Returns the section of the allocator.
   *
   * @return page aligned memory
   */
  public MemorySegment metadata() {
    return section(header.metadata());
  }

  /**
   * Returns the pool.
   *
   * @return page aligned memory
   */
  public MemorySegment pool() {
    return section(header.pool());
  }

  /**
   * Gives the packs, see {@link PackLayout}.
   *
   * @return page aligned memory
   */
  public MemorySegment packs() {
    return section(header.packs());
  }

  /**
   * Returns where the packs are in {@link #messages}.
   *
   * @return their offset in bytes
   */
  public long packsInMessages() {
    return header.packs().offset() - header.pool().offset();
  }

  /**
   * Returns the pool, and behind it the packs, as the application sees them: the same bytes, mapped
   * a second time. So the application's access ends ({@link #closeMessages}) while hring still
   * works in the region: a receiver's blocks are given back when nobody can be reading them any
   * more.
   *
   * @return page aligned memory
   */
  public MemorySegment messages() {
    return messages;
  }

  /**
   * Maps every page of the region into this process now, the pool's twice, as they are used, rather
   * than each when it is first used.
   *
   * @throws RegionException if the kernel refuses, or the file was truncated
   */
  public void preTouch() {
    try {
      SystemCalls.present().preTouch(memory);
      SystemCalls.present().preTouch(messages);
    } catch (IOException e) {
      throw new RegionException(
          "cannot map the pages of " + file + " in advance: " + e.getMessage(), e);
    }
  }

  /**
   * Ends all access by {@link #messages}. Does nothing if that was done before.
   *
   * @throws IllegalStateException if somebody is in the middle of an operation that holds this
   *     memory, such as writing it to a channel; nothing is changed then. The message, which is the
   *     JDK's, says how many do
   */
  public void closeMessages() {
    if (messagesArena.scope().isAlive()) {
      messagesArena.close();
    }
  }

  /**
   * Returns the participant table.
   *
   * @return a view of it, the same each time
   */
  public Participants participants() {
    return participants;
  }

  /**
   * Returns the claim cursor.
   *
   * @return a view of it
   */
  public ClaimCursor claimCursor() {
    return new ClaimCursor(headerMemory());
  }

  /**
   * Returns the memory that an allocator works on.
   *
   * @return the sections, the sizes and who is alive
   */
  public AllocatorMemory allocatorMemory() {
    return new AllocatorMemory(metadata(), pool(), header.geometry(), participants::isAlive);
  }

  /**
   * Returns whether the sender may still submit.
   *
   * @return {@link HeaderLayout#STATE_OPENING}, {@link HeaderLayout#STATE_OPEN}, {@link
   *     HeaderLayout#STATE_CLOSED} or {@link HeaderLayout#STATE_ABORTED}, or any other number if
   *     the region is damaged
   */
  public int state() {
    // Partner: the releases in mark() and markAborted(). Who sees CLOSED here,
    // and then looks at the ring's tail, sees everything that was submitted.
    return SharedMemory.getIntAcquire(memory, HeaderLayout.STATE);
  }

  /**
   * Marks the ring closed, unless it was aborted before. Called by the sender, after its last
   * submit.
   */
  public void markClosed() {
    mark(HeaderLayout.STATE_CLOSED);
  }

  /**
   * Marks the ring aborted, with a reason. What was submitted before may still be taken. Does
   * nothing if it was aborted or closed before: the first reason stays. May be called by any
   * thread.
   *
   * @param reason human-readable; as much of it is kept as {@link HeaderLayout#REASON_SIZE} bytes
   *     of UTF-8 hold
   */
  public void markAborted(String reason) {
    byte[] bytes = reason.getBytes(StandardCharsets.UTF_8);
    int length = Math.min(bytes.length, HeaderLayout.REASON_SIZE);
    // Not in the middle of a character: its later bytes begin with 10.
    while (length < bytes.length && length > 0 && (bytes[length] & 0xC0) == 0x80) {
      length--;
    }
    byte[] padded = Arrays.copyOf(Arrays.copyOf(bytes, length), HeaderLayout.REASON_SIZE);
    synchronized (stateLock) {
      int state = state();
      if (state == HeaderLayout.STATE_ABORTED || state == HeaderLayout.STATE_CLOSED) {
        return;
      }
      MemorySegment.copy(
          padded, 0, memory, ValueLayout.JAVA_BYTE, HeaderLayout.REASON, HeaderLayout.REASON_SIZE);
      // Partner: the acquire in state(), by participants that read the reason afterwards.
      SharedMemory.setIntRelease(memory, HeaderLayout.STATE, HeaderLayout.STATE_ABORTED);
    }
  }

  /**
   * Wakes every receiver that sleeps. May be called by any thread.
   *
   * @throws RegionException if the kernel refuses
   */
  public void wakeReceivers() {
    // Partner: the acquire in WakeWord.arm(). A receiver that read the word before,
    // and sleeps only afterwards, finds it changed.
    SharedMemory.getAndAddInt(memory, HeaderLayout.WAKE_WORD, 1);
    try {
      SystemCalls.present().wakeAll(memory.asSlice(HeaderLayout.WAKE_WORD, Integer.BYTES));
    } catch (IOException e) {
      throw new RegionException("cannot wake the receivers of " + file + ": " + e.getMessage(), e);
    }
  }

  /**
   * Returns why the ring was aborted.
   *
   * @return the reason, if the state is {@link HeaderLayout#STATE_ABORTED}
   */
  public String abortReason() {
    return HeaderCodec.readText(memory, HeaderLayout.REASON, HeaderLayout.REASON_SIZE);
  }

  /**
   * Returns an exception for an {@link InternalError} that was thrown by an access to this region.
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

  /**
   * Sets what is to be done when the region is closed.
   *
   * @param action done after all else; may be done twice
   */
  public void afterClose(Runnable action) {
    afterClose = action;
  }

  /**
   * Unmaps the region. The file stays. A participant that has not left, and the sender, count as
   * dead from now on.
   *
   * @throws IllegalStateException if somebody is in the middle of an operation that holds this
   *     memory; it can be closed again
   */
  @Override
  public void close() {
    // Before all else: while the application is still at it, this process does not count as dead.
    closeMessages();
    try {
      if (arena.scope().isAlive()) {
        arena.close();
      }
    } finally {
      try {
        looks.close();
      } finally {
        closeLocks();
      }
    }
  }

  private void closeLocks() {
    RuntimeException failure = null;
    for (OpenFile lock : locks) {
      try {
        lock.close();
      } catch (RuntimeException e) {
        failure = failure == null ? e : failure;
      }
    }
    locks.clear();
    afterClose.run();
    if (failure != null) {
      throw failure;
    }
  }

  private MemorySegment section(RegionHeader.Section section) {
    return memory.asSlice(section.offset(), section.size());
  }
}
