package hring.api.internal.naming;

import hring.api.spi.region.Region;
import hring.api.spi.region.RegionName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A file whose name is that of a region, or of one in the making.
 *
 * @param path the file
 * @param name what its name says; of one in the making, the ring's name and the process
 * @param uid the user it belongs to
 * @param finished false if it is in the making, or was when its process died
 */
public record RingFile(Path path, RegionName name, long uid, boolean finished) {
  private static final Pattern NUMBER = Pattern.compile("-?[0-9]+");

  /** How the name of a region in the making is composed: ring, process, random number. */
  private static final Pattern UNFINISHED =
      Pattern.compile(
          Pattern.quote(Region.TEMPORARY_PREFIX)
              + "("
              + RegionName.PATTERN
              + ")-([0-9]{1,10})-[0-9a-f]{1,8}");

  /**
   * Returns what a file's name says, whatever the file is.
   *
   * @param path the file
   * @return the name; empty if it is not that of a region
   */
  static Optional<RegionName> parse(Path path) {
    String fileName = path.getFileName().toString();
    if (!fileName.startsWith(Region.TEMPORARY_PREFIX)) {
      return RegionName.parse(fileName);
    }
    Matcher matcher = UNFINISHED.matcher(fileName);
    return matcher.matches()
        ? Optional.of(
            new RegionName(matcher.group(1), Long.parseLong(matcher.group(2)), 0, 0, 0, 0))
        : Optional.empty();
  }

  static boolean isFinished(Path path) {
    return !path.getFileName().toString().startsWith(Region.TEMPORARY_PREFIX);
  }

  /**
   * Returns the name of the user it belongs to.
   *
   * @return the name, or the number if it has none
   */
  public String user() {
    try {
      String name = Files.getOwner(path, LinkOption.NOFOLLOW_LINKS).getName();
      // To the JDK, the number of a user without a name has 31 bits and a sign.
      return NUMBER.matcher(name).matches() ? Long.toString(uid) : name;
    } catch (IOException e) {
      // Gone meanwhile: the number is what is known.
      return Long.toString(uid);
    }
  }
}
