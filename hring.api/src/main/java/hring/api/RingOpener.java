package hring.api;

import hring.api.internal.Backoff;
import hring.api.internal.ProviderSpec;
import hring.api.internal.Providers;
import hring.api.internal.TransportChoice;
import hring.api.internal.broadcast.Broadcast;
import hring.api.internal.naming.NameContest;
import hring.api.internal.naming.OpenNames;
import hring.api.internal.naming.RingDirectory;
import hring.api.internal.naming.RingWatch;
import hring.api.internal.naming.Users;
import hring.api.internal.recovery.Janitor;
import hring.api.internal.recovery.Recovery;
import hring.api.spi.alloc.Allocator;
import hring.api.spi.alloc.AllocatorProvider;
import hring.api.spi.alloc.PoolGeometry;
import hring.api.spi.region.Participant;
import hring.api.spi.region.Region;
import hring.api.spi.region.RegionSpec;
import hring.api.spi.transport.Outbound;
import hring.api.spi.transport.TransportOptions;

/** Opens a ring: everything that can be refused is asked before the region gets its name. */
final class RingOpener {
  private final SenderBuilder options;

  /** Whether any thread may send, one at a time; otherwise the one that opens. */
  private final boolean anyThread;

  RingOpener(SenderBuilder options, boolean anyThread) {
    this.options = options;
    this.anyThread = anyThread;
  }

  Sender open() {
    options.requireConsistent();
    ProviderSpec allocator = ProviderSpec.parse(options.allocator);
    AllocatorProvider allocators = Providers.allocator(allocator.name(), allocator.options());
    PoolGeometry geometry =
        new PoolGeometry(
            options.poolSize,
            options.granule == null
                ? PoolGeometry.defaultGranule(options.poolSize)
                : options.granule,
            options.maxReceivers + 1);
    long metadataSize = allocators.metadataSize(geometry);
    TransportChoice transport =
        TransportChoice.of(
            options.transport,
            new TransportOptions(
                options.submissionEntries,
                options.completionEntries,
                options.placement,
                options.tracer,
                anyThread));
    RegionSpec spec =
        new RegionSpec(
            options.name,
            options.files,
            geometry,
            transport.name(),
            transport.options(),
            transport.plan().placement(),
            transport.plan().ringsSize(),
            allocator.name(),
            allocator.options(),
            metadataSize,
            options.delivery,
            options.deathPolicy,
            options.deliveryLimit);
    RingDirectory directory = new RingDirectory(options.files.directory());
    RingWatch watch = new RingWatch(directory, options.name, Users.own());
    Backoff pause = new Backoff(options.patience);
    while (true) {
      try {
        return open(spec, transport, allocators, directory);
      } catch (NameException e) {
        // To try to open it costs much more than to look whether that can succeed by now.
        if (!pause.step() || !watch.awaitFree(pause)) {
          throw e;
        }
      }
    }
  }

  private Sender open(
      RegionSpec spec,
      TransportChoice transport,
      AllocatorProvider allocators,
      RingDirectory directory) {
    directory.requireFree(options.name);
    Runnable release = OpenNames.take(directory.path(), options.name);
    try {
      // Before the region is made: it may need their room. What cannot be removed is not in the
      // way.
      directory.sweep();
      return make(spec, transport, allocators, directory, release);
    } catch (RuntimeException | Error e) {
      release.run();
      throw e;
    }
  }

  private Sender make(
      RegionSpec spec,
      TransportChoice transport,
      AllocatorProvider allocators,
      RingDirectory directory,
      Runnable release) {
    Region region = Region.create(spec);
    region.afterClose(release);
    Outbound outbound = null;
    try {
      if (options.preTouch) {
        region.preTouch();
      }
      allocators.format(region.allocatorMemory());
      Participant participant = region.participants().join();
      Allocator allocator = allocators.attach(region.allocatorMemory(), participant.owner());
      outbound = deliver(transport.plan().open(region), region, allocator);
      requireAnyThread(transport, outbound);
      Recovery recovery = new Recovery(region, allocator, participant.owner());
      Janitor janitor =
          Janitor.ofSender(region, recovery, anyThread ? null : Thread.currentThread());
      Sender sender =
          new Sender(
              options,
              transport.description(),
              region,
              participant,
              outbound,
              allocator,
              janitor,
              anyThread);
      publish(region, outbound, janitor, directory);
      return sender.begin();
    } catch (RuntimeException | Error e) {
      // Nobody has attached to the region: delete all of it.
      region.discard(outbound, e);
      throw e;
    }
  }

  private void requireAnyThread(TransportChoice transport, Outbound outbound) {
    if (anyThread && outbound.isBoundToThread()) {
      throw new TransportException(
          "the transport "
              + transport.name()
              + " takes submissions from one thread only: open an ordinary sender, or choose"
              + " another transport");
    }
  }

  private Outbound deliver(Outbound outbound, Region region, Allocator allocator) {
    return options.delivery == Delivery.TO_EACH
        ? new Broadcast(region, outbound, allocator, options.maxMessages, options.maxBytes)
        : outbound;
  }

  private static void publish(
      Region region, Outbound outbound, Janitor janitor, RingDirectory directory) {
    janitor.start();
    try {
      region.publish(outbound.handle(), outbound.submissionEntries(), outbound.completionEntries());
      NameContest.win(directory, region);
      region.markOpen();
    } catch (RuntimeException | Error e) {
      janitor.close();
      throw e;
    }
  }
}
