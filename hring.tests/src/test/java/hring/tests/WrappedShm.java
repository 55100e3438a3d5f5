package hring.tests;

import hring.api.Placement;
import hring.api.spi.region.Participant;
import hring.api.spi.region.Region;
import hring.api.spi.transport.Inbound;
import hring.api.spi.transport.Outbound;
import hring.api.spi.transport.TransportOptions;
import hring.api.spi.transport.TransportPlan;
import hring.api.spi.transport.TransportProvider;
import hring.shm.ShmProvider;
import java.util.function.UnaryOperator;

/** The transport shm, but for its name and its ends. */
class WrappedShm implements TransportProvider {
  private final ShmProvider sound = new ShmProvider();
  private final String name;
  private final UnaryOperator<Outbound> outbound;
  private final UnaryOperator<Inbound> inbound;

  WrappedShm(String name) {
    this(name, UnaryOperator.identity(), UnaryOperator.identity());
  }

  WrappedShm(String name, UnaryOperator<Outbound> outbound, UnaryOperator<Inbound> inbound) {
    this.name = name;
    this.outbound = outbound;
    this.inbound = inbound;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Probe probe() {
    return sound.probe();
  }

  @Override
  public TransportPlan plan(TransportOptions options) {
    TransportPlan plan = sound.plan(options);
    return new TransportPlan() {
      @Override
      public Placement placement() {
        return plan.placement();
      }

      @Override
      public long ringsSize() {
        return plan.ringsSize();
      }

      @Override
      public Outbound open(Region region) {
        return outbound.apply(plan.open(region));
      }
    };
  }

  @Override
  public Inbound attach(Region region, Participant participant) {
    return inbound.apply(sound.attach(region, participant));
  }
}
