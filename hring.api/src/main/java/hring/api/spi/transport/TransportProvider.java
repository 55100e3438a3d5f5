package hring.api.spi.transport;

import hring.api.TransportException;
import hring.api.spi.alloc.ProviderOptions;
import hring.api.spi.region.Participant;
import hring.api.spi.region.Region;
import java.util.List;

/**
 * A way to carry 64-bit words from one sender to receivers in other processes, with the kernel's or
 * the processor's help. Providers are found by {@link java.util.ServiceLoader}; the name is stored
 * in the region. What the words mean, batches, blocks and owners is not a transport's business.
 */
public interface TransportProvider {
  /**
   * Tells the name, for {@code Hring.sender(...).transport(name)}.
   *
   * @return 1 to 31 characters from a-z, 0-9 and '-', starting with a letter; unique among the
   *     providers present
   */
  String name();

  /**
   * Gives this transport its options. Called once before {@link #plan} and {@link #attach}, with
   * the options that the opener of the ring chose; {@link ProviderOptions#NONE} where none were
   * given.
   *
   * @param options the options; those of a region come from another process, which may have written
   *     anything
   * @return the provider to use: this one, or one that keeps what it read in its fields
   * @throws IllegalArgumentException if one is unknown or not valid; the message names it, its
   *     value and what is allowed. A provider that does not override this refuses all
   */
  default TransportProvider withOptions(ProviderOptions options) {
    options.requireNone("transport " + name());
    return this;
  }

  /**
   * Tries whether the transport works here, by doing what {@link #plan} would do.
   *
   * @return what was found
   */
  Probe probe();

  /**
   * Finds out how a ring can be made here, before its region exists.
   *
   * @param options what is wanted
   * @return the way to make it
   * @throws IllegalArgumentException if a number of entries is no power of two or beyond the
   *     transport's limit
   * @throws TransportException if it cannot be made here; the message names the cause and the knob
   */
  TransportPlan plan(TransportOptions options);

  /**
   * Makes a receiver's end of a ring.
   *
   * @param region the region, whose header names this transport
   * @param participant the receiver's slot in the region
   * @return the end
   * @throws TransportException if the ring cannot be reached; the message says what is missing
   * @throws hring.api.RegionException if the rings in the region are not sound
   */
  Inbound attach(Region region, Participant participant);

  /**
   * What a probe found.
   *
   * @param works whether rings can be made here
   * @param findings what was tried, one sentence each, with cause and remedy where it did not work
   */
  record Probe(boolean works, List<String> findings) {
    /** Copies the list. */
    public Probe {
      findings = List.copyOf(findings);
    }
  }
}
