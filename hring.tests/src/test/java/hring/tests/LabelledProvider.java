package hring.tests;

import hring.api.spi.alloc.ProviderOptions;
import hring.api.spi.region.Participant;
import hring.api.spi.region.Region;
import hring.api.spi.transport.Inbound;
import hring.api.spi.transport.TransportOptions;
import hring.api.spi.transport.TransportPlan;
import hring.api.spi.transport.TransportProvider;
import hring.shm.ShmProvider;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A transport with an option, {@code labelled?label=X}, that notes for what it was given. */
public final class LabelledProvider implements TransportProvider {
  /** What was done, and with which label. One test at a time. */
  static final List<String> DONE = new CopyOnWriteArrayList<>();

  private final TransportProvider shm = new ShmProvider();
  private final String label;

  /** Without options. */
  public LabelledProvider() {
    this("none");
  }

  private LabelledProvider(String label) {
    this.label = label;
  }

  @Override
  public String name() {
    return "labelled";
  }

  @Override
  public TransportProvider withOptions(ProviderOptions options) {
    options.requireOnly("label");
    return new LabelledProvider(options.text("label", "none"));
  }

  @Override
  public Probe probe() {
    return shm.probe();
  }

  @Override
  public TransportPlan plan(TransportOptions options) {
    DONE.add("plan " + label);
    return shm.plan(options);
  }

  @Override
  public Inbound attach(Region region, Participant participant) {
    DONE.add("attach " + label);
    return shm.attach(region, participant);
  }
}
