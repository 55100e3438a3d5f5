package hring.testkit;

import hring.api.spi.alloc.Allocator;
import hring.api.spi.alloc.AllocatorMemory;

/** Where a history takes place: a pool and who takes part in it. */
interface Site {
  /** Lets a participant join, with the lowest owner number that is free; null if none is. */
  Party join();

  /** Ends a participant's life, without a word of farewell. Its owner number stays taken. */
  void kill(Party party);

  /** Frees the owner number of a participant that closed, or was killed and then reclaimed. */
  void release(int owner);

  /** Returns the pool as the referee sees it. */
  AllocatorMemory memory();

  /** Returns the referee's access, as an observer. */
  Allocator observer();
}
