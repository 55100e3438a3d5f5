package hring.api.internal.naming;

import hring.api.NameException;
import hring.api.RegionException;
import hring.api.spi.region.Region;
import hring.api.spi.region.SystemCalls;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;

/** Users by their numbers, which the JDK hides. */
public final class Users {
  private static final Path UID_MAP = Path.of("/proc/self/uid_map");

  /** The kernel's default, see /proc/sys/kernel/overflowuid in proc(5). */
  private static final long OVERFLOW = 65534;

  private static final Pattern NUMBER = Pattern.compile("[0-9]{1,10}");

  /** uid_t has 32 bits, and -1 is nobody: see chown(2). */
  private static final long MAX = (1L << 32) - 2;

  private Users() {}

  /**
   * Returns who this process is to the file system.
   *
   * @return the numeric user id
   */
  public static long own() {
    return SystemCalls.present().userId();
  }

  /**
   * Returns whether a number stands for every user that has none in this process's user namespace,
   * see user_namespaces(7): files of such users all seem to belong to it.
   *
   * @param uid the numeric user id
   * @return true for the overflow id in a user namespace that does not have all users
   */
  public static boolean isAnybody(long uid) {
    return uid == OVERFLOW && !Everybody.HAS_A_NUMBER;
  }

  /** Looked up once: a process changes its user namespace hardly ever, and a JVM never. */
  private static final class Everybody {
    static final boolean HAS_A_NUMBER = hasANumber();

    private static boolean hasANumber() {
      try {
        return Files.readString(UID_MAP).strip().split(" +", -1)[2].equals("4294967295");
      } catch (IOException | ArrayIndexOutOfBoundsException e) {
        // Without /proc nobody knows: then that number is not trusted.
        return false;
      }
    }
  }

  /**
   * Finds a user.
   *
   * @param user a name that getpwnam(3) knows, or a number
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
      long uid = SystemCalls.present().findUser(user);
      if (uid >= 0) {
        return uid;
      }
    } catch (IOException e) {
      throw new NameException(
          "cannot look up the user '"
              + user
              + "': "
              + e.getMessage()
              + "; give the number of the user instead",
          e);
    }
    throw new NameException(
        "no user is named '" + user + "' on this system; give the number of the user instead");
  }

  /**
   * Checks whose region was mapped. Its owner was looked at by the file's path before; this is the
   * owner of what is mapped.
   *
   * @param region the region
   * @param uid the user that it must belong to
   * @throws RegionException if it belongs to another user, or nobody knows to whom
   */
  public static void requireOwner(Region region, long uid) {
    if (region.uid() != uid) {
      throw new RegionException(
          region.file()
              + " belongs to uid "
              + region.uid()
              + ", and this process trusts uid "
              + uid
              + " only");
    }
    if (isAnybody(uid)) {
      throw new RegionException(
          region.file()
              + " belongs to a user who has no number in this user namespace (uid "
              + uid
              + " stands for all of them): map that user here, and say fromUser with its number");
    }
  }
}
