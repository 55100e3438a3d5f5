package hring.api.spi.region;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The name of a region's file: {@code <name>:<pid>:<handle>:<submission entries>:<completion
 * entries>}, as the C program io-uring-ipc lays it down (there the handle is the ring's file
 * descriptor).
 *
 * @param name the name of the ring
 * @param pid the sender's process id
 * @param handle the number by which the transport finds the ring in the sender's process
 * @param submissionEntries how many words can be queued before they are submitted
 * @param completionEntries how many words can be in flight
 */
public record RegionName(
    String name, long pid, int handle, int submissionEntries, int completionEntries) {
  /** The longest name of a ring, in characters: with the numbers, a file name has 255 at most. */
  public static final int MAX_NAME = 200;

  private static final Pattern NAME =
      Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]{0," + (MAX_NAME - 1) + "}");

  private static final Pattern FILE =
      Pattern.compile("(" + NAME.pattern() + "):(\\d{1,10}):(\\d{1,9}):(\\d{1,9}):(\\d{1,9})");

  /**
   * Checks the name of a ring.
   *
   * @param name what a user asked for
   * @return the same
   * @throws IllegalArgumentException if it cannot be part of a file name; the message says what can
   */
  public static String requireValid(String name) {
    if (!NAME.matcher(name).matches()) {
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
            Integer.parseInt(matcher.group(5))));
  }

  /**
   * Composes the file name.
   *
   * @return the file name, without a directory
   */
  public String fileName() {
    return name + ":" + pid + ":" + handle + ":" + submissionEntries + ":" + completionEntries;
  }
}
