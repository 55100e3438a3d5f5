package hring.api.spi.region;

import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The name of a region's file: {@code <name>:<pid>:<handle>:<submission entries>:<completion
 * entries>:<instance>}. The instance is a random number of 16 hexadecimal digits: no two regions
 * ever have one path, and nobody can take a path before its region is made.
 *
 * @param name the name of the ring
 * @param pid the sender's process id
 * @param handle the number by which the transport finds the ring in the sender's process
 * @param submissionEntries how many words can be queued before they are submitted
 * @param completionEntries how many words can be in flight
 * @param instance a random number
 */
public record RegionName(
    String name,
    long pid,
    int handle,
    int submissionEntries,
    int completionEntries,
    long instance) {
  /** The longest name of a ring, in characters: with the numbers, a file name has 255 at most. */
  public static final int MAX_NAME = 200;

  /** What the name of a ring matches, as a regular expression without groups. */
  public static final String PATTERN = "[A-Za-z0-9_][A-Za-z0-9_.-]{0," + (MAX_NAME - 1) + "}";

  private static final Pattern NAME = Pattern.compile(PATTERN);

  private static final Pattern FILE =
      Pattern.compile(
          "(" + PATTERN + "):(\\d{1,10}):(\\d{1,9}):(\\d{1,9}):(\\d{1,9}):([0-9a-f]{16})");

  /**
   * Checks the name of a ring.
   *
   * @param name what a user asked for
   * @return the same
   * @throws IllegalArgumentException if it cannot be part of a file name; the message says what can
   */
  public static String requireValid(String name) {
    if (!isValid(name)) {
      throw new IllegalArgumentException(
          "'"
              + name
              + "' ("
              + name.length()
              + " characters) cannot name a ring: a name is 1 to "
              + MAX_NAME
              + " letters, digits, '_', '.' and '-' and does not start with '.' or '-'");
    }
    return name;
  }

  static boolean isValid(String name) {
    return NAME.matcher(name).matches();
  }

  /**
   * Takes a file name apart.
   *
   * @param fileName any file name
   * @return its parts, empty if it is not that of a region
   */
  public static Optional<RegionName> parse(String fileName) {
    Matcher matcher = FILE.matcher(fileName);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    return Optional.of(
        new RegionName(
            matcher.group(1),
            Long.parseLong(matcher.group(2)),
            Integer.parseInt(matcher.group(3)),
            Integer.parseInt(matcher.group(4)),
            Integer.parseInt(matcher.group(5)),
            HexFormat.fromHexDigitsToLong(matcher.group(6))));
  }

  /**
   * Composes the file name.
   *
   * @return the file name, without a directory
   */
  public String fileName() {
    return name
        + ":"
        + pid
        + ":"
        + handle
        + ":"
        + submissionEntries
        + ":"
        + completionEntries
        + ":"
        + HexFormat.of().toHexDigits(instance);
  }
}
