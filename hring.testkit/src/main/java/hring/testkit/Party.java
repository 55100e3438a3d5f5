package hring.testkit;

/** A participant of a pool under test, in this process or in another one. */
interface Party {
  /** Returns its owner number. */
  int owner();

  /** Does what {@link hring.api.spi.alloc.Allocator#allocate} does. */
  long allocate(long size);

  /** Does what {@link hring.api.spi.alloc.Allocator#free(long)} does. */
  void free(long address);

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
}
