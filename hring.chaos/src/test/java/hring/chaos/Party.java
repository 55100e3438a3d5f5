package hring.chaos;

import java.io.IOException;

/** A sender or a receiver: its process and its ledger. */
record Party(Child child, Page page) {
  boolean isAttached() {
    return page.attachedTo != 0 && child.isAlive();
  }

  void end(Book book) throws IOException {
    book.end(page);
  }
}
