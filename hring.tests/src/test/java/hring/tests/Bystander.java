package hring.tests;

import hring.api.internal.Providers;
import hring.api.internal.recovery.Recovery;
import hring.api.spi.alloc.Allocator;
import hring.api.spi.region.Participant;
import hring.api.spi.region.Region;

/** Somebody who is attached to a ring and does nothing but reclaim, when asked to. */
final class Bystander implements AutoCloseable {
  private final Region region;
  private final Participant participant;
  private final Recovery recovery;
  private boolean closed;

  Bystander(String name) {
    region = Region.attach(Slots.file(name), true);
    participant = region.participants().join();
    Allocator allocator =
        Providers.allocator(region.header().allocator(), region.header().allocatorOptions())
            .attach(region.allocatorMemory(), participant.owner());
    recovery = new Recovery(region, allocator, participant.owner());
  }

  void lookAround() {
    recovery.lookAround();
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      recovery.leave(participant);
      region.close();
    }
  }
}
