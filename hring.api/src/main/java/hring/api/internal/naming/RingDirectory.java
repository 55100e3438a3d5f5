package hring.api.internal.naming;

import static hring.api.spi.region.HeaderLayout.LOCK_BASE;
import static hring.api.spi.region.HeaderLayout.LOCK_COUNT;

import hring.api.NameException;
import hring.api.RegionException;
import hring.api.internal.naming.RegionProbe.Use;
import hring.api.spi.region.HeaderLayout;
import hring.api.spi.region.OpenFile;
import hring.api.spi.region.Region;
import hring.api.spi.region.RegionName;
import hring.api.spi.region.SystemCalls;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** The directory that the regions lie in, and what their names tell. */
public final class RingDirectory {
  private static final int NEAREST = 3;

  private final Path directory;

  /**
   * Creates a view of a directory.
   *
   * @param directory the directory
   */
  public RingDirectory(Path directory) {
    this.directory = directory;
  }

  /**
   * Returns where it is.
   *
   * @return the directory
   */
  public Path path() {
    return directory;
  }

  /**
   * Lists the files whose names are those of regions, finished or not, by name.
   *
   * @return the files
   * @throws RegionException if the directory cannot be read
   */
  public List<RingFile> files() {
    return files(_ -> true);
  }

  /**
   * Lists the finished regions of a name.
   *
   * @param name the name of the ring
   * @return the files, of all users
   * @throws RegionException if the directory cannot be read
   */
  public List<RingFile> named(String name) {
    String prefix = name + ":";
    return files(path -> path.getFileName().toString().startsWith(prefix));
  }

  /**
   * Lists the regions whose rings have certain names, finished or not.
   *
   * @param names accepts the names
   * @return the files, of all users
   * @throws RegionException if the directory cannot be read
   */
  public List<RingFile> matching(Predicate<String> names) {
    return files(path -> RingFile.parse(path).filter(n -> names.test(n.name())).isPresent());
  }

  private List<RingFile> files(Predicate<Path> wanted) {
    List<RingFile> files = new ArrayList<>();
    try (DirectoryStream<Path> paths = Files.newDirectoryStream(directory)) {
      for (Path path : paths) {
        if (wanted.test(path)) {
          Optional<RegionName> name = RingFile.parse(path);
          if (name.isPresent()) {
            ringFile(path, name.get()).ifPresent(files::add);
          }
        }
      }
    } catch (DirectoryIteratorException e) {
      throw unreadable(e.getCause());
    } catch (IOException e) {
      throw unreadable(e);
    }
    files.sort(Comparator.comparing(f -> f.path().getFileName()));
    return files;
  }

  private RegionException unreadable(IOException e) {
    return new RegionException(
        "cannot read the directory " + directory + ": " + e + "; it must exist and be readable", e);
  }

