package hring.testkit;

import hring.api.spi.alloc.AllocatorProvider;
import hring.api.spi.alloc.SharedMemory;
import hring.testkit.Mutation.Edit;
import java.io.File;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.lang.module.Configuration;
import java.lang.module.ModuleFinder;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/**
 * The allocators under examples/, compiled here from their sources, as they are or after edits. On
 * the module path they are modules, on the class path they are not: as it is for their authors.
 */
enum Example {
  BUMP("bump"),
  FREELIST("freelist");

  private static final Path EXAMPLES = Path.of("..", "examples").toAbsolutePath().normalize();

  private final String title;

  Example(String title) {
    this.title = title;
  }

  static boolean isOnModulePath() {
    return Example.class.getModule().isNamed();
  }

  /** Compiles the allocator as it is, in a directory that the caller removes. */
  AllocatorProvider compile(Path directory) {
    return compile(directory, List.of());
  }

  /** Compiles the allocator after edits, each of which must apply exactly once. */
  AllocatorProvider compile(Path directory, List<Edit> edits) {
    try {
      Path sources = directory.resolve("sources");
      Path classes = directory.resolve("classes");
      edit(sources, edits);
      compile(sources, classes);
      return load(classes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void edit(Path to, List<Edit> edits) throws IOException {
    Path from = EXAMPLES.resolve(title + "-allocator/src/main/java");
    List<Edit> left = new ArrayList<>(edits);
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.filter(each -> each.toString().endsWith(".java")).toList()) {
        boolean descriptor = file.endsWith("module-info.java");
        if (descriptor && !isOnModulePath()) {
          continue;
        }
        String text = Files.readString(file);
        for (Edit edit : edits) {
          if (file.endsWith(edit.file())) {
            text = edit.apply(text);
            left.remove(edit);
          }
        }
        Path target = to.resolve(from.relativize(file));
        Files.createDirectories(target.getParent());
        Files.writeString(target, text);
      }
    }
    if (!left.isEmpty()) {
      throw new AssertionError("no file of " + title + " is named as in " + left);
    }
  }

  private static void compile(Path sources, Path classes) throws IOException {
    Files.createDirectories(classes);
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    StringWriter messages = new StringWriter();
    try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null);
        Stream<Path> found = Files.walk(sources)) {
      List<Path> units = found.filter(Files::isRegularFile).toList();
      List<String> options =
          List.of(
              "-g",
              "-proc:none",
              "-nowarn",
              isOnModulePath() ? "--module-path" : "-classpath",
              ClassRoot.of(SharedMemory.class),
              "-d",
              classes.toString());
      if (!compiler
          .getTask(messages, files, null, options, null, files.getJavaFileObjectsFromPaths(units))
          .call()) {
        throw new AssertionError("an edited example cannot be compiled:\n" + messages);
      }
    }
  }

  private AllocatorProvider load(Path classes) throws IOException {
    String module = "com.example." + title;
    String provider =
        module + "." + title.substring(0, 1).toUpperCase() + title.substring(1) + "Provider";
    ClassLoader parent = Example.class.getClassLoader();
    ClassLoader loader;
    if (isOnModulePath()) {
      ModuleLayer boot = ModuleLayer.boot();
      Configuration configuration =
          boot.configuration().resolve(ModuleFinder.of(classes), ModuleFinder.of(), Set.of(module));
      ModuleLayer.Controller layer =
          ModuleLayer.defineModulesWithOneLoader(configuration, List.of(boot), parent);
      Module defined = layer.layer().findModule(module).orElseThrow();
      // As a build tool does for the tests of a module.
      layer.addOpens(defined, module, Example.class.getModule());
      loader = defined.getClassLoader();
    } else {
      loader = new URLClassLoader(new URL[] {classes.toUri().toURL()}, parent);
    }
    try {
      return (AllocatorProvider) PoolWorkerMain.instance(provider, loader);
    } catch (ReflectiveOperationException e) {
      throw new LinkageError("cannot make " + provider, e);
    }
  }

  /** Removes what was compiled. */
  static void remove(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      File[] deepestFirst =
          files.map(Path::toFile).sorted((a, b) -> b.compareTo(a)).toArray(File[]::new);
      Arrays.stream(deepestFirst).forEach(File::delete);
    }
  }
}
