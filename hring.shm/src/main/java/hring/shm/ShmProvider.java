package hring.shm;

import hring.api.Placement;
import hring.api.RegionException;
import hring.api.TransportException;
import hring.api.spi.region.Participant;
import hring.api.spi.region.Region;
import hring.api.spi.transport.Entries;
import hring.api.spi.transport.Inbound;
import hring.api.spi.transport.Outbound;
import hring.api.spi.transport.TransportOptions;
import hring.api.spi.transport.TransportPlan;
import hring.api.spi.transport.TransportProvider;
import hring.linux.NativeAccess;
import hring.linux.transport.ClaimingInbound;
import java.lang.foreign.Arena;
import java.util.List;

/** The transport named "shm". */
public final class ShmProvider implements TransportProvider {
  /** For {@link java.util.ServiceLoader}. */
  public ShmProvider() {}

  @Override
  public String name() {
    return "shm";
  }

  @Override
  public Probe probe() {
    try {
      NativeAccess.require();
    } catch (TransportException e) {
      return new Probe(false, List.of(e.getMessage()));
    }
    return new Probe(true, List.of("ring in the region: can be made"));
  }

  @Override
  public TransportPlan plan(TransportOptions options) {
    options.requireEntries();
    if (options.placement() == Placement.IN_KERNEL) {
      throw new TransportException(
          "the transport shm keeps its ring in the region: leave the placement open, or take the"
              + " transport uring");
    }
    NativeAccess.require();
    return new Plan(options);
  }

  @Override
  public Inbound attach(Region region, Participant participant) {
    Entries entries = entries(region);
    Arena arena = Arena.ofShared();
    try {
      return new ClaimingInbound(region, participant, entries, arena, "reads the region");
    } catch (RuntimeException | Error e) {
      arena.close();
      throw e;
    }
  }

  @Override
  public Entries entries(Region region) {
    int size = region.header().completionEntries();
    if (size > TransportOptions.MAX_COMPLETIONS
        || region.rings().byteSize() < ShmEntries.sectionSize(size)) {
      throw new RegionException(
          region.file()
              + " is no sound region: its ring of "
              + size
              + " entries does not fit into its rings section of "
              + region.rings().byteSize()
              + " bytes");
    }
    return new ShmEntries(region.rings(), size);
  }

  private record Plan(TransportOptions options) implements TransportPlan {
    @Override
    public Placement placement() {
      return Placement.IN_REGION;
    }

    @Override
    public long ringsSize() {
      return ShmEntries.sectionSize(options.completionEntries());
    }

    @Override
    public Outbound open(Region region) {
      return new ShmOutbound(region, options);
    }
  }
}
