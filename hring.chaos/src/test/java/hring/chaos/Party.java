package hring.chaos;

import hring.testkit.ChildJvm;

/** A sender or a receiver: its process and its ledger. */
record Party(ChildJvm child, Page page) {
  boolean isAttached() {
    return page.attachedTo != 0 && child.isAlive();
  }

  void end(Book book) {
    book.end(page);
  }
}
