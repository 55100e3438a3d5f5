package hring.chaos;

/** What a process says in its ledger. */
enum Event {
  /** Sender: this ring is open. */
  OPENED,
  /** Sender: from now on, numbers below this may be queued. */
  INTENT,
  /** Sender: numbers below this have been submitted. */
  SUBMITTED,
  /** Sender: it calls nothing from now on, until it says AWAKE. */
  ASLEEP,
  AWAKE,
  /** Sender: it was told that all it submitted was handled or discarded. */
  ALL_HANDLED,
  /** Sender: the ring is closed. */
  CLOSED,
  /** Receiver: it may be attached from now on. */
  ATTACHING,
  /** Receiver: it is attached to this ring. */
  ATTACHED,
  /** Receiver: this message is being handled. */
  HANDLED,
  /** Receiver: this message is being handled, and is marked as redelivered. */
  HANDLED_AGAIN,
  /** Receiver: the handler of this message fails, so that it is given back. */
  GIVING_BACK,
  /** Receiver: from now on, what was handled may be freed at any moment. */
  FREEING,
  /** Receiver: all that was handled is freed. */
  FREED,
  /** Receiver: it was evicted, and missed so many messages. */
  EVICTED,
  /** Receiver: this message is not what its sender wrote. */
  DAMAGED
}
