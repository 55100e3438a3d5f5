package hring.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The command hring. */
@Command(
    name = "hring",
    description = "Messages between processes without copying, over io_uring and shared memory.",
    subcommands = {
      DemoCommand.class,
      DemoReceiverCommand.class,
      SendCommand.class,
      RecvCommand.class,
      TapCommand.class,
      ListCommand.class,
      RemoveCommand.class,
      DoctorCommand.class,
      DoctorReceiverCommand.class
    },
    mixinStandardHelpOptions = true,
    scope = ScopeType.INHERIT,
    versionProvider = Main.Version.class,
    synopsisSubcommandLabel = "COMMAND",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      " 0:all went well",
      " 1:something failed; the sentence on standard error says what, why and what to do",
      " 2:wrong arguments",
      " 3:the sender died; everything that it had submitted was received",
      " 4:no such ring, or nobody came in the time that --wait gives",
      " 5:send: all was sent, but receivers died and messages that they had taken are lost",
      "130:interrupted by Ctrl-C (SIGINT); 143 by SIGTERM"
    })
public final class Main {
  /** How long an interrupted command may take to clean up. */
  private static final long CLEAN_UP_SECONDS = 5;

  @Option(
      names = "--stacktrace",
      scope = ScopeType.INHERIT,
      description = "Prints where an error came from, for bug reports.")
  boolean stackTrace;

  private Main() {}

  /**
   * Runs the command and ends the process with its exit code.
   *
   * @param args what the user typed
   */
  public static void main(String[] args) {
    CountDownLatch done = new CountDownLatch(1);
    Thread command = Thread.currentThread();
    // Ctrl-C and SIGTERM: the command's own thread closes what it holds, as after any error.
    Runtime.getRuntime().addShutdownHook(new Thread(() -> interrupt(command, done)));
    int exitCode = run(args);
    done.countDown();
    System.exit(exitCode);
  }

  private static void interrupt(Thread command, CountDownLatch done) {
    command.interrupt();
    try {
      done.await(CLEAN_UP_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  static int run(String... args) {
    Main main = new Main();
    ErrorReport errors = new ErrorReport(main);
    return new CommandLine(main)
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setExecutionExceptionHandler(errors)
        .setParameterExceptionHandler(errors)
        .execute(args);
  }

  /** Returns the version that the build wrote into the module's descriptor. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      String version = Main.class.getModule().getDescriptor().rawVersion().orElse("unknown");
      return new String[] {"hring " + version, "Java " + Runtime.version()};
    }
  }
}
