package hring.tests;

import hring.api.Placement;
import hring.api.spi.region.Participant;
import hring.api.spi.region.Region;
import hring.api.spi.transport.Inbound;
import hring.api.spi.transport.Outbound;
import hring.api.spi.transport.TransportOptions;
import hring.api.spi.transport.TransportPlan;
import hring.api.spi.transport.TransportProvider;

/** Another transport under a name of its own; subclasses change what they are about. */
public abstract class WrappedTransport implements TransportProvider {
  private final String name;
  private final TransportProvider sound;

  protected WrappedTransport(String name, TransportProvider sound) {
    this.name = name;
    this.sound = sound;
  }

  @Override
  public final String name() {
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
        return WrappedTransport.this.open(plan, region);
      }
    };
  }

  /** Opens the sender's end, by the plan of the other transport. */
  protected Outbound open(TransportPlan plan, Region region) {
    return plan.open(region);
  }

  @Override
  public Inbound attach(Region region, Participant participant) {
    return sound.attach(region, participant);
  }
}
