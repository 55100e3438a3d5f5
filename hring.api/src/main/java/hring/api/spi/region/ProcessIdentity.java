package hring.api.spi.region;

import hring.api.HringException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * One process, never mistaken for a later one with the same number: its id, when it started, and
 * the namespace in which the id is valid. Read from {@code /proc}, see proc_pid_stat(5) and
 * pid_namespaces(7).
 *
 * @param pid the process id
 * @param startTime when it started, in clock ticks since boot
 * @param namespace the inode of its pid namespace
 */
public record ProcessIdentity(long pid, long startTime, long namespace) {
  private static final Path PROC = Path.of("/proc");
  private static final long GONE = -1;

  /**
   * In proc_pid_stat(5) the start time is field 22; behind the closing bracket of field 2 it is the
   * twentieth.
   */
  private static final int START_TIME_AFTER_NAME = 20;

  private static final int STATE_AFTER_NAME = 1;
  private static final int THREADS_AFTER_NAME = 18;

  /**
   * Identifies this process.
   *
   * @return its identity
   * @throws HringException if {@code /proc} cannot be read
   */
  public static ProcessIdentity self() {
    return Self.IDENTITY;
  }

  /**
   * Tells whether this very process still runs. A zombie does not.
   *
   * @return true if a process with this id and this start time runs
   * @throws HringException if it runs in another pid namespace, where its id means nothing to this
   *     process
   */
  public boolean isAlive() {
    if (namespace != self().namespace) {
      throw new HringException(
          "process "
              + pid
              + " lives in pid namespace "
              + namespace
              + ", this one in "
              + self().namespace
              + ": neither can tell whether the other is alive; run both in one pid namespace"
              + " (containers: --pid=container:...)");
    }
    return startTime(pid) == startTime;
  }

  private static long startTime(long pid) {
    String stat;
    try {
      stat =
          Files.readString(
              PROC.resolve(Long.toString(pid)).resolve("stat"), StandardCharsets.ISO_8859_1);
    } catch (NoSuchFileException e) {
      return GONE;
    } catch (IOException e) {
      // The process ended between open and read: read(2) gives ESRCH.
      if (!Files.exists(PROC.resolve(Long.toString(pid)))) {
        return GONE;
      }
      throw new HringException(
          "cannot read /proc/" + pid + "/stat: " + e + "; is /proc mounted with hidepid?", e);
    }
    String[] fields = stat.substring(stat.lastIndexOf(')') + 1).split(" ", -1);
    char state = fields[STATE_AFTER_NAME].charAt(0);
    // Of a process whose first thread has ended, the others may go on.
    boolean ended =
        state == 'X' || state == 'Z' && Integer.parseInt(fields[THREADS_AFTER_NAME]) <= 1;
    return ended ? GONE : Long.parseLong(fields[START_TIME_AFTER_NAME]);
  }

  private static final class Self {
    static final ProcessIdentity IDENTITY = read();

    private static ProcessIdentity read() {
      long pid = ProcessHandle.current().pid();
      try {
        // A link to "pid:[4026531836]".
        String link = Files.readSymbolicLink(PROC.resolve("self/ns/pid")).toString();
        long namespace = Long.parseLong(link.substring(link.indexOf('[') + 1, link.length() - 1));
        return new ProcessIdentity(pid, ProcessIdentity.startTime(pid), namespace);
      } catch (IOException e) {
        throw new HringException(
            "cannot read /proc/self/ns/pid: " + e + "; hring needs Linux with /proc mounted", e);
      }
    }
  }
}
