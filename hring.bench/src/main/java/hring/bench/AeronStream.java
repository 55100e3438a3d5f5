package hring.bench;

import io.aeron.ExclusivePublication;
import io.aeron.Subscription;

/** Messages over an exclusive publication of Aeron, by shared memory. */
final class AeronStream implements Workload {
  private static final int STREAM = 1;

  private final int size;

  AeronStream(int size) {
    this.size = size;
  }

  @Override
  public void sideA(SideA side) {
    try (AeronNode node = AeronNode.withDriver(side.directory())) {
      ExclusivePublication publication = node.publication(STREAM);
      side.stream(
          size,
          (first, count) -> {
            for (long value = first; value < first + count; value++) {
              node.send(publication, size, value);
            }
          });
    }
  }

  @Override
  public void sideB(SideB side) {
    Sum sum = new Sum();
    try (AeronNode node = AeronNode.client(side.directory())) {
      Subscription subscription = node.subscription(STREAM);
      AeronNode.awaitConnected(subscription);
      side.ready();
      while (side.goesOn()) {
        int count = AeronNode.poll(subscription, sum);
        if (count == 0) {
          Thread.onSpinWait();
        }
        side.received(count, sum.take());
      }
    }
  }
}
