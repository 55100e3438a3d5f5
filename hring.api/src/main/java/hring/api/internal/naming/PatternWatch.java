package hring.api.internal.naming;

import hring.api.RegionException;
import hring.api.internal.naming.RegionProbe.Use;
import hring.api.spi.region.HeaderLayout;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Finds the rings whose names match a pattern, as they appear, one look at a time. A look reads the
 * directory only if that has changed, and so rarely that reading takes up no more than a hundredth
 * of the time; but it rests for {@value #MOST_REST_SECONDS} s at most, or for as long as the
 * reading took: that may have been for another reason than the number of files, such as a thread
 * that did not run. A file that was told, or whose sender has ended, is looked at no more. Used by
 * one thread.
 */
public final class PatternWatch {
  private static final System.Logger LOG = System.getLogger("hring");

  /** After a reading, it is not read again for so many times as long as that took. */
  private static final int REST = 100;

  private static final long MOST_REST_SECONDS = 1;
  private static final long MOST_REST_NANOS = TimeUnit.SECONDS.toNanos(MOST_REST_SECONDS);

  private final RingDirectory directory;
  private final long uid;
  private final Predicate<String> names;
  private final DirectoryChanges changes;
  private final Set<Path> done = new HashSet<>();
  private List<RingFile> candidates = new ArrayList<>();
  private final LongSupplier clock;
  private boolean readDue;
  private long nextRead;
  private boolean toldOfFailedLook;

  /**
   * Creates a watch.
   *
   * @param directory where the regions lie
   * @param pattern which names: a glob as of {@link java.nio.file.FileSystem#getPathMatcher}
   * @param uid the user that the rings must belong to
   * @throws java.util.regex.PatternSyntaxException if the pattern is no glob
   */
  public PatternWatch(RingDirectory directory, String pattern, long uid) {
    this(directory, pattern, uid, System::nanoTime);
  }

  PatternWatch(RingDirectory directory, String pattern, long uid, LongSupplier clock) {
    this.clock = clock;
    nextRead = clock.getAsLong();
    this.directory = directory;
    this.uid = uid;
    PathMatcher matcher = FileSystems.getDefault().getPathMatcher("glob:" + pattern);
    names = name -> matcher.matches(Path.of(name));
    changes = new DirectoryChanges(directory.path());
  }

  /**
   * Lists the files whose rings may have to be received from; {@link #isOpen} says of which.
   *
   * @return a copy of the list of files that {@link #done} was not called for
   * @throws RegionException if the directory cannot be read
   */
  public List<RingFile> candidates() {
    readDirectory();
    return List.copyOf(candidates);
  }

  /**
   * Leaves a file out from now on. No two regions ever have one path.
   *
   * @param file the file
   */
  public void done(Path file) {
    done.add(file);
    candidates.removeIf(candidate -> candidate.path().equals(file));
  }

  private void readDirectory() {
    readDue |= changes.isReadDue();
    long start = clock.getAsLong();
    if (!readDue || start - nextRead < 0) {
      return;
    }
    List<RingFile> found =
        directory.matching(names).stream().filter(f -> f.uid() == uid && f.finished()).toList();
    // Not before: if that threw, it is tried again.
    readDue = false;
    done.retainAll(found.stream().map(RingFile::path).collect(Collectors.toSet()));
    candidates = new ArrayList<>(found);
    candidates.removeIf(file -> done.contains(file.path()));
    long end = clock.getAsLong();
    long took = end - start;
    nextRead = end + Math.min(REST * took, Math.max(took, MOST_REST_NANOS));
  }

  /**
   * Looks at a candidate. Some system calls.
   *
   * @param file the file
   * @return whether its ring is open, and its sender alive. If that has ended, the file is no
   *     candidate any more
   */
  public boolean isOpen(RingFile file) {
    RegionProbe probe = RegionProbe.of(file.path());
    if (probe.failure() != null && !toldOfFailedLook) {
      toldOfFailedLook = true;
      LOG.log(
          System.Logger.Level.WARNING,
          "cannot see whether " + file.path() + " is a ring to receive from; looking again",
          probe.failure());
    }
    if (probe.hasEnded()) {
      done(file.path());
    }
    return probe.use() == Use.TAKEN && probe.state() == HeaderLayout.STATE_OPEN;
  }
}
