package hring.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.util.Optional;

/** A shared library of the system that may or may not be installed. Loaded once, never unloaded. */
@SuppressWarnings("restricted") // This is the module that --enable-native-access names.
public final class NativeLibrary {
  private final SymbolLookup symbols;

  private NativeLibrary(SymbolLookup symbols) {
    this.symbols = symbols;
  }

  /**
   * Loads a library, as dlopen(3) finds it.
   *
   * @param soname its name with its version, for instance "liburing.so.2"
   * @return the library, empty if it is not installed
   * @throws IllegalCallerException if native access is not allowed
   */
  public static Optional<NativeLibrary> load(String soname) {
    try {
      return Optional.of(new NativeLibrary(SymbolLookup.libraryLookup(soname, Arena.global())));
    } catch (IllegalArgumentException e) {
      // Not installed, which is nothing to complain about here: the caller knows another way.
      return Optional.empty();
    }
  }

  /**
   * Links a function. The handle does not capture {@code errno}.
   *
   * @param name the name of the function
   * @param descriptor its types
   * @return the handle, empty if this version of the library does not have it
   */
  public Optional<MethodHandle> function(String name, FunctionDescriptor descriptor) {
    return symbols
        .find(name)
        .map(symbol -> Linker.nativeLinker().downcallHandle(symbol, descriptor));
  }
}
