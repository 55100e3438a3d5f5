package hring.tests;

import hring.api.spi.region.Participant;
import hring.api.spi.region.Region;
import hring.api.spi.transport.Inbound;
import hring.api.spi.transport.Outbound;
import hring.api.spi.transport.TransportPlan;
import hring.shm.ShmProvider;
import java.util.function.UnaryOperator;

/** The transport shm, but for its name and its ends. */
class WrappedShm extends WrappedTransport {
  private final UnaryOperator<Outbound> outbound;
  private final UnaryOperator<Inbound> inbound;

  WrappedShm(String name) {
    this(name, UnaryOperator.identity(), UnaryOperator.identity());
  }

  WrappedShm(String name, UnaryOperator<Outbound> outbound, UnaryOperator<Inbound> inbound) {
    super(name, new ShmProvider());
    this.outbound = outbound;
    this.inbound = inbound;
  }

  @Override
  protected Outbound open(TransportPlan plan, Region region) {
    return outbound.apply(super.open(plan, region));
  }

  @Override
  public Inbound attach(Region region, Participant participant) {
    return inbound.apply(super.attach(region, participant));
  }
}
