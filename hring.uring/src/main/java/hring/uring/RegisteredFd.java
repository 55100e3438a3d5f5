package hring.uring;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import hring.linux.Errno;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Collections;
import java.util.Map;
import java.util.Queue;
import java.util.WeakHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * A ring's place in the kernel's table of rings of the thread that submits, see
 * IORING_REGISTER_RING_FDS in io_uring_register(2), Linux 5.18: a call that names the place spares
 * the kernel the look-up of a file descriptor. The table has 16 places; a thread with more rings
 * enters the others by their file descriptors.
 *
 * <p>The place keeps the ring open, so it is given back before the file descriptor is closed. Only
 * its thread can do that: if another thread closes, the place is given back when its thread makes
 * the next ring, or with the table, which ends with its thread.
 */
final class RegisteredFd implements AutoCloseable {
  /** IORING_UNREGISTER_RING_FDS. It changes nothing but the table of the thread that calls it. */
  static final byte UNREGISTER = 21;

  private static final int REGISTER = 20;
  private static final int IORING_ENTER_REGISTERED_RING = 1 << 4;

  // struct io_uring_rsrc_update: offset, resv (int each), data (long).
  private static final int UPDATE_SIZE = 16;
  private static final long UPDATE_DATA = 2L * Integer.BYTES;
  private static final int ANY_PLACE = -1;

  private static final int NO_PLACE = -1;

  /** Places that other threads could not give back. */
  private static final Map<Thread, Queue<Integer>> ABANDONED =
      Collections.synchronizedMap(new WeakHashMap<>());

  private final UringCalls calls;
  private final MemorySegment update;
  private final Thread thread = Thread.currentThread();
  private int fd;
  private int place = NO_PLACE;

  /**
   * Prepares what {@link #register} needs.
   *
   * @param calls how to call io_uring
   * @param arena lives at least as long as this
   */
  RegisteredFd(UringCalls calls, Arena arena) {
    this.calls = calls;
    update = arena.allocate(UPDATE_SIZE, Long.BYTES);
  }

  /**
   * Registers a ring, if that is possible.
   *
   * @param ring the ring's file descriptor
   */
  void register(int ring) {
    fd = ring;
    giveAbandonedBack();
    update.set(JAVA_INT, 0, ANY_PLACE);
    update.set(JAVA_LONG, UPDATE_DATA, ring);
    // Whatever speaks against it, no place free or an old kernel: the file descriptor always works.
    if (calls.register(ring, REGISTER, update, 1) == 1) {
      place = update.get(JAVA_INT, 0);
    }
  }

  /**
   * Enters a ring by its file descriptor always: a place is one thread's.
   *
   * @param ring the ring's file descriptor
   */
  void useDescriptor(int ring) {
    fd = ring;
  }

  boolean isRegistered() {
    return place != NO_PLACE;
  }

  /**
   * Submits.
   *
   * @param count how many submissions at most
   * @return how many were submitted, or {@code -errno}
   */
  int submit(int count) {
    return isRegistered()
        ? calls.enter(place, count, IORING_ENTER_REGISTERED_RING)
        : calls.enter(fd, count, 0);
  }

  private void giveAbandonedBack() {
    Queue<Integer> places = ABANDONED.get(thread);
    while (places != null && !places.isEmpty()) {
      giveBack(places.remove());
    }
  }

  /** Gives the place back, at once or when its thread can. */
  @Override
  public void close() {
    if (!isRegistered()) {
      return;
    }
    if (Thread.currentThread() == thread) {
      giveBack(place);
    } else if (thread.isAlive()) {
      ABANDONED.computeIfAbsent(thread, _ -> new ConcurrentLinkedQueue<>()).add(place);
    }
  }

  private void giveBack(int given) {
    update.set(JAVA_INT, 0, given);
    update.set(JAVA_LONG, UPDATE_DATA, 0);
    int result = calls.register(fd, UNREGISTER, update, 1);
    if (result < 0) {
      throw Errno.failure("io_uring_register(UNREGISTER_RING_FDS)", result);
    }
  }
}
