package hring.api.internal.naming;

import static hring.api.spi.region.HeaderLayout.LOCK_BASE;
import static hring.api.spi.region.HeaderLayout.LOCK_COUNT;

import hring.api.spi.region.HeaderLayout;
import hring.api.spi.region.HeaderStart;
import hring.api.spi.region.OpenFile;
import hring.api.spi.region.SystemCalls;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * Reads the state of a region's file without mapping it: the holders of its locks, and the first
 * bytes of its header. A few system calls, which never wait for anybody; whatever the file is,
 * nothing of it is kept in memory.
 *
 * @param use what the region is used for
 * @param version the version of its layout, {@link #NO_REGION} if it does not start as a region
 * @param state the state in its header, {@link #NO_STATE} if it is of another layout
 * @param failure why the file could not be looked at; null if it could, or is gone
 */
record RegionProbe(Use use, int version, int state, IOException failure) {
  /** The version of a file that is no region, or not yet. */
  static final int NO_REGION = HeaderStart.NONE.version();

  /** The state of a file whose header is none that this library reads. */
  static final int NO_STATE = HeaderStart.NONE.state();

  /** The state of a region. */
  enum Use {
    /** Its sender is alive. */
    TAKEN,
    /** Its sender has died, but a receiver still reads what is left. */
    ATTACHED,
    /** Nobody holds a lock of it any more: all have died. */
    DEAD,
    /** Nobody knows: it could not be looked at, or is of a layout without locks. */
    UNKNOWN,
    /** There is no such file any more. */
    GONE
  }

  /**
   * Looks at a file.
   *
   * @param path the file
   * @return what it tells
   */
  static RegionProbe of(Path path) {
    try (OpenFile file = SystemCalls.present().open(path, false)) {
      HeaderStart start = file.facts().regular() ? HeaderStart.read(file) : HeaderStart.NONE;
      return new RegionProbe(use(file, start.version()), start.version(), start.state(), null);
    } catch (NoSuchFileException e) {
      return new RegionProbe(Use.GONE, NO_REGION, NO_STATE, null);
    } catch (IOException e) {
      return new RegionProbe(Use.UNKNOWN, NO_REGION, NO_STATE, e);
    }
  }

  private static Use use(OpenFile file, int version) throws IOException {
    if (file.isLocked(LOCK_BASE, 1)) {
      return Use.TAKEN;
    }
    if (version != NO_REGION && version < HeaderLayout.FIRST_VERSION_WITH_LOCKS) {
      return Use.UNKNOWN;
    }
    return file.isLocked(LOCK_BASE, LOCK_COUNT) ? Use.ATTACHED : Use.DEAD;
  }

  /** Returns whether no sender goes on with the file: it has died, or is closing. */
  boolean hasEnded() {
    return switch (use) {
      case TAKEN -> state == HeaderLayout.STATE_CLOSED || state == HeaderLayout.STATE_ABORTED;
      case ATTACHED, DEAD, GONE -> true;
      case UNKNOWN -> false;
    };
  }

  /** Returns whether the file starts as a region whose participants hold locks. */
  boolean hasLocks() {
    return version >= HeaderLayout.FIRST_VERSION_WITH_LOCKS;
  }
}
