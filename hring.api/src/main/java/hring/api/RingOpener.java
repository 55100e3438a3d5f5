package hring.api;

import hring.api.internal.Providers;
import hring.api.internal.TransportChoice;
import hring.api.internal.naming.NameLock;
import hring.api.internal.naming.RingDirectory;
import hring.api.internal.naming.Users;
import hring.api.internal.recovery.Janitor;
import hring.api.internal.recovery.Redelivery;
import hring.api.spi.alloc.Allocator;
import hring.api.spi.alloc.AllocatorProvider;
import hring.api.spi.alloc.Owner;
import hring.api.spi.alloc.PoolGeometry;
import hring.api.spi.region.Participant;
import hring.api.spi.region.Region;
import hring.api.spi.region.RegionSpec;
import hring.api.spi.transport.Outbound;
import hring.api.spi.transport.TransportOptions;

/** Opens a ring: everything that can be refused is asked before the region gets its name. */
final class RingOpener {
  private final SenderBuilder options;

  RingOpener(SenderBuilder options) {
    this.options = options;
  }

  Sender open() {
    AllocatorProvider allocators = Providers.allocator(options.allocator);
    PoolGeometry geometry =
        new PoolGeometry(
            options.poolSize,
            options.granule == null
                ? PoolGeometry.defaultGranule(options.poolSize)
                : options.granule,
            Owner.MAX);
    long metadataSize = allocators.metadataSize(geometry);
    TransportChoice transport =
        TransportChoice.of(
            options.transport,
            new TransportOptions(
                options.submissionEntries,
                options.completionEntries,
                options.placement,
                options.tracer));
    RegionSpec spec =
        new RegionSpec(
            options.name,
            options.files,
            geometry,
            transport.name(),
            transport.plan().placement(),
            transport.plan().ringsSize(),
            options.allocator,
            metadataSize);
    RingDirectory directory = new RingDirectory(options.files.directory());
    try (NameLock _ = NameLock.acquire(directory.path(), options.name, Users.own())) {
      directory.clear(options.name);
      return make(spec, transport, allocators);
    }
  }

  private Sender make(RegionSpec spec, TransportChoice transport, AllocatorProvider allocators) {
    Region region = Region.create(spec);
    Outbound outbound = null;
    try {
      allocators.format(region.allocatorMemory());
      Participant participant = region.participants().join();
      Allocator allocator = allocators.attach(region.allocatorMemory(), participant.owner());
      outbound = transport.plan().open(region);
      Redelivery redelivery =
          options.deathPolicy == DeathPolicy.REDELIVER
              ? new Redelivery(region, allocator, outbound)
              : null;
      Janitor janitor = new Janitor(options.name, region, allocator, redelivery);
      Sender sender =
          new Sender(
              options, transport.description(), region, outbound, allocator, redelivery, janitor);
      publish(region, outbound, janitor);
      return sender;
    } catch (RuntimeException | Error e) {
      // Nobody has seen the region: take back all of it.
      region.discard(outbound, e);
      throw e;
    }
  }

  private void publish(Region region, Outbound outbound, Janitor janitor) {
    janitor.start();
    try {
      region.publish(
          options.name,
          outbound.handle(),
          outbound.submissionEntries(),
          outbound.completionEntries());
    } catch (RuntimeException | Error e) {
      janitor.close();
      throw e;
    }
  }
}
