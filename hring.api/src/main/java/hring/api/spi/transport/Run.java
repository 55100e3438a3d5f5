package hring.api.spi.transport;

import hring.api.Address;
import java.util.Arrays;
import java.util.function.LongConsumer;

/**
 * The messages that a {@link Subscription} has claimed and not passed. They can be done with in any
 * order; those at its start that are done are passed.
 *
 * <p><b>How one is found.</b> Most are done with in the order in which they came: the next one is
 * looked at first. Any other is looked for, in a short run one after the other, in a long one in a
 * hash table of numbers. The table is brought up to date only when it is used. Numbers stay in it
 * when their messages are done; it is cleared when three quarters of it are used, and has room for
 * at least half as many messages as the run has then. So each message costs a few steps, however
 * many there are, and nothing is made anew unless the run gets longer than it ever was.
 *
 * <p>Guarded by its owner.
 */
final class Run {
  private static final int SHORT = Claims.MAX_CLAIM;
  private static final int FIRST_CAPACITY = 2 * Claims.MAX_CLAIM;

  /** 2^64 divided by the golden ratio: spreads addresses that follow each other. */
  private static final long SPREAD = 0x9E37_79B9_7F4A_7C15L;

  // Messages are numbered as they are added, from 0. The number since the ring opened comes from
  // the sender, which is not trusted: it is kept apart, as an offset.

  /** By their number modulo its length; NULL if they are done. */
  private long[] messages = new long[FIRST_CAPACITY];

  private long first;
  private int length;

  /** What is added to a number to get that since the ring opened. */
  private long offset;

  /** The number of the one that is likely to be looked for next. */
  private long next;

  /** Numbers plus 1, each at the hash of its message's address or behind; 0 where there is none. */
  private long[] table = new long[0];

  private int used;

  /** All before this number are in the table, if they were not done by then. */
  private long tabled;

  /**
   * Becomes empty.
   *
   * @param number which message since the ring opened will be added next
   */
  void restart(long number) {
    first += length;
    length = 0;
    offset = number - first;
  }

  /**
   * Returns which message since the ring opened is the first; if there is none, which one is added
   * next.
   */
  long start() {
    return first + offset;
  }

  /** Returns how many messages there are, those included that are done behind one that is not. */
  int length() {
    return length;
  }

  private long end() {
    return first + length;
  }

  private int index(long number) {
    return (int) number & messages.length - 1;
  }

  /**
   * Adds messages.
   *
   * @param claimed begins with them
   * @param count how many
   */
  void add(long[] claimed, int count) {
    if (length + count > messages.length) {
      grow(length + count);
    }
    for (int i = 0; i < count; i++) {
      messages[index(end() + i)] = claimed[i];
    }
    length += count;
  }

  private void grow(int needed) {
    long[] more = new long[Integer.highestOneBit(needed) * 2];
    for (long number = first; number < end(); number++) {
      more[(int) number & more.length - 1] = messages[index(number)];
    }
    messages = more;
  }

  /**
   * Notes that a message is done with.
   *
   * @param address any 64 bits
   * @return false if it is none of these, or was done with before
   */
  boolean finish(long address) {
    long number = find(address);
    if (number == end()) {
      return false;
    }
    messages[index(number)] = Address.NULL;
    next = number + 1;
    return true;
  }

  /**
   * Returns whether a message is one of these, and is not done with.
   *
   * @param address any 64 bits
   */
  boolean has(long address) {
    return find(address) < end();
  }

  /**
   * Passes what is done at the start.
   *
   * @return how many messages
   */
  int pass() {
    int passed = 0;
    while (passed < length && messages[index(first + passed)] == Address.NULL) {
      passed++;
    }
    first += passed;
    length -= passed;
    return passed;
  }

  /** Visits the messages that are not done with, oldest first. */
  void forEach(LongConsumer visitor) {
    for (long number = first; number < end(); number++) {
      long message = messages[index(number)];
      if (message != Address.NULL) {
        visitor.accept(message);
      }
    }
  }

  /** Returns the number of a message that is not done with, or the end. */
  private long find(long address) {
    if (address == Address.NULL) {
      return end();
    }
    long likely = Math.max(next, first);
    if (likely < end() && messages[index(likely)] == address) {
      return likely;
    }
    return length <= SHORT ? scan(address) : lookUp(address);
  }

  private long scan(long address) {
    long number = first;
    while (number < end() && messages[index(number)] != address) {
      number++;
    }
    return number;
  }

  private long lookUp(long address) {
    bringUpToDate();
    long number = end();
    for (int i = place(address); number == end() && table[i] != 0; i = after(i)) {
      long candidate = table[i] - 1;
      // Or it is of a message that is not in the run any more.
      if (candidate >= first && candidate < end() && messages[index(candidate)] == address) {
        number = candidate;
      }
    }
    return number;
  }

  private void bringUpToDate() {
    long from = Math.max(tabled, first);
    if (used + (end() - from) > table.length - table.length / 4) {
      clear();
      from = first;
    }
    for (long number = from; number < end(); number++) {
      long message = messages[index(number)];
      if (message != Address.NULL) {
        put(message, number);
      }
    }
    tabled = end();
  }

  private void clear() {
    int wanted = Integer.highestOneBit(length) * 4;
    if (table.length < wanted) {
      table = new long[wanted];
    } else {
      Arrays.fill(table, 0);
    }
    used = 0;
  }

  private void put(long message, long number) {
    int i = place(message);
    while (table[i] != 0) {
      i = after(i);
    }
    table[i] = number + 1;
    used++;
  }

  private int place(long address) {
    return (int) (address * SPREAD >>> Integer.SIZE) & table.length - 1;
  }

  private int after(int place) {
    return place + 1 & table.length - 1;
  }
}
