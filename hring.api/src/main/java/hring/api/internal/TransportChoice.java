package hring.api.internal;

import hring.api.ProviderException;
import hring.api.TransportException;
import hring.api.spi.alloc.ProviderOptions;
import hring.api.spi.transport.TransportOptions;
import hring.api.spi.transport.TransportPlan;
import hring.api.spi.transport.TransportProvider;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The transport of a ring, and how it will make it.
 *
 * @param name the name of the transport
 * @param options its options
 * @param plan how it makes the ring
 * @param reason why those that come first by default were not taken, for people; empty if this is
 *     the first, or was asked for
 */
public record TransportChoice(
    String name, ProviderOptions options, TransportPlan plan, String reason) {
  /** Those that are tried first where nobody asks for one, in this order. */
  private static final List<String> FIRST = List.of("uring", "shm");

  /**
   * Chooses.
   *
   * @param wanted the transport that was asked for, as {@link ProviderSpec} has it, or null for the
   *     first that can make the ring
   * @param options what is wanted of it
   * @return the choice
   * @throws IllegalArgumentException if its own options, or those of the ring, are not valid
   * @throws ProviderException if there is no such transport, or none at all
   * @throws TransportException if it, or each of them, is refused here; the message says why
   */
  public static TransportChoice of(String wanted, TransportOptions options) {
    if (wanted == null) {
      return first(Providers.transports(), options);
    }
    ProviderSpec spec = ProviderSpec.parse(wanted);
    TransportPlan plan = Providers.transport(spec.name(), spec.options()).plan(options);
    return new TransportChoice(spec.name(), spec.options(), plan, "");
  }

  static TransportChoice first(Map<String, TransportProvider> present, TransportOptions options) {
    if (present.isEmpty()) {
      throw new ProviderException(
          "no transport is present; put hring.uring or hring.shm on the module path");
    }
    List<String> names = new ArrayList<>(FIRST);
    names.retainAll(present.keySet());
    present.keySet().stream().filter(name -> !FIRST.contains(name)).forEach(names::add);
    List<String> refusals = new ArrayList<>();
    for (String name : names) {
      try {
        TransportPlan plan = present.get(name).withOptions(ProviderOptions.NONE).plan(options);
        return new TransportChoice(name, ProviderOptions.NONE, plan, String.join("; ", refusals));
      } catch (TransportException e) {
        refusals.add(name + ": " + e.getMessage());
      }
    }
    throw new TransportException(
        "no transport can make this ring here; " + String.join("; ", refusals));
  }

  /**
   * Describes the choice, for people.
   *
   * @return for instance "transport shm (not uring: ...)"
   */
  public String description() {
    return "transport " + name + (reason.isEmpty() ? "" : " (not " + reason + ")");
  }
}
