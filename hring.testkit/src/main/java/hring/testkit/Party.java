package hring.testkit;

import hring.api.Address;
import java.util.ArrayList;
import java.util.List;

/** A participant of a pool under test, in this process or in another one. */
interface Party {
  /** Returns its owner number. */
  int owner();

  /** Does what {@link hring.api.spi.alloc.Allocator#allocate} does. */
  long allocate(long size);

  /**
   * Does what {@link hring.api.spi.alloc.Allocator#allocate(long, long[], int, int)} does.
   *
   * @return the addresses; fewer than {@code count} if there is no room for more
   */
  long[] allocate(long size, int count);

  /** Does what {@link hring.api.spi.alloc.Allocator#free(long)} does. */
  void free(long address);

  /** Does what {@link hring.api.spi.alloc.Allocator#free(long[], int, int)} does. */
  void free(long[] addresses);

  /** Does what {@link hring.api.spi.alloc.Allocator#transfer} does. */
  void transfer(long address, int from, int to);

  /** Does what {@link hring.api.spi.alloc.Allocator#reclaim} does. */
  int reclaim(int owner);

  /** Does what {@link hring.api.spi.alloc.Allocator#flush} does. */
  void flush();

  /** Does what {@link hring.api.spi.alloc.Allocator#close} does. */
  void close();

  /** Writes a pattern over the whole of a block. */
  void fill(long address, long seed);

  /** Returns whether the whole of a block still holds a pattern. */
  boolean holds(long address, long seed);

  /**
   * Allocates blocks of a size until there is no room, and frees them.
   *
   * @param bound more than so many cannot fit
   * @return how many there were
   */
  default long capacity(long size, long bound) {
    List<Long> addresses = new ArrayList<>();
    for (long address = allocate(size); address != Address.NULL; address = allocate(size)) {
      addresses.add(address);
      if (addresses.size() > bound) {
        throw new AssertionError("more than " + bound + " blocks fit, one for each granule");
      }
    }
    addresses.forEach(this::free);
    flush();
    return addresses.size();
  }
}
