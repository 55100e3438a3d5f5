package hring.cli;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Starts this command once more, in a JVM with the same options. */
final class SecondJvm {
  /** Set by the java launcher from --module, which the second process is given anew. */
  private static final String MAIN_MODULE = "-Djdk.module.main";

  private SecondJvm() {}

  /**
   * Starts it. What it writes to standard error appears on this process's.
   *
   * @param arguments those of the command
   * @return the process
   */
  static Process start(List<String> arguments) throws IOException {
    List<String> line = new ArrayList<>();
    line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(option -> !option.startsWith(MAIN_MODULE))
        .forEach(line::add);
    line.addAll(List.of("--module", "hring.cli/hring.cli.Main"));
    line.addAll(arguments);
    ProcessBuilder builder = new ProcessBuilder(line).redirectError(Redirect.INHERIT);
    // The options that this process took from them are on the line already.
    builder.environment().keySet().removeAll(List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS"));
    return builder.start();
  }
}
