package hring.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Stream;

/**
 * A checkout as bin/hring wants to find it: with the packaged modules, but without sources, so that
 * nothing that is saved during the tests makes it build.
 */
final class Checkout {
  private static final Path MODULES = Path.of(System.getProperty("hring.modules"));
  private static Path shared;

  private final Path root;

  private Checkout(Path root) {
    this.root = root;
  }

  /** Returns the bin/hring that the tests share. */
  static synchronized Path command() throws IOException {
    if (shared == null) {
      Checkout checkout = unbuilt(MODULES.resolveSibling("checkout"));
      checkout.putModules();
      Files.writeString(checkout.root.resolve("hring.cli/target/built"), "");
      shared = checkout.script();
    }
    return shared;
  }

  /** Creates a checkout in which nothing is built, or makes one anew. */
  static Checkout unbuilt(Path root) throws IOException {
    Path bin = Files.createDirectories(root.resolve("bin"));
    Path original = Path.of(System.getProperty("hring.root"), "bin");
    for (String script : List.of("hring", "find-jdk")) {
      Files.copy(
          original.resolve(script),
          bin.resolve(script),
          StandardCopyOption.REPLACE_EXISTING,
          StandardCopyOption.COPY_ATTRIBUTES);
    }
    Files.writeString(root.resolve("pom.xml"), "");
    for (String module : modules()) {
      Files.createDirectories(root.resolve(module).resolve("src/main"));
      Files.writeString(root.resolve(module).resolve("pom.xml"), "");
    }
    Files.createDirectories(root.resolve("hring.cli/target"));
    return new Checkout(root);
  }

  private static List<String> modules() throws IOException {
    try (Stream<Path> jars = Files.list(MODULES)) {
      return jars.map(jar -> jar.getFileName().toString())
          .filter(jar -> jar.startsWith("hring."))
          .map(jar -> jar.substring(0, jar.indexOf('-')))
          .toList();
    }
  }

  private void putModules() throws IOException {
    Path link = root.resolve("hring.cli/target/modules");
    Files.deleteIfExists(link);
    Files.createSymbolicLink(link, MODULES);
  }

  Path script() {
    return root.resolve("bin/hring");
  }
}
