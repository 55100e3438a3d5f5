package hring.testkit;

import hring.api.spi.alloc.AllocatorMemory;
import hring.api.spi.alloc.AllocatorProvider;
import hring.api.spi.region.Participant;
import hring.api.spi.region.Region;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A region as a worker process sees it. */
final class WorkerPool implements AutoCloseable {
  private final Path file;
  private final Region region;
  private final Participant participant;
  private final LocalParty party;
  private final Churn churn;
  private boolean closed;

  WorkerPool(AllocatorProvider provider, Path file) {
    this.file = file;
    region = Region.attach(file, true);
    participant = region.participants().join();
    AllocatorProvider configured = provider.withOptions(region.header().allocatorOptions());
    AllocatorMemory memory = region.allocatorMemory();
    int owner = participant.owner();
    party =
        new LocalParty(
            owner, new WatchedAllocator(configured.attach(memory, owner), owner), memory);
    churn = new Churn(party, region.rings());
  }

  LocalParty party() {
    return party;
  }

  Churn churn() {
    return churn;
  }

  /** Removes the region's name; processes that have it mapped keep the mapping. */
  void deleteFile() {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot delete " + file, e);
    }
  }

  /** Closes the allocator, once. */
  void closeAllocator() {
    if (!closed) {
      closed = true;
      party.close();
    }
  }

  @Override
  public void close() {
    churn.pause();
    closeAllocator();
    participant.leave();
    region.close();
  }
}
