package hring.api.internal;

import hring.api.ProviderException;
import hring.api.spi.alloc.AllocatorProvider;
import hring.api.spi.alloc.ProviderOptions;
import hring.api.spi.region.ProviderName;
import hring.api.spi.transport.TransportProvider;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.TreeMap;
import java.util.function.Function;

/** Finds transports and allocators by name. */
public final class Providers {
  /** With so many that cannot be loaded, something else is wrong, and may never end. */
  private static final int MAX_FAILURES = 100;

  private Providers() {}

  /**
   * Finds an allocator.
   *
   * @param name its name
   * @param options its options
   * @return the provider with these options
   * @throws ProviderException if there is none of this name, or two
   * @throws IllegalArgumentException if it refuses the options
   */
  public static AllocatorProvider allocator(String name, ProviderOptions options) {
    return new CheckedAllocatorProvider(
            select("allocator", load(AllocatorProvider.class), AllocatorProvider::name, name))
        .withOptions(options);
  }

  /**
   * Finds a transport.
   *
   * @param name its name
   * @param options its options
   * @return the provider with these options
   * @throws ProviderException if there is none of this name, or two
   * @throws IllegalArgumentException if it refuses the options
   */
  public static TransportProvider transport(String name, ProviderOptions options) {
    TransportProvider provider =
        select("transport", load(TransportProvider.class), TransportProvider::name, name)
            .withOptions(options);
    if (provider == null) {
      throw new ProviderException(
          "transport '" + name + "': withOptions() returned null; report it to its author");
    }
    return provider;
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
    Map<String, P> present = new TreeMap<>();
    // One that cannot be loaded is no reason to stop a ring that does not use it.
    List<ServiceConfigurationError> failures = find(kind, providers, nameOf, present);
    P provider = present.get(wanted);
    if (provider == null) {
      ProviderException missing =
          new ProviderException(
              "no "
                  + kind
                  + " is named '"
                  + wanted
                  + "'; present: "
                  + (present.isEmpty() ? "none" : String.join(", ", present.keySet()))
                  + "; put the jar that provides it on the module path or the class path (hring's"
                  + " own are hring.uring, hring.shm, hring.alloc.slab and hring.alloc.buddy)"
                  + (failures.isEmpty() ? "" : "; " + cannotBeLoaded(kind, failures.getFirst())),
              failures.isEmpty() ? null : failures.getFirst());
      failures.stream().skip(1).forEach(missing::addSuppressed);
      throw missing;
    }
    return provider;
  }

  private static <P> Map<String, P> byName(
      String kind, Iterable<P> providers, Function<P, String> nameOf) {
    Map<String, P> present = new TreeMap<>();
    for (ServiceConfigurationError failure : find(kind, providers, nameOf, present)) {
      throw new ProviderException(cannotBeLoaded(kind, failure), failure);
    }
    return present;
  }

  /** Fills {@code present} and returns what went wrong with those that cannot be loaded. */
  private static <P> List<ServiceConfigurationError> find(
      String kind, Iterable<P> providers, Function<P, String> nameOf, Map<String, P> present) {
    List<ServiceConfigurationError> failures = new ArrayList<>();
    Iterator<P> each = providers.iterator();
    while (failures.size() < MAX_FAILURES) {
      try {
        // Either of the two may fail for one provider, and then goes on with the next.
        if (!each.hasNext()) {
          break;
        }
        enter(kind, each.next(), nameOf, present);
      } catch (ServiceConfigurationError e) {
        failures.add(e);
      }
    }
    return failures;
  }

  private static <P> void enter(
      String kind, P provider, Function<P, String> nameOf, Map<String, P> present) {
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

  private static String cannotBeLoaded(String kind, ServiceConfigurationError failure) {
    return "a provider of a "
        + kind
        + " cannot be loaded: "
        + failure.getMessage()
        + (failure.getCause() == null ? "" : ": " + failure.getCause());
  }

  static String describe(Object provider) {
    return provider.getClass().getName() + " of " + provider.getClass().getModule();
  }
}
