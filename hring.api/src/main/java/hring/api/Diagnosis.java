package hring.api;

import java.util.List;

/**
 * The transports and allocators that are present in this process, and whether they work on this
 * machine.
 *
 * @param transports the transports, by name
 * @param allocators the names of the allocators, in order
 */
public record Diagnosis(List<Transport> transports, List<String> allocators) {
  /** Copies the lists. */
  public Diagnosis {
    transports = List.copyOf(transports);
    allocators = List.copyOf(allocators);
  }

  /**
   * A transport.
   *
   * @param name its name
   * @param works whether rings can be made with it here
   * @param findings what was tried, one sentence each, with cause and remedy where it did not work
   */
  public record Transport(String name, boolean works, List<String> findings) {
    /** Copies the list. */
    public Transport {
      findings = List.copyOf(findings);
    }
  }
}
