package hring.chaos;

import hring.testkit.LedgerReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** The ledger of one process while it grows, and what follows from it. */
final class Page implements AutoCloseable {
  private final LedgerReader<Event> ledger;

  /** The ring that the receiver is attached to; 0 while it is not attached. */
  volatile long attachedTo;

  /** Whether the receiver may be attached. Used under the lock of the book. */
  boolean attaching;

  /** What the receiver has handled and maybe not freed. Used under the lock of the book. */
  final List<Long> held = new ArrayList<>();

  /** Whether any of it may be freed already. Used under the lock of the book. */
  boolean freeing;

  /** What the receiver gets of its ring, if that delivers to each. Used under the same lock. */
  Stretch stretch;

  /** Who sent when this page was opened, and how many messages it had submitted. */
  Generation senderBefore;

  long submittedBefore;

  private final Path path;

  Page(Path path) {
    this.path = path;
    ledger = new LedgerReader<>(path, Event.class);
  }

  /** Reads what is new. */
  void read(Consumer<LedgerReader.Entry<Event>> entries) {
    ledger.read(entries);
  }

  @Override
  public void close() {
    ledger.close();
  }

  @Override
  public String toString() {
    return path.getFileName().toString();
  }
}
