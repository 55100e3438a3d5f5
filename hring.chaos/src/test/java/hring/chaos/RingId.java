package hring.chaos;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What no two rings share: process numbers are not it, where each process is the first of its own.
 */
final class RingId {
  private static final int BITS = 56;

  private RingId() {}

  /** Returns what a ring's description says, in so many bits as a ledger's word has room for. */
  static long of(String ring, String description) {
    Matcher matcher =
        Pattern.compile("/" + Pattern.quote(ring) + ":\\d+:\\d+:\\d+:\\d+:([0-9a-f]{16})")
            .matcher(description);
    if (!matcher.find()) {
      throw new IllegalStateException("no region of " + ring + " in " + description);
    }
    // 0 stands for none.
    return Long.parseUnsignedLong(matcher.group(1), 16) & (1L << BITS) - 1 | 1;
  }
}
