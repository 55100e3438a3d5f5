package hring.api.internal;

import hring.api.spi.alloc.ProviderOptions;

/**
 * The choice of a transport or an allocator, with options: {@code "mine"} or {@code
 * "mine?block=256"}.
 *
 * @param name its name, not checked
 * @param options its options
 */
public record ProviderSpec(String name, ProviderOptions options) {
  /**
   * Takes a specification apart.
   *
   * @param text a name, perhaps with a question mark and options
   * @return the two
   * @throws IllegalArgumentException if the options are not of the form that {@link
   *     ProviderOptions} has
   */
  public static ProviderSpec parse(String text) {
    int mark = text.indexOf('?');
    return mark < 0
        ? new ProviderSpec(text, ProviderOptions.NONE)
        : new ProviderSpec(text.substring(0, mark), new ProviderOptions(text.substring(mark + 1)));
  }
}
