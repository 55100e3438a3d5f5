package hring.testkit;

import java.net.URI;
import java.nio.file.Path;

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
}
