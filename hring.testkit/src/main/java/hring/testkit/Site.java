package hring.testkit;

import hring.api.spi.alloc.Allocator;
import hring.api.spi.alloc.AllocatorMemory;

/** Where a history takes place: a pool and who takes part in it. */
interface Site {
  /** Lets a participant join; null when all owner numbers are used up. */
  Party join();

  /** Ends a participant's life, without a word of farewell. */
  void kill(Party party);

  /** Gives the pool as the referee sees it. */
  AllocatorMemory memory();

  /** Gives the referee's access, as an observer. */
  Allocator observer();
}
