package hring.api.internal.naming;

import hring.api.NameException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The names under which this process is sending: also those whose files somebody has removed, which
 * nobody else can know of.
 */
public final class OpenNames {
  private static final Set<Path> TAKEN = ConcurrentHashMap.newKeySet();

  private OpenNames() {}

  /**
   * Takes a name for this process.
   *
   * @param directory the directory of the regions
   * @param name the name
   * @return gives it back; may be run more than once
   * @throws NameException if this process has it already
   */
  public static Runnable take(Path directory, String name) {
    Path key = real(directory).resolve(name);
    if (!TAKEN.add(key)) {
      throw new NameException(
          "the name '"
              + name
              + "' is taken: this process has a ring of this name open, or is opening one, in "
              + directory
              + "; close it or choose another name");
    }
    AtomicBoolean taken = new AtomicBoolean(true);
    return () -> {
      // Once: later the name may be another ring's.
      if (taken.getAndSet(false)) {
        TAKEN.remove(key);
      }
    };
  }

  private static Path real(Path directory) {
    try {
      return directory.toRealPath();
    } catch (IOException e) {
      // It cannot be used either, which opening the ring says better.
      return directory.toAbsolutePath().normalize();
    }
  }
}
