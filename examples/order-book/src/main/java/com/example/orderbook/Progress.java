package com.example.orderbook;

/** Is told how far the engine is; tests kill it there. */
public interface Progress {
  /** Listens to nothing. */
  Progress NONE = (_, _) -> {};

  /** Where the engine can be, in this order for each order. */
  enum Point {
    /** The rings are open, and all trades of the journal are sent again. */
    STARTED,
    /** It has taken an order out of the ring. */
    TAKEN,
    /** The order is in the journal. */
    ACCEPTED,
    /** All trades of the order are sent. */
    TRADED,
    /** The order's message is freed. */
    FREED
  }

  /**
   * Called by the engine.
   *
   * @param point where it is
   * @param order the order's id
   */
  void at(Point point, long order);
}
