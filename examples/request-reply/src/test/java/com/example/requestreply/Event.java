package com.example.requestreply;

/** What a process does. */
enum Event {
  /** The server is about to answer a request of this value. */
  HANDLED,
  /** A client has the right reply to its request of this value. */
  REPLIED
}
