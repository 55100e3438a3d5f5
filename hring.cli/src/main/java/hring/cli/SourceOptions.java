package hring.cli;

import hring.api.NameException;
import hring.api.spi.region.RegionFiles;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.Supplier;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The ring whose messages a command writes to standard output, and how it writes them. */
final class SourceOptions {
  @Parameters(paramLabel = "NAME", description = "The name of the ring.")
  String name;

  @Option(
      names = "--wait",
      paramLabel = "DURATION",
      converter = WaitTime.class,
      description =
          "How long to wait for the sender to open the ring: 500ms, 10s, 2m (default: not at all).")
  Duration wait = Duration.ZERO;

  @Option(
      names = "--lines",
      description = "Ends each message with a newline unless it has one already.")
  boolean lines;

  @Option(
      names = "--from-user",
      paramLabel = "USER",
      description = "Trusts a ring of this user (default: only one's own).")
  private String user;

  @Option(
      names = "--dir",
      paramLabel = "DIRECTORY",
      description = "The directory of the region (default: /dev/shm).")
  Path directory = RegionFiles.SHM;

  /**
   * Opens what reads the ring.
   *
   * @param fromUser is told the user to trust, if one was given
   * @param open opens it
   * @throws Failure if there is no such ring, or it did not come in time
   */
  <T> T open(Consumer<String> fromUser, Supplier<T> open) {
    if (user != null) {
      fromUser.accept(user);
    }
    try {
      return open.get();
    } catch (NameException e) {
      throw new Failure(ExitCode.NOT_THERE, OptionNames.in(e.getMessage()), e);
    }
  }
}
