package com.example.orderbook;

/** What the processes say in their ledgers; the value is the id of an order. */
enum Event {
  /** Gateway. */
  SENT,
  /** Engine: the points of {@link Progress}. */
  STARTED,
  TAKEN,
  ACCEPTED,
  TRADED,
  FREED,
  /** Tape: the number, and then the parts, of a trade. */
  TRADE,
  BUY,
  SELL,
  PRICE,
  QUANTITY
}
