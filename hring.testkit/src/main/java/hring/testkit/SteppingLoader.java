package hring.testkit;

import hring.api.spi.alloc.SharedMemory;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeTransform;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.lang.reflect.AccessFlag;

/**
 * Loads the API, the testkit and the allocator once more, with a {@link SharedMemory} that calls
 * {@link StepHook#step} before each access. So an operation can be ended or held up between any two
 * of its accesses, which for the others is the same as the death or the stop of its process there:
 * all that they share is this memory.
 */
final class SteppingLoader extends ClassLoader {
  private static final String HOOK = StepHook.class.getName();

  SteppingLoader() {
    super("stepping", ClassLoader.getPlatformClassLoader());
  }

  @Override
  protected Class<?> findClass(String name) throws ClassNotFoundException {
    String resource = name.replace('.', '/') + ".class";
    try (InputStream in = ClassLoader.getSystemResourceAsStream(resource)) {
      if (in == null) {
        throw new ClassNotFoundException(name);
      }
      byte[] bytes = in.readAllBytes();
      if (name.equals(SharedMemory.class.getName())) {
        bytes = patch(bytes);
      }
      return defineClass(name, bytes, 0, bytes.length);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the class " + name, e);
    }
  }

  private static byte[] patch(byte[] bytes) {
    ClassFile classFile = ClassFile.of();
    CodeTransform callHook =
        new CodeTransform() {
          @Override
          public void atStart(CodeBuilder builder) {
            builder.invokestatic(
                ClassDesc.of(HOOK), "step", MethodTypeDesc.of(ConstantDescs.CD_void));
          }

          @Override
          public void accept(CodeBuilder builder, CodeElement element) {
            builder.with(element);
          }
        };
    return classFile.transformClass(
        classFile.parse(bytes),
        ClassTransform.transformingMethodBodies(
            method ->
                method.flags().has(AccessFlag.PUBLIC) && method.flags().has(AccessFlag.STATIC),
            callHook));
  }
}
