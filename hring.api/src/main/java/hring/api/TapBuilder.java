package hring.api;

import hring.api.internal.Backoff;
import hring.api.internal.naming.RingDirectory;
import hring.api.internal.naming.RingWatch;
import hring.api.internal.naming.Users;
import hring.api.internal.tap.TapReader;
import hring.api.spi.region.RegionFiles;
import hring.api.spi.region.RegionName;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** The options of a tap that is to be opened. */
public final class TapBuilder {
  private final String name;
  private Path directory = RegionFiles.SHM;
  private String user;
  private Duration patience = Duration.ZERO;

  TapBuilder(String name) {
    this.name = RegionName.requireValid(name);
  }

  /**
   * Looks in another directory than {@code /dev/shm}.
   *
   * @param directory the directory that the sender was given
   * @return this
   */
  public TapBuilder directory(Path directory) {
    this.directory = directory;
    return this;
  }

  /**
   * Looks at a ring of another user, who lets this one read its file. By default only rings of this
   * process's own user are looked at: any user can put a file of any name into {@code /dev/shm}.
   *
   * @param user the name or the number of the user whose ring it must be
   * @return this
   */
  public TapBuilder fromUser(String user) {
    this.user = user;
    return this;
  }

  /**
   * Waits for the sender if it has not opened the ring yet.
   *
   * @param timeout how long to wait at most; by default not at all
   * @return this
   */
  public TapBuilder waitFor(Duration timeout) {
    patience = timeout;
    return this;
  }

  /**
   * Opens the tap. It belongs to the calling thread.
   *
   * @return the tap
   * @throws NameException if there is no such ring of the trusted user, its sender has ended, or
   *     there is no such user
   * @throws ProviderException if the ring's transport is not present here
   * @throws RegionException if the region may not be read, or is not sound
   * @throws TransportException if the ring lies in the kernel ({@link Placement#IN_KERNEL})
   */
  public Tap open() {
    long uid = user == null ? Users.own() : Users.find(user);
    RingDirectory rings = new RingDirectory(directory);
    RingWatch watch = new RingWatch(rings, name, uid);
    Backoff pause = new Backoff(patience);
    Optional<Path> found = watch.look();
    while (found.isEmpty() && pause.step()) {
      found = watch.look();
    }
    // If there is none now, this says what there is.
    Path file = found.isPresent() ? found.get() : rings.find(name, uid);
    try {
      return new Tap(name, TapReader.open(file, uid));
    } catch (RegionException e) {
      if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
        throw e;
      }
      throw new NameException("the ring '" + name + "' was closed while a tap was opened", e);
    }
  }
}
