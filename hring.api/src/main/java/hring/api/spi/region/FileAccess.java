package hring.api.spi.region;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;

/** Words about who may open a file. */
final class FileAccess {
  private FileAccess() {}

  static String describe(Path file) {
    try {
      PosixFileAttributes attributes =
          Files.readAttributes(file, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      return "owner "
          + attributes.owner().getName()
          + ", group "
          + attributes.group().getName()
          + ", mode "
          + PosixFilePermissions.toString(attributes.permissions());
    } catch (IOException e) {
      return "its owner cannot be read: " + e;
    }
  }
}
