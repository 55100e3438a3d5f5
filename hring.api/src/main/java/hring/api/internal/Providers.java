package hring.api.internal;

import hring.api.ProviderException;
import hring.api.spi.AllocatorProvider;
import hring.api.spi.ProviderName;
import hring.api.spi.TransportProvider;
import java.util.Map;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.TreeMap;
import java.util.function.Function;

/** Finds transports and allocators by name. */
public final class Providers {
  private Providers() {}

  /**
   * Finds an allocator.
   *
   * @param name its name
   * @return the provider
   * @throws ProviderException if there is none of this name, or two
   */
  public static AllocatorProvider allocator(String name) {
    return find(
        "allocator", AllocatorProvider.class, AllocatorProvider::name, name, "hring.alloc.");
  }

  /**
   * Finds a transport.
   *
   * @param name its name
   * @return the provider
   * @throws ProviderException if there is none of this name, or two
   */
  public static TransportProvider transport(String name) {
    return find("transport", TransportProvider.class, TransportProvider::name, name, "hring.");
  }

  private static <P> P find(
      String kind, Class<P> service, Function<P, String> nameOf, String wanted, String artifact) {
    Map<String, P> present = new TreeMap<>();
    try {
      for (P provider : ServiceLoader.load(service, Providers.class.getClassLoader())) {
        String name = nameOf.apply(provider);
        if (name == null || !ProviderName.isValid(name)) {
          throw new ProviderException(
              describe(provider)
                  + " has the invalid "
                  + kind
                  + " name '"
                  + name
                  + "'; its author must choose another");
        }
        P other = present.putIfAbsent(name, provider);
        if (other != null) {
          throw new ProviderException(
              "two "
                  + kind
                  + "s are named '"
                  + name
                  + "': "
                  + describe(other)
                  + " and "
                  + describe(provider)
                  + "; leave one of them off the module path");
        }
      }
    } catch (ServiceConfigurationError e) {
      throw new ProviderException(
          "a provider of a " + kind + " cannot be loaded: " + e.getMessage(), e);
    }
    P provider = present.get(wanted);
    if (provider == null) {
      throw new ProviderException(
          "no "
              + kind
              + " is named '"
              + wanted
              + "'; present: "
              + (present.isEmpty() ? "none" : String.join(", ", present.keySet()))
              + "; add its artifact (for those of hring: "
              + artifact
              + "NAME) to the module path");
    }
    return provider;
  }

  private static String describe(Object provider) {
    return provider.getClass().getName() + " of " + provider.getClass().getModule();
  }
}
