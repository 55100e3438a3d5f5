package hring.cli;

import hring.api.HringException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
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
    say(command, e.getMessage() + "; see " + command.getCommandSpec().qualifiedName() + " --help");
    return ExitCode.USAGE;
  }

  @Override
  public int handleExecutionException(Exception e, CommandLine command, ParseResult parsed) {
    if (main.stackTrace) {
      e.printStackTrace(command.getErr());
    }
    return switch (e) {
      case Failure failure -> {
        say(command, failure.getMessage());
        yield failure.exitCode();
      }
      case HringException refused -> {
        say(command, refused.getMessage());
        yield ExitCode.ERROR;
      }
      case IllegalArgumentException wrong -> {
        say(command, wrong.getMessage());
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
            "this is a defect of hring: "
                + e
                + "; please report it with the output of --stacktrace");
        yield ExitCode.ERROR;
      }
    };
  }

  private static void say(CommandLine command, String sentence) {
    PrintWriter err = command.getErr();
    err.println("hring: " + sentence);
    err.flush();
  }
}
