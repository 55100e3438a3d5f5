package hring.api.spi.transport;

import hring.api.TransportException;
import hring.api.spi.alloc.ProviderOptions;
import hring.api.spi.region.Participant;
import hring.api.spi.region.Region;
import java.util.List;

/**
 * A transport carries entries of 64 bits from one sender to receivers in other processes. Providers
 * are found by {@link java.util.ServiceLoader}; the name is stored in the region. A transport does
 * not know what entries mean: batches, blocks and owners are handled above it.
 */
public interface TransportProvider {
  /**
   * Returns the name, for {@code Hring.sender(...).transport(name)}.
   *
   * @return 1 to 31 characters from a-z, 0-9 and '-', starting with a letter; unique among the
   *     providers present
   */
  String name();

  /**
   * Returns a provider with the options that the opener of the ring chose. Called once before
   * {@link #plan} and {@link #attach}; with {@link ProviderOptions#NONE} if none were given.
   *
   * @param options the options; those of a region come from another process, which may have written
   *     anything
   * @return the provider to use: this one, or one that keeps the options in its fields
   * @throws IllegalArgumentException if one is unknown or not valid; the message names it, its
   *     value and what is allowed. A provider that does not override this refuses all
   */
  default TransportProvider withOptions(ProviderOptions options) {
    options.requireNone("transport " + name());
    return this;
  }

  /**
   * Checks whether the transport works here, by trying what {@link #plan} would do.
   *
   * @return the result
   */
  Probe probe();

  /**
   * Plans a ring, before its region exists.
   *
   * @param options the options of the ring
   * @return the plan
   * @throws IllegalArgumentException if a number of entries is no power of two or beyond the
   *     transport's limit
   * @throws TransportException if the ring cannot be created here; the message names the cause and
   *     the setting that decides
   */
  TransportPlan plan(TransportOptions options);

  /**
   * Attaches a receiver to a ring.
   *
   * @param region the region, whose header names this transport
   * @param participant the receiver's slot in the region
   * @return the receiver's end
   * @throws TransportException if the ring cannot be reached; the message says what is missing
   * @throws hring.api.RegionException if the rings in the region are not sound
   */
  Inbound attach(Region region, Participant participant);

  /**
   * Gives a view of a ring's entries to a process that takes no part in the ring, and has its
   * region mapped to read only ({@link hring.api.Tap}).
   *
   * @param region the region, whose header names this transport
   * @return the ring
   * @throws TransportException if the ring cannot be seen so, as by default; the message says why
   * @throws hring.api.RegionException if the rings in the region are not sound
   */
  default Entries entries(Region region) {
    throw new TransportException(
        "the transport "
            + name()
            + " shows its ring to those only who take part in it: attach a receiver instead");
  }

  /**
   * The result of a probe.
   *
   * @param works whether rings can be created here
   * @param findings what was tried, one sentence each, with cause and remedy where it did not work
   */
  record Probe(boolean works, List<String> findings) {
    /** Copies the list. */
    public Probe {
      findings = List.copyOf(findings);
    }
  }
}
