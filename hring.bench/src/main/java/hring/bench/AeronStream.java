package hring.bench;

import io.aeron.ExclusivePublication;
import io.aeron.Subscription;
import java.util.concurrent.locks.LockSupport;

/** Messages over an exclusive publication of Aeron, by shared memory. */
final class AeronStream implements Workload {
  private static final int STREAM = 1;

  private final int size;

  /** Whether there are several subscriptions, which may share a core. */
  private final boolean toEach;

  AeronStream(int size) {
    this(size, false);
  }

  private AeronStream(int size, boolean toEach) {
    this.size = size;
    this.toEach = toEach;
  }

  /** One publication, and any number of subscriptions, which all get each message. */
  static AeronStream toEach(int size) {
    return new AeronStream(size, true);
  }

  @Override
  public void sideA(SideA side) {
    try (AeronNode node = AeronNode.withDriver(side.directory())) {
      ExclusivePublication publication = node.publication(STREAM);
      SideA.Chunk chunk =
          (first, count) -> {
            for (long value = first; value < first + count; value++) {
              node.send(publication, size, value);
            }
          };
      if (toEach) {
        side.bursts(size, chunk);
      } else {
        side.stream(size, chunk);
      }
      AeronNode.awaitLeft(publication);
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
          idle();
        }
        side.received(count, sum.take());
      }
    }
  }

  private void idle() {
    if (toEach) {
      LockSupport.parkNanos(SideB.IDLE_NANOS);
    } else {
      Thread.onSpinWait();
    }
  }
}
