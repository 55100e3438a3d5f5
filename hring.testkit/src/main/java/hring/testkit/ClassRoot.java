package hring.testkit;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.stream.Stream;

/** Finds where classes come from. */
final class ClassRoot {
  private ClassRoot() {}

  /** Returns the jar or directory of a class; of one patched into a module, that of the patch. */
  static String of(Class<?> type) {
    String resource = type.getName().replace('.', '/') + ".class";
    String name = resource.substring(resource.lastIndexOf('/') + 1);
    String url = String.valueOf(type.getResource(name));
    if (url.startsWith("jar:")) {
      return Path.of(URI.create(url.substring("jar:".length(), url.indexOf("!/")))).toString();
    }
    Path file = Path.of(URI.create(url));
    return file.getRoot()
        .resolve(file.subpath(0, file.getNameCount() - Path.of(resource).getNameCount()))
        .toString();
  }

  /**
   * Returns a class path that has all classes of this JVM: first where some classes are, then the
   * module path, then the class path.
   */
  static String classPath(Class<?>... first) {
    Set<String> entries = new LinkedHashSet<>();
    for (Class<?> type : first) {
      entries.add(of(type));
    }
    for (String entry : split(System.getProperty("jdk.module.path", ""))) {
      addModules(entries, Path.of(entry));
    }
    entries.addAll(Arrays.asList(split(System.getProperty("java.class.path", ""))));
    return String.join(File.pathSeparator, entries);
  }

  private static String[] split(String path) {
    return path.isEmpty() ? new String[0] : path.split(File.pathSeparator, -1);
  }

  /** Adds a module, or all modules of a directory of them. */
  private static void addModules(Set<String> entries, Path entry) {
    entries.add(entry.toString());
    if (!Files.isDirectory(entry) || Files.exists(entry.resolve("module-info.class"))) {
      return;
    }
    try (Stream<Path> modules = Files.list(entry)) {
      modules.map(Path::toString).sorted().forEach(entries::add);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot list the modules in " + entry, e);
    }
  }
}
