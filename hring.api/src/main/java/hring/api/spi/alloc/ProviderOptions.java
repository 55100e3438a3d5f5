package hring.api.spi.alloc;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongPredicate;
import java.util.regex.Pattern;

/**
 * The options of an allocator or a transport, as in {@code "mine?block=256&reserve=4"} after the
 * question mark. They are stored in the region, so that everybody who attaches has the same ones.
 * Immutable.
 *
 * <p>A provider first says which options it has ({@link #requireOnly}), then asks for the value of
 * each. A wrong option causes an {@link IllegalArgumentException} that names the option, its value
 * and what is allowed.
 *
 * @param text pairs of the form {@code key=value}, joined by '&amp;', or "" for no options: at most
 *     {@value #MAX_LENGTH} bytes of printable ASCII; a key is of a-z, 0-9 and '-' and comes once, a
 *     value is at least one character, none of them '&amp;'
 */
public record ProviderOptions(String text) {
  /** The greatest length of the text, in bytes. */
  public static final int MAX_LENGTH = 128;

  /** No options. */
  public static final ProviderOptions NONE = new ProviderOptions("");

  private static final Pattern KEY = Pattern.compile("[a-z0-9-]+");

  /**
   * Checks the text.
   *
   * @throws IllegalArgumentException if it is not of that form
   */
  public ProviderOptions {
    parse(text);
  }

  private static Map<String, String> parse(String text) {
    // The text may come from another process. Until its characters are known to be printable and
    // few, nothing of it goes into a message.
    if (text.length() > MAX_LENGTH) {
      throw new IllegalArgumentException(
          "options of " + text.length() + " characters: there is room for " + MAX_LENGTH);
    }
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) < ' ' || text.charAt(i) > '~') {
        throw new IllegalArgumentException(
            String.format(
                "character %d of the options is U+%04X: it must be printable ASCII",
                i, (int) text.charAt(i)));
      }
    }
    Map<String, String> values = new LinkedHashMap<>();
    if (!text.isEmpty()) {
      for (String pair : text.split("&", -1)) {
        enter(values, pair);
      }
    }
    return values;
  }

  private static void enter(Map<String, String> values, String pair) {
    int equals = pair.indexOf('=');
    if (equals < 0
        || equals == pair.length() - 1
        || !KEY.matcher(pair.substring(0, equals)).matches()) {
      throw new IllegalArgumentException(
          "'"
              + pair
              + "' is no option: write key=value, with a key of a-z, 0-9 and '-', and '&' between"
              + " two options");
    }
    String key = pair.substring(0, equals);
    String other = values.putIfAbsent(key, pair.substring(equals + 1));
    if (other != null) {
      throw new IllegalArgumentException(
          "option " + key + " is given twice: " + key + "=" + other + " and " + pair);
    }
  }

  /**
   * Returns whether there are no options.
   *
   * @return true if the text is empty
   */
  public boolean isEmpty() {
    return text.isEmpty();
  }

  /**
   * Checks that there are no options but these.
   *
   * @param keys the keys that the provider knows, at least one
   * @throws IllegalArgumentException if there is another one
   */
  public void requireOnly(String... keys) {
    List<String> known = List.of(keys);
    for (String key : parse(text).keySet()) {
      if (!known.contains(key)) {
        throw refuse(key, "there is no such option; there are " + String.join(", ", known));
      }
    }
  }

  /**
   * Checks that there are no options.
   *
   * @param who the owner of the options, for the message
   * @throws IllegalArgumentException if there are some
   */
  public void requireNone(String who) {
    if (!isEmpty()) {
      throw new IllegalArgumentException(who + " has no options; given were '" + text + "'");
    }
  }

  /**
   * Returns the value of an option.
   *
   * @param key its key
   * @param byDefault its value when it is not given
   * @return the value
   */
  public String text(String key, String byDefault) {
    return parse(text).getOrDefault(key, byDefault);
  }

  /**
   * Returns the value of an option that is a whole number.
   *
   * @param key its key
   * @param byDefault what it is when it is not given
   * @param min the least value that is allowed
   * @param max the greatest value that is allowed
   * @return the value
   * @throws IllegalArgumentException if it is given, and is no decimal number from min to max
   */
  public long number(String key, long byDefault, long min, long max) {
    return number(key, byDefault, _ -> true, min, max, "a whole number");
  }

  /**
   * Returns the value of an option that is a power of two.
   *
   * @param key its key
   * @param byDefault what it is when it is not given
   * @param min the least value that is allowed
   * @param max the greatest value that is allowed
   * @return the value
   * @throws IllegalArgumentException if it is given, and is no power of two from min to max
   */
  public long powerOfTwo(String key, long byDefault, long min, long max) {
    return number(key, byDefault, n -> Long.bitCount(n) == 1, min, max, "a power of two");
  }

  private long number(
      String key, long byDefault, LongPredicate isOne, long min, long max, String kind) {
    String value = parse(text).get(key);
    if (value == null) {
      return byDefault;
    }
    try {
      long number = Long.parseLong(value);
      if (number >= min && number <= max && isOne.test(number)) {
        return number;
      }
    } catch (NumberFormatException e) {
      // The sentence below says what is accepted.
    }
    throw refuse(key, "it must be " + kind + " from " + min + " to " + max);
  }

  /**
   * Returns an exception for a value that breaks a rule of the provider's own.
   *
   * @param key the key of an option that is given
   * @param allowed what is allowed, as "it must be ..."
   * @return the exception, to be thrown
   */
  public IllegalArgumentException refuse(String key, String allowed) {
    return new IllegalArgumentException(
        "option " + key + "=" + parse(text).get(key) + ": " + allowed);
  }
}
