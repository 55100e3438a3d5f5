package hring.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.stream.Collectors;

/**
 * Loads the API, the testkit and the allocator once more, with a call of {@link StepHook#step}
 * before each access to a memory segment, whether through {@code SharedMemory}, a {@code VarHandle}
 * or a method of {@code MemorySegment}. So an operation can be ended or held up between any two of
 * its accesses, which for the others is the same as the death or the stop of its process there: all
 * that they share is this memory.
 *
 * <p>It loads these classes itself, and does not ask its parent: on the module path any other
 * loader would find the modules that were loaded already, which have no such calls.
 */
final class SteppingLoader extends ClassLoader {
  /** The name of such a loader, by which the classes that it loaded know it. */
  static final String NAME = "stepping";

  private static final String TESTKIT = SteppingLoader.class.getPackageName() + '.';
  private static final ClassDesc HOOK = ClassDesc.of(StepHook.class.getName());
  private static final Set<String> JDK_PACKAGES =
      ModuleLayer.boot().modules().stream()
          .filter(SteppingLoader::isOfTheJdk)
          .flatMap(module -> module.getPackages().stream())
          .collect(Collectors.toUnmodifiableSet());

  /** One for each class under test: compiled once, the second scene is much faster. */
  private static final ClassValue<SteppingLoader> LOADERS =
      new ClassValue<>() {
        @Override
        protected SteppingLoader computeValue(Class<?> type) {
          return new SteppingLoader(type.getClassLoader());
        }
      };

  private final Set<String> unsteppable = new ConcurrentSkipListSet<>();

  /** Returns the loader of a provider's, or a scene's, class and of all that it uses. */
  static SteppingLoader of(Class<?> type) {
    return LOADERS.get(type);
  }

  private SteppingLoader(ClassLoader classes) {
    super(NAME, classes);
  }

  /**
   * Fails if the loaded classes use something to access memory that is not seen.
   *
   * @param cause what else went wrong, or null
   */
  void requireAllSeen(Throwable cause) {
    if (!unsteppable.isEmpty()) {
      throw new AssertionError(
          "memory is accessed in ways that cannot be stepped, so nothing is proved: "
              + String.join("; ", unsteppable)
              + "; use SharedMemory of hring.api",
          cause);
    }
  }

  private static boolean isOfTheJdk(Module module) {
    ClassLoader loader = module.getClassLoader();
    return loader == null || loader == ClassLoader.getPlatformClassLoader();
  }

  @Override
  protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
    if (JDK_PACKAGES.contains(name.substring(0, Math.max(0, name.lastIndexOf('.'))))) {
      return super.loadClass(name, resolve);
    }
    synchronized (getClassLoadingLock(name)) {
      Class<?> loaded = findLoadedClass(name);
      return loaded == null ? define(name) : loaded;
    }
  }

  private Class<?> define(String name) throws ClassNotFoundException {
    byte[] bytes;
    try (InputStream in = getParent().getResourceAsStream(name.replace('.', '/') + ".class")) {
      if (in == null) {
        throw new ClassNotFoundException(name);
      }
      bytes = in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the class " + name, e);
    }
    byte[] used = name.startsWith(TESTKIT) ? bytes : stepped(name, bytes);
    return defineClass(name, used, 0, used.length);
  }

  private byte[] stepped(String name, byte[] bytes) {
    ClassFile classFile =
        ClassFile.of(
            ClassFile.ClassHierarchyResolverOption.of(
                ClassHierarchyResolver.ofResourceParsing(getParent())
                    .orElse(ClassHierarchyResolver.defaultResolver())));
    CodeTransform announce =
        (code, element) -> {
          if (element instanceof InvokeInstruction call) {
            String type = call.owner().asInternalName();
            String method = call.name().stringValue();
            if (MemoryAccess.isAccess(type, method)) {
              code.invokestatic(HOOK, "step", MethodTypeDesc.of(ConstantDescs.CD_void));
            } else if (MemoryAccess.isHidden(type, method)) {
              unsteppable.add(name + " calls " + type.replace('/', '.') + "." + method);
            }
          }
          code.with(element);
        };
    return classFile.transformClass(
        classFile.parse(bytes), ClassTransform.transformingMethodBodies(announce));
  }
}
