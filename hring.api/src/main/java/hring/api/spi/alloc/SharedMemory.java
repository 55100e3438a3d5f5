package hring.api.spi.alloc;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;

/**
 * Every ordered access to memory that another process may touch, each with its mode in its name.
 * Offsets are in bytes from the start of the segment and a multiple of the size accessed.
 *
 * <p>Nothing else in hring holds a {@link VarHandle} over a segment. Where one of these is called,
 * a comment names its partner: the access on the other side that it pairs with.
 */
public final class SharedMemory {
  private static final VarHandle INT = ValueLayout.JAVA_INT.varHandle().withInvokeExactBehavior();
  private static final VarHandle LONG = ValueLayout.JAVA_LONG.varHandle().withInvokeExactBehavior();

  /** For plain access, which needs no alignment and so need not check it. */
  private static final VarHandle PLAIN_INT =
      ValueLayout.JAVA_INT_UNALIGNED.varHandle().withInvokeExactBehavior();

  private static final VarHandle PLAIN_LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.varHandle().withInvokeExactBehavior();

  /** The class of all segments outside of the heap. */
  private static final Class<? extends MemorySegment> OFF_HEAP = MemorySegment.NULL.getClass();

  private SharedMemory() {}

  /**
   * Tells the compiler which kind of segment this is. All segments of a process share the JDK's
   * code for access, and with it HotSpot's record of their classes: where an application uses
   * segments of arrays or mapped files too, that record names so many that each access becomes a
   * virtual call, and a round trip takes a fifth longer.
   *
   * @throws ClassCastException if the segment is one of an array
   */
  private static MemorySegment offHeap(MemorySegment memory) {
    return OFF_HEAP.cast(memory);
  }

  /**
   * Reads an int, in no order with other accesses. For what something else orders: the reader holds
   * it alone, and got it by an ordered access.
   *
   * @param memory where
   * @param offset the offset in bytes
   * @return the value
   */
  public static int getIntPlain(MemorySegment memory, long offset) {
    return (int) PLAIN_INT.get(offHeap(memory), offset);
  }

  /**
   * Writes an int, in no order with other accesses. For what something else orders, so that the
   * writer holds it alone and hands it on by an ordered access, and for what nobody reads.
   *
   * @param memory where
   * @param offset the offset in bytes
   * @param value the value
   */
  public static void setIntPlain(MemorySegment memory, long offset, int value) {
    PLAIN_INT.set(offHeap(memory), offset, value);
  }

  /**
   * Reads a long, in no order with other accesses, as {@link #getIntPlain}.
   *
   * @param memory where
   * @param offset the offset in bytes
   * @return the value
   */
  public static long getLongPlain(MemorySegment memory, long offset) {
    return (long) PLAIN_LONG.get(offHeap(memory), offset);
  }

  /**
   * Writes a long, in no order with other accesses, as {@link #setIntPlain}.
   *
   * @param memory where
   * @param offset the offset in bytes
   * @param value the value
   */
  public static void setLongPlain(MemorySegment memory, long offset, long value) {
    PLAIN_LONG.set(offHeap(memory), offset, value);
  }

  /**
   * Reads an int; no later access of this thread is done before it.
   *
   * @param memory where
   * @param offset the offset in bytes
   * @return the value
   */
  public static int getIntAcquire(MemorySegment memory, long offset) {
    return (int) INT.getAcquire(offHeap(memory), offset);
  }

  /**
   * Reads an int, in one order with all atomics of all threads: it is not done before an earlier
   * atomic of this thread.
   *
   * @param memory where
   * @param offset the offset in bytes
   * @return the value
   */
  public static int getIntVolatile(MemorySegment memory, long offset) {
    return (int) INT.getVolatile(offHeap(memory), offset);
  }

  /**
   * Writes an int; every earlier access of this thread is done before it.
   *
   * @param memory where
   * @param offset the offset in bytes
   * @param value the value
   */
  public static void setIntRelease(MemorySegment memory, long offset, int value) {
    INT.setRelease(offHeap(memory), offset, value);
  }

  /**
   * Replaces an int if it is as expected, as a full fence.
   *
   * @param memory where
   * @param offset the offset in bytes
   * @param expected the value it must have
   * @param value the value it gets
   * @return whether it was replaced
   */
  public static boolean compareAndSetInt(
      MemorySegment memory, long offset, int expected, int value) {
    return INT.compareAndSet(offHeap(memory), offset, expected, value);
  }

  /**
   * Adds to an int, as a full fence.
   *
   * @param memory where
   * @param offset the offset in bytes
   * @param delta what is added
   * @return the value before
   */
  public static int getAndAddInt(MemorySegment memory, long offset, int delta) {
    return (int) INT.getAndAdd(offHeap(memory), offset, delta);
  }

  /**
   * Reads a long; no later access of this thread is done before it.
   *
   * @param memory where
   * @param offset the offset in bytes
   * @return the value
   */
  public static long getLongAcquire(MemorySegment memory, long offset) {
    return (long) LONG.getAcquire(offHeap(memory), offset);
  }

  /**
   * Writes a long; every earlier access of this thread is done before it.
   *
   * @param memory where
   * @param offset the offset in bytes
   * @param value the value
   */
  public static void setLongRelease(MemorySegment memory, long offset, long value) {
    LONG.setRelease(offHeap(memory), offset, value);
  }

  /**
   * Replaces a long if it is as expected, as a full fence.
   *
   * @param memory where
   * @param offset the offset in bytes
   * @param expected the value it must have
   * @param value the value it gets
   * @return whether it was replaced
   */
  public static boolean compareAndSetLong(
      MemorySegment memory, long offset, long expected, long value) {
    return LONG.compareAndSet(offHeap(memory), offset, expected, value);
  }

  /**
   * Replaces a long if it is as expected, as a full fence.
   *
   * @param memory where
   * @param offset the offset in bytes
   * @param expected the value it must have
   * @param value the value it gets
   * @return the value before: {@code expected} if, and only if, it was replaced
   */
  public static long compareAndExchangeLong(
      MemorySegment memory, long offset, long expected, long value) {
    return (long) LONG.compareAndExchange(offHeap(memory), offset, expected, value);
  }

  /**
   * Adds to a long, as a full fence.
   *
   * @param memory where
   * @param offset the offset in bytes
   * @param delta what is added
   * @return the value before
   */
  public static long getAndAddLong(MemorySegment memory, long offset, long delta) {
    return (long) LONG.getAndAdd(offHeap(memory), offset, delta);
  }

  /**
   * Sets bits of a long, as a full fence.
   *
   * @param memory where
   * @param offset the offset in bytes
   * @param bits the bits to set
   * @return the value before
   */
  public static long getAndOrLong(MemorySegment memory, long offset, long bits) {
    return (long) LONG.getAndBitwiseOr(offHeap(memory), offset, bits);
  }

  /**
   * Keeps only some bits of a long, as a full fence.
   *
   * @param memory where
   * @param offset the offset in bytes
   * @param bits the bits to keep
   * @return the value before
   */
  public static long getAndAndLong(MemorySegment memory, long offset, long bits) {
    return (long) LONG.getAndBitwiseAnd(offHeap(memory), offset, bits);
  }

  /** Orders every load of this thread before it against every load after it. */
  public static void loadFence() {
    VarHandle.loadLoadFence();
  }

  /** Orders every store of this thread before it against every store after it. */
  public static void storeFence() {
    VarHandle.storeStoreFence();
  }

  /**
   * Orders every access of this thread before it against every one after it, stores before loads
   * included.
   */
  public static void fullFence() {
    VarHandle.fullFence();
  }
}