  private static Optional<RingFile> ringFile(Path path, RegionName name) throws IOException {
    try {
      BasicFileAttributes attributes =
          Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      // A link may lead anywhere; a region is never one.
      return attributes.isRegularFile()
          ? Optional.of(new RingFile(path, name, uid(path), RingFile.isFinished(path)))
          : Optional.empty();
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  private static long uid(Path path) throws IOException {
    // uid_t is unsigned, the JDK's int is not.
    return Integer.toUnsignedLong(
        (Integer) Files.getAttribute(path, "unix:uid", LinkOption.NOFOLLOW_LINKS));
  }

  /**
   * Makes sure that this user has no living ring of a name, as far as can be seen now.
   *
   * @param name the name
   * @throws NameException if a living sender has it
   * @throws RegionException if that cannot be seen of one of its files
   */
  public void requireFree(String name) {
    long own = Users.own();
    for (RingFile file : named(name)) {
      if (file.uid() == own && isTaken(file, RegionProbe.of(file.path()))) {
        throw taken(file);
      }
    }
  }

  /**
   * Returns whether a sender has a file, as far as the file is a region.
   *
   * @throws RegionException if nobody knows: what may be a living ring is never in nobody's hands
   */
  static boolean isTaken(RingFile file, RegionProbe probe) {
    if (probe.failure() != null) {
      throw new RegionException(
          "cannot see whether the ring '"
              + file.name().name()
              + "' is alive, and so whether its name is free: "
              + file.path()
              + " cannot be looked at: "
              + probe.failure().getMessage()
              + "; mend that, or remove the file if no process uses it",
          probe.failure());
    }
    return probe.use() == Use.TAKEN;
  }

  static NameException taken(RingFile file) {
    return new NameException(
        "the name '"
            + file.name().name()
            + "' is taken: process "
            + file.name().pid()
            + " has a ring of this name open ("
            + file.path()
            + "); close it or choose another name");
  }

  /**
   * Removes what dead processes of this user left: regions in the making, and regions whose sender
   * and receivers have all died, of this layout or a later one.
   *
   * @return what was removed, and what could not be
   * @throws RegionException if the directory cannot be read
   */
  public Swept sweep() {
    return sweep(_ -> true);
  }

  /**
   * Removes what dead processes of this user left under a name.
   *
   * @param name the name of the ring
   * @return what was removed, and what could not be
   * @throws RegionException if the directory cannot be read
   */
  public Swept sweep(String name) {
    return sweep(parsed -> parsed.name().equals(name));
  }

  /**
   * The result of removing stale files.
   *
   * @param removed the files that were removed
   * @param failures why others, that could be, were not
   */
  public record Swept(List<Path> removed, List<RegionException> failures) {}

  private Swept sweep(Predicate<RegionName> wanted) {
    long own = Users.own();
    Swept swept = new Swept(new ArrayList<>(), new ArrayList<>());
    for (RingFile file : files(path -> RingFile.parse(path).filter(wanted).isPresent())) {
      if (file.uid() == own && !Users.isAnybody(own)) {
        try {
          if (tryRemove(file)) {
            swept.removed().add(file.path());
          }
        } catch (IOException e) {
          swept
              .failures()
              .add(
                  new RegionException(
                      "cannot remove the stale region " + file.path() + ": " + e.getMessage(), e));
        }
      }
    }
    return swept;
  }

  /**
   * Removes a file if all have died that had to do with it. It is removed under a lock for reading
   * on all its slots: nobody who is just making it, or joining, holds a lock of his own then, or
   * gets one. Others do not see that lock, and so do not take the name for somebody's. Two may
   * remove a file at once: to one of them it is gone.
   */
  private static boolean tryRemove(RingFile file) throws IOException {
    RegionProbe probe = RegionProbe.of(file.path());
    if (probe.use() != Use.DEAD || file.finished() && !probe.hasLocks()) {
      return false;
    }
    try (OpenFile opened = SystemCalls.present().open(file.path(), true)) {
      // The path keeps leading to the file that is locked: no two regions ever have the same path.
      if (!opened.tryLockShared(LOCK_BASE, LOCK_COUNT) || opened.facts().links() == 0) {
        return false;
      }
      return Files.deleteIfExists(file.path());
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  /**
   * Finds the region of a ring whose sender is alive.
   *
   * @param name the name of the ring
   * @param uid the user that it must belong to
   * @return the file
   * @throws NameException if there is none; the message tells what there is
   * @throws RegionException if there is none but a file that is no sound region
   */
  public Path find(String name, long uid) {
    List<RingFile> named = named(name);
    if (named.isEmpty()) {
      throw new NameException(
          "no ring is named '"
              + name
              + "' in "
              + directory
              + nearest(name)
              + "; is the sender running? A receiver can wait for it");
    }
    List<RingFile> trusted = named.stream().filter(f -> f.uid() == uid).toList();
    if (trusted.isEmpty()) {
      throw untrusted(name, uid, named.getFirst());
    }
    List<RegionException> unsound = new ArrayList<>();
    for (RingFile file : trusted) {
      try {
        if (isOpen(file.path())) {
          return file.path();
        }
      } catch (RegionException e) {
        // Unless it was removed after it was listed.
        if (Files.exists(file.path(), LinkOption.NOFOLLOW_LINKS)) {
          unsound.add(e);
        }
      }
    }
    if (!unsound.isEmpty()) {
      throw unsound.getFirst();
    }
    throw new NameException(
        "the ring '"
            + name
            + "' is stale: its sender, process "
            + trusted.getFirst().name().pid()
            + ", has ended; start the sender again, or wait for it");
  }

  private static boolean isOpen(Path path) {
    // To look only: a tap may not be allowed more.
    try (Region region = Region.attach(path, false)) {
      return region.state() == HeaderLayout.STATE_OPEN && region.isSenderAlive();
    }
  }

  private static NameException untrusted(String name, long uid, RingFile other) {
    return new NameException(
        "the ring '"
            + name
            + "' belongs to the user "
            + other.user()
            + " (uid "
            + other.uid()
            + ", "
            + other.path()
            + "), and this process trusts uid "
            + uid
            + " only; say fromUser(\""
            + other.user()
            + "\") if that user is to be trusted");
  }

  private String nearest(String name) {
    List<String> names =
        files().stream().filter(RingFile::finished).map(f -> f.name().name()).distinct().toList();
    if (names.isEmpty()) {
      return "; there are no rings at all";
    }
    String nearest =
        names.stream()
            .filter(other -> EditDistance.between(name, other) <= name.length() / 2)
            .sorted(Comparator.comparingInt(other -> EditDistance.between(name, other)))
            .limit(NEAREST)
            .collect(Collectors.joining(", "));
    return nearest.isEmpty()
        ? "; there are " + names.size() + " rings, and none has a name like it"
        : "; the nearest names: " + nearest;
  }
}
