package hring.api.internal.naming;

import hring.api.NameException;
import hring.api.RegionException;
import hring.api.spi.region.HeaderLayout;
import hring.api.spi.region.Region;
import hring.api.spi.region.RegionHeader;
import hring.api.spi.region.RegionName;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The directory that the regions lie in, and what their names tell. */
public final class RingDirectory {
  private static final Path PROC = Path.of("/proc");
  private static final int NEAREST = 3;

  /** How the name of a region in the making ends: process and number. */
  private static final Pattern UNFINISHED = Pattern.compile("([0-9]+)-[0-9]+");

  private final Path directory;

  /**
   * Makes a view of a directory.
   *
   * @param directory the directory
   */
  public RingDirectory(Path directory) {
    this.directory = directory;
  }

  /**
   * Tells where it is.
   *
   * @return the directory
   */
  public Path path() {
    return directory;
  }

  /**
   * Lists the files whose names are those of regions, by name.
   *
   * @return the files
   * @throws RegionException if the directory cannot be read
   */
  public List<RingFile> files() {
    List<RingFile> files = new ArrayList<>();
    try (DirectoryStream<Path> paths = Files.newDirectoryStream(directory)) {
      for (Path path : paths) {
        Optional<RegionName> name = RegionName.parse(path.getFileName().toString());
        if (name.isPresent()) {
          ringFile(path, name.get()).ifPresent(files::add);
        }
      }
    } catch (IOException e) {
      throw new RegionException("cannot read the directory " + directory + ": " + e, e);
    }
    files.sort(Comparator.comparing((RingFile f) -> f.name().fileName()));
    return files;
  }

  private static Optional<RingFile> ringFile(Path path, RegionName name) throws IOException {
    try {
      PosixFileAttributes attributes =
          Files.readAttributes(path, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      // A link may lead anywhere; a region is never one.
      return attributes.isRegularFile()
          ? Optional.of(new RingFile(path, name, uid(path), attributes.owner().getName()))
          : Optional.empty();
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  static long uid(Path path) throws IOException {
    return ((Number) Files.getAttribute(path, "unix:uid", LinkOption.NOFOLLOW_LINKS)).longValue();
  }

  /**
   * Makes sure that this user has no living ring of a name, and removes what dead senders of that
   * name left, unless receivers are still attached to it.
   *
   * @param name the name; the caller holds its lock
   * @return the files that were removed
   * @throws NameException if a living sender has it
   */
  public List<Path> clear(String name) {
    long own = Users.own();
    List<Path> removed = removeUnfinished(name, own);
    RingFile taken = null;
    for (RingFile file : files()) {
      if (!file.name().name().equals(name) || file.uid() != own) {
        continue;
      }
      switch (use(file)) {
        case TAKEN -> taken = file;
        case ATTACHED -> {}
        case STALE -> {
          remove(file.path());
          removed.add(file.path());
        }
      }
    }
    if (taken != null) {
      throw new NameException(
          "the name '"
              + name
              + "' is taken: process "
              + taken.name().pid()
              + " has a ring of this name open ("
              + taken.path()
              + "); close it or choose another name");
    }
    return removed;
  }

  /** Removes regions of a name that were in the making when their process died. */
  private List<Path> removeUnfinished(String name, long own) {
    List<Path> removed = new ArrayList<>();
    String prefix = Region.TEMPORARY_PREFIX + name + "-";
    try (DirectoryStream<Path> paths =
        Files.newDirectoryStream(directory, f -> f.getFileName().toString().startsWith(prefix))) {
      for (Path path : paths) {
        Matcher rest = UNFINISHED.matcher(path.getFileName().toString().substring(prefix.length()));
        if (rest.matches() && uid(path) == own && !Files.exists(PROC.resolve(rest.group(1)))) {
          remove(path);
          removed.add(path);
        }
      }
    } catch (NoSuchFileException e) {
      // Finished, or given up, since it was listed.
    } catch (IOException e) {
      throw new RegionException("cannot read the directory " + directory + ": " + e, e);
    }
    return removed;
  }

  /** What a region is used for. */
  private enum Use {
    /** Its sender is alive. */
    TAKEN,
    /** Its sender has ended, but a receiver still reads what is left. */
    ATTACHED,
    /** Nobody is there any more. */
    STALE
  }

  private static Use use(RingFile file) {
    try (Region region = Region.attach(file.path(), false)) {
      RegionHeader header = region.header();
      if (!header.sameBoot()) {
        return Use.STALE;
      }
      if (header.sender().isAlive()) {
        return Use.TAKEN;
      }
      return region.participants().hasLivingReceiver() ? Use.ATTACHED : Use.STALE;
    } catch (RegionException e) {
      if (!Files.exists(file.path(), LinkOption.NOFOLLOW_LINKS)) {
        // Closed since it was listed.
        return Use.STALE;
      }
      throw new NameException(
          "the name '"
              + file.name().name()
              + "' is taken by "
              + file.path()
              + ", which cannot be read as a region: "
              + e.getMessage()
              + "; remove the file or choose another name",
          e);
    }
  }

  private static void remove(Path path) {
    try {
      Files.deleteIfExists(path);
    } catch (IOException e) {
      throw new RegionException("cannot remove the stale region " + path + ": " + e, e);
    }
  }

  /**
   * Finds the region of a ring whose sender is alive.
   *
   * @param name the name of the ring
   * @param uid the user that it must belong to
   * @return the file
   * @throws NameException if there is none; the message tells what there is
   */
  public Path find(String name, long uid) {
    List<RingFile> all = files();
    List<RingFile> named = all.stream().filter(f -> f.name().name().equals(name)).toList();
    if (named.isEmpty()) {
      throw new NameException(
          "no ring is named '"
              + name
              + "' in "
              + directory
              + nearest(name, all)
              + "; is the sender running? A receiver can wait for it");
    }
    List<RingFile> trusted = named.stream().filter(f -> f.uid() == uid).toList();
    if (trusted.isEmpty()) {
      RingFile other = named.getFirst();
      throw new NameException(
          "the ring '"
              + name
              + "' belongs to the user "
              + other.user()
              + " (uid "
              + other.uid()
              + ", "
              + other.path()
              + "), and this receiver trusts uid "
              + uid
              + " only; say fromUser(\""
              + other.user()
              + "\") if that user is to be trusted");
    }
    List<RegionException> unsound = new ArrayList<>();
    for (RingFile file : trusted) {
      try (Region region = Region.attach(file.path(), true)) {
        if (region.state() == HeaderLayout.STATE_OPEN
            && region.header().sameBoot()
            && region.header().sender().isAlive()) {
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

  private static String nearest(String name, List<RingFile> all) {
    if (all.isEmpty()) {
      return "; there are no rings at all";
    }
    List<String> names = all.stream().map(f -> f.name().name()).distinct().toList();
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
