package hring.api.internal;

import hring.api.ProviderException;
import hring.api.spi.alloc.AllocatorProvider;
import hring.api.spi.region.ProviderName;
import hring.api.spi.transport.TransportProvider;
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
    return select("allocator", load(AllocatorProvider.class), AllocatorProvider::name, name);
  }

  /**
   * Finds a transport.
   *
   * @param name its name
   * @return the provider
   * @throws ProviderException if there is none of this name, or two
   */
  public static TransportProvider transport(String name) {
    return select("transport", load(TransportProvider.class), TransportProvider::name, name);
  }

  /**
   * Lists the transports that are present.
   *
   * @return the providers by name
   * @throws ProviderException if two have one name
   */
  public static Map<String, TransportProvider> transports() {
    return byName("transport", load(TransportProvider.class), TransportProvider::name);
  }

  /**
   * Lists the allocators that are present.
   *
   * @return the providers by name
   * @throws ProviderException if two have one name
   */
  public static Map<String, AllocatorProvider> allocators() {
    return byName("allocator", load(AllocatorProvider.class), AllocatorProvider::name);
  }

  private static <P> Iterable<P> load(Class<P> service) {
    return ServiceLoader.load(service, Providers.class.getClassLoader());
  }

  static <P> P select(
      String kind, Iterable<P> providers, Function<P, String> nameOf, String wanted) {
    Map<String, P> present = byName(kind, providers, nameOf);
    P provider = present.get(wanted);
    if (provider == null) {
      throw new ProviderException(
          "no "
              + kind
              + " is named '"
              + wanted
              + "'; present: "
              + (present.isEmpty() ? "none" : String.join(", ", present.keySet()))
              + "; put the module that provides it on the module path (hring's own are hring.uring,"
              + " hring.shm, hring.alloc.slab and hring.alloc.buddy)");
    }
    return provider;
  }

  private static <P> Map<String, P> byName(
      String kind, Iterable<P> providers, Function<P, String> nameOf) {
    Map<String, P> present = new TreeMap<>();
    try {
      for (P provider : providers) {
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
          "a provider of a "
              + kind
              + " cannot be loaded: "
              + e.getMessage()
              + (e.getCause() == null ? "" : ": " + e.getCause()),
          e);
    }
    return present;
  }

  private static String describe(Object provider) {
    return provider.getClass().getName() + " of " + provider.getClass().getModule();
  }
}
