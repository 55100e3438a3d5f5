package hring.api.spi.region;

import java.util.regex.Pattern;

/**
 * The rule for names of transports and allocators: they are stored in 32 bytes of a region's
 * header.
 */
public final class ProviderName {
  private static final Pattern VALID = Pattern.compile("[a-z][a-z0-9-]{0,30}");

  private ProviderName() {}

  /**
   * Returns whether a name is valid.
   *
   * @param name any name
   * @return true if it is 1 to 31 characters from a-z, 0-9 and '-', starting with a letter
   */
  public static boolean isValid(String name) {
    return VALID.matcher(name).matches();
  }

  /**
   * Checks a name.
   *
   * @param name any name
   * @return the same
   * @throws IllegalArgumentException if it is not valid
   */
  public static String requireValid(String name) {
    if (!isValid(name)) {
      throw new IllegalArgumentException(
          "'"
              + name
              + "' cannot name a transport or allocator: a name is 1 to 31 characters from a-z, 0-9"
              + " and '-', starting with a letter");
    }
    return name;
  }
}
