package hring.api.internal.naming;

import hring.api.AllocatorStats;
import hring.api.ProviderException;
import hring.api.RingInfo;
import hring.api.RingInfo.Condition;
import hring.api.internal.Providers;
import hring.api.internal.naming.RegionProbe.Use;
import hring.api.spi.alloc.Allocator;
import hring.api.spi.alloc.Owner;
import hring.api.spi.region.HeaderLayout;
import hring.api.spi.region.Participants;
import hring.api.spi.region.Region;
import hring.api.spi.region.RegionHeader;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Optional;

/** Looks at a ring without taking part in it. */
public final class RingObserver {
  private RingObserver() {}

  /**
   * Looks at a region's file.
   *
   * @param file the file
   * @return what can be seen; empty if it is gone by now
   */
  public static Optional<RingInfo> observe(RingFile file) {
    RegionProbe probe = RegionProbe.of(file.path());
    if (probe.use() == Use.GONE) {
      return Optional.empty();
    }
    if (!file.finished()) {
      return Optional.of(info(file, Condition.UNFINISHED, Optional.empty()));
    }
    Condition condition =
        switch (probe.use()) {
          case TAKEN -> Condition.ALIVE;
          case ATTACHED, DEAD -> probe.hasLocks() ? Condition.STALE : Condition.UNREADABLE;
          case UNKNOWN, GONE -> Condition.UNREADABLE;
        };
    try (Region region = Region.attach(file.path(), false)) {
      boolean ownerless =
          condition == Condition.ALIVE && region.participants().isThreadDead(Participants.SENDER);
      return Optional.of(
          info(
              file,
              ownerless ? Condition.OWNER_THREAD_DEAD : condition,
              Optional.of(details(region))));
    } catch (RuntimeException | InternalError e) {
      // Not an error of the one who lists. That nobody is there is known of later layouts too.
      boolean stale = condition == Condition.STALE && probe.version() != HeaderLayout.VERSION;
      return Optional.of(
          info(file, stale ? Condition.STALE : Condition.UNREADABLE, Optional.empty()));
    }
  }

  private static RingInfo.Details details(Region region) {
    RegionHeader header = region.header();
    long receivers =
        region.participants().owners().stream().filter(o -> o != Participants.SENDER).count();
    return new RingInfo.Details(
        header.placement(),
        header.transport(),
        header.allocator(),
        header.geometry().granule(),
        header.geometry().poolSize(),
        (int) receivers,
        use(region),
        region.participants().stats());
  }

  private static Optional<AllocatorStats> use(Region region) {
    try (Allocator allocator =
        Providers.allocator(region.header().allocator(), region.header().allocatorOptions())
            .attach(region.allocatorMemory(), Owner.NONE)) {
      return Optional.of(allocator.stats());
    } catch (ProviderException | IllegalArgumentException e) {
      // The allocator is not present here, or there cannot be one in such a pool.
      return Optional.empty();
    }
  }

  private static RingInfo info(
      RingFile file, Condition condition, Optional<RingInfo.Details> details) {
    long size;
    try {
      size = Files.size(file.path());
    } catch (IOException e) {
      size = 0;
    }
    return new RingInfo(
        file.name().name(),
        file.path(),
        condition,
        file.name().pid(),
        file.user(),
        file.uid(),
        size,
        file.name().submissionEntries(),
        file.name().completionEntries(),
        details);
  }
}
