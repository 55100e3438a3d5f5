package hring.bench;

import net.openhft.chronicle.queue.ExcerptAppender;
import net.openhft.chronicle.queue.ExcerptTailer;

/** Messages of eight bytes over a queue of Chronicle's. */
final class ChronicleStream implements Workload {
  private static final String NAME = "stream";

  @Override
  public void sideA(SideA side) {
    try (ChronicleStore store = new ChronicleStore(side.directory(), NAME);
        ExcerptAppender appender = store.appender()) {
      side.stream(
          Long.BYTES,
          (first, count) -> {
            for (long value = first; value < first + count; value++) {
              ChronicleStore.send(appender, value);
            }
          });
    }
  }

  @Override
  public void sideB(SideB side) {
    Sum sum = new Sum();
    try (ChronicleStore store = new ChronicleStore(side.directory(), NAME);
        ExcerptTailer tailer = store.tailer()) {
      side.ready();
      while (side.goesOn()) {
        if (ChronicleStore.read(tailer, sum)) {
          side.received(1, sum.take());
        } else {
          Thread.onSpinWait();
        }
      }
    }
  }
}
