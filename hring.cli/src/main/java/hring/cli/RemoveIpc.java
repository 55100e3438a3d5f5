package hring.cli;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;

/**
 * Whether systemd-logind will remove the files of a user in {@code /dev/shm} when the user's last
 * session ends: RemoveIPC in logind.conf(5). Rings that the user's processes have open lose their
 * names then.
 */
final class RemoveIpc {
  /** SYSTEM_UID_MAX of most distributions: users up to here are left alone. */
  private static final long SYSTEM_USERS = 999;

  private static final String SETTING = "RemoveIPC=";

  /** In the order in which a file of one name hides those after it. */
  private static final List<String> DIRECTORIES =
      List.of("etc/systemd", "run/systemd", "usr/local/lib/systemd", "usr/lib/systemd");

  private RemoveIpc() {}

  /**
   * Returns what is to be said about a user.
   *
   * @param root the root of the file system
   * @param uid the user's number
   * @param user the user's name
   * @return a sentence
   * @throws IOException if a file that exists cannot be read
   */
  static String sentence(Path root, long uid, String user) throws IOException {
    if (!Files.isDirectory(root.resolve("run/systemd/system"))) {
      return "no systemd runs here, so nobody removes a user's files when the user logs out";
    }
    if (uid <= SYSTEM_USERS) {
      return "this is a system user, whose files systemd leaves alone";
    }
    if (Files.exists(root.resolve("var/lib/systemd/linger").resolve(user))) {
      return "this user lingers, so systemd leaves the files in /dev/shm alone";
    }
    if (!removes(root)) {
      return "systemd leaves the files of users in /dev/shm alone (RemoveIPC=no)";
    }
    return "WARNING: when this user's last session ends, systemd removes the user's files in"
        + " /dev/shm, open rings included; say 'loginctl enable-linger "
        + user
        + "', run as a system user, or set RemoveIPC=no in logind.conf";
  }

  private static boolean removes(Path root) throws IOException {
    String value = "yes";
    for (Path file : files(root)) {
      for (String line : Files.readAllLines(file)) {
        String setting = line.strip();
        if (setting.startsWith(SETTING)) {
          value = setting.substring(SETTING.length()).strip();
        }
      }
    }
    return !List.of("no", "false", "off", "0").contains(value);
  }

  /** The main file, then the others by their names. */
  private static List<Path> files(Path root) throws IOException {
    TreeMap<String, Path> byName = new TreeMap<>();
    for (String directory : DIRECTORIES) {
      Path main = root.resolve(directory).resolve("logind.conf");
      if (Files.exists(main)) {
        // Sorts before every name.
        byName.putIfAbsent("", main);
      }
      Path others = root.resolve(directory).resolve("logind.conf.d");
      if (Files.isDirectory(others)) {
        try (DirectoryStream<Path> found = Files.newDirectoryStream(others, "*.conf")) {
          found.forEach(file -> byName.putIfAbsent(file.getFileName().toString(), file));
        }
      }
    }
    return List.copyOf(byName.values());
  }
}
