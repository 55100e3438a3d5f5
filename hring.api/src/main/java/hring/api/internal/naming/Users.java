package hring.api.internal.naming;

import hring.api.NameException;
import hring.api.RegionException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;

/** Users by their numbers, which the JDK hides. */
public final class Users {
  private static final Path PASSWD = Path.of("/etc/passwd");
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final Pattern NUMBER = Pattern.compile("[0-9]{1,10}");

  /** uid_t has 32 bits, and -1 is nobody: see chown(2). */
  private static final long MAX = (1L << 32) - 2;

  private static final int UID_FIELD = 2;

  private Users() {}

  /**
   * Tells who this process is to the file system.
   *
   * @return the numeric user id
   * @throws RegionException if {@code /proc} cannot be read
   */
  public static long own() {
    // proc_pid_status(5): "Uid:" real, effective, saved, file system.
    try {
      for (String line : Files.readAllLines(STATUS, StandardCharsets.ISO_8859_1)) {
        if (line.startsWith("Uid:")) {
          return Long.parseLong(line.substring(line.lastIndexOf('\t') + 1));
        }
      }
    } catch (IOException e) {
      throw new RegionException(
          "cannot read " + STATUS + ": " + e + "; hring needs Linux with /proc mounted", e);
    }
    throw new RegionException(STATUS + " has no line for the user id: hring needs Linux");
  }

  /**
   * Finds a user.
   *
   * @param user a name in passwd(5), or a number
   * @return the numeric user id
   * @throws NameException if there is no such user, or no such number can be
   */
  public static long find(String user) {
    return NUMBER.matcher(user).matches() ? number(user) : byName(user);
  }

  private static long number(String digits) {
    long number = Long.parseLong(digits);
    if (number > MAX) {
      throw new NameException("the number of a user is from 0 to " + MAX + ", not " + digits);
    }
    return number;
  }

  private static long byName(String user) {
    try {
      // Other fields may be in any encoding.
      String passwd = new String(Files.readAllBytes(PASSWD), StandardCharsets.UTF_8);
      for (String line : passwd.split("\n", -1)) {
        String[] fields = line.split(":", -1);
        // Lines of other forms are for nss(5), and name nobody by number.
        if (fields.length > UID_FIELD
            && fields[0].equals(user)
            && NUMBER.matcher(fields[UID_FIELD]).matches()) {
          return number(fields[UID_FIELD]);
        }
      }
    } catch (IOException e) {
      throw new NameException("cannot look up the user '" + user + "' in " + PASSWD + ": " + e, e);
    }
    throw new NameException(
        "no user is named '" + user + "' in " + PASSWD + "; give the number of the user instead");
  }
}
