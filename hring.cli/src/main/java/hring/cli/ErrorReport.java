package hring.cli;

import hring.api.HringException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedByInterruptException;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** Turns exceptions into one sentence on standard error and an exit code. */
final class ErrorReport implements IExecutionExceptionHandler, IParameterExceptionHandler {
  private final Main main;

  ErrorReport(Main main) {
    this.main = main;
  }

  @Override
  public int handleParseException(ParameterException e, String[] args) {
    CommandLine command = e.getCommandLine();
    String sentence = e.getMessage().replaceFirst("^Error: ", "");
    say(command, sentence + "; see " + command.getCommandSpec().qualifiedName() + " --help");
    return ExitCode.USAGE;
  }

  @Override
  public int handleExecutionException(Exception e, CommandLine command, ParseResult parsed) {
    if (main.stackTrace) {
      e.printStackTrace(command.getErr());
    }
    if (isInterrupted(e)) {
      // Whatever it broke off failed because of that, and has no remedy of its own.
      say(command, "interrupted");
      return ExitCode.INTERRUPTED;
    }
    return switch (e) {
      case Failure failure -> {
        say(command, failure.getMessage());
        yield failure.exitCode();
      }
      case HringException refused -> {
        say(command, OptionNames.in(refused.getMessage()));
        yield ExitCode.ERROR;
      }
      case IllegalArgumentException wrong -> {
        say(command, OptionNames.in(wrong.getMessage()));
        yield ExitCode.USAGE;
      }
      case IOException broken -> {
        say(command, "input or output failed: " + broken.getMessage());
        yield ExitCode.ERROR;
      }
      case UncheckedIOException broken -> {
        say(command, "input or output failed: " + broken.getCause().getMessage());
        yield ExitCode.ERROR;
      }
      default -> {
        say(
            command,
            "this is a defect of "
                + culprit(e)
                + ": "
                + e
                + "; please report it with the output of --stacktrace");
        yield ExitCode.ERROR;
      }
    };
  }

  /** The origin of the code that threw: an allocator or a transport may come from elsewhere. */
  private static String culprit(Throwable e) {
    for (StackTraceElement frame : e.getStackTrace()) {
      String module = frame.getModuleName();
      boolean jdk = module != null && (module.startsWith("java.") || module.startsWith("jdk."));
      if (!jdk) {
        return frame.getClassName().startsWith("hring.")
            ? "hring"
            : frame.getClassName() + (module == null ? "" : " in the module " + module);
      }
    }
    return "hring";
  }

  private static boolean isInterrupted(Throwable e) {
    boolean interrupted = Thread.currentThread().isInterrupted();
    for (Throwable cause = e; cause != null && !interrupted; cause = cause.getCause()) {
      interrupted = cause instanceof ClosedByInterruptException;
    }
    return interrupted;
  }

  /** Writes a sentence to standard error, as all of them are written. */
  static void say(CommandLine command, String sentence) {
    PrintWriter err = command.getErr();
    err.println("hring: " + sentence);
    err.flush();
  }
}
