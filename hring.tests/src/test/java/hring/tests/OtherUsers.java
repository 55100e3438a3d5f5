package hring.tests;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

/** Processes of other users, which only root can start. */
final class OtherUsers {
  private OtherUsers() {}

  /** Skips the test, and says what is not tested, if this process cannot start them. */
  static void require(String what) throws IOException {
    Assumptions.assumeTrue(
        Files.getAttribute(Path.of("/proc/self/stat"), "unix:uid").equals(0),
        "NOT TESTED: " + what + ", because this is not root");
    Assumptions.assumeTrue(
        canReadClasses(), "NOT TESTED: " + what + ", because others cannot read the classes");
  }

  /** The prefix of a command that is to be run as another user. */
  static List<String> as(String uid) {
    return List.of("setpriv", "--reuid", uid, "--regid", uid, "--clear-groups");
  }

  /** Whether every directory on the way to the classes lets others through. */
  private static boolean canReadClasses() throws IOException {
    Path path =
        Path.of(
            URI.create(
                OtherUsers.class.getProtectionDomain().getCodeSource().getLocation().toString()));
    for (Path p = path; p != null; p = p.getParent()) {
      if (!Files.getPosixFilePermissions(p).contains(PosixFilePermission.OTHERS_EXECUTE)) {
        return false;
      }
    }
    return true;
  }
}
