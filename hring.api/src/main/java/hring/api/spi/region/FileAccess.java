package hring.api.spi.region;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;

/** Words about who may open a file. */
final class FileAccess {
  private FileAccess() {}

  /** The JDK prints the number of a user without a name as a signed int; it is unsigned. */
  private static String name(UserPrincipal who) {
    String name = who.getName();
    return name.matches("-[0-9]{1,10}") ? Integer.toUnsignedString(Integer.parseInt(name)) : name;
  }

  static String describe(Path file) {
    try {
      PosixFileAttributes attributes =
          Files.readAttributes(file, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      return "owner "
          + name(attributes.owner())
          + ", group "
          + name(attributes.group())
          + ", mode "
          + PosixFilePermissions.toString(attributes.permissions());
    } catch (IOException e) {
      return "its owner cannot be read: " + e;
    }
  }
}
