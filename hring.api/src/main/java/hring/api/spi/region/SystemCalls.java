package hring.api.spi.region;

import hring.api.ProviderException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;

/**
 * The operating system's services that hring needs and the JDK does not offer: open files with
 * their locks, and waking who sleeps on a word of memory. Found by {@link ServiceLoader}; the
 * module hring.linux provides it. May be used by any thread.
 */
public interface SystemCalls {
  /**
   * Returns the implementation that is present.
   *
   * @return the same object each time
   * @throws ProviderException if there is none, or it cannot be loaded
   */
  static SystemCalls present() {
    return Present.get();
  }

  /**
   * Creates a file that only this user may open, for reading and writing (open(2) with O_EXCL).
   *
   * @param file the file, which must not exist
   * @return the open file
   * @throws IOException if it exists, or the kernel refuses
   */
  OpenFile create(Path file) throws IOException;

  /**
   * Opens a file without ever waiting for anybody, and without following a symbolic link: neither a
   * pipe nor another process's lease holds this up.
   *
   * @param file the file
   * @param writable false to read only
   * @return the open file, which may be of any kind: see {@link OpenFile#facts}
   * @throws IOException if the kernel refuses
   */
  OpenFile open(Path file, boolean writable) throws IOException;

  /**
   * Maps every page of shared memory for writing now, rather than when it is first used. What is in
   * it stays as it is. See MADV_POPULATE_WRITE in madvise(2).
   *
   * @param memory begins at a page
   * @throws IOException if the kernel refuses, or the file behind it was truncated
   */
  void preTouch(MemorySegment memory) throws IOException;

  /**
   * Wakes everybody who sleeps on a word in shared memory, see FUTEX_WAKE in futex(2).
   *
   * @param word an int in shared memory
   * @throws IOException if the kernel refuses
   */
  void wakeAll(MemorySegment word) throws IOException;

  /**
   * Creates a wait for the change of any of several words.
   *
   * @return a wait without words
   */
  WordWait newWordWait();

  /**
   * Returns who this process is to the file system, see geteuid(2).
   *
   * @return the effective user id, 0 to 2^32 - 1
   */
  long userId();

  /**
   * Looks a user up wherever this system keeps its users, see getpwnam(3).
   *
   * @param name the name
   * @return the user id, or -1 if there is no such user
   * @throws IOException if they cannot be looked up
   */
  long findUser(String name) throws IOException;

  /** Looks the implementation up once; again, if that failed. */
  final class Present {
    private static volatile SystemCalls calls;

    private Present() {}

    private static SystemCalls get() {
      if (calls == null) {
        calls = load();
      }
      return calls;
    }

    private static SystemCalls load() {
      try {
        Iterator<SystemCalls> found =
            ServiceLoader.load(SystemCalls.class, SystemCalls.class.getClassLoader()).iterator();
        if (found.hasNext()) {
          return found.next();
        }
      } catch (ServiceConfigurationError e) {
        throw new ProviderException(
            "hring's access to the operating system cannot be loaded: "
                + e.getMessage()
                + (e.getCause() == null ? "" : ": " + e.getCause()),
            e);
      }
      throw new ProviderException(
          "hring's access to the operating system is missing: put the artifact hring.linux"
              + " (module hring.linux) on the module path or the class path");
    }
  }
}
