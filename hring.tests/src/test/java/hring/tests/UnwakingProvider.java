package hring.tests;

import hring.api.Placement;
import hring.api.TransportException;
import hring.api.spi.region.Participant;
import hring.api.spi.region.Region;
import hring.api.spi.transport.Inbound;
import hring.api.spi.transport.Outbound;
import hring.api.spi.transport.TransportOptions;
import hring.api.spi.transport.TransportPlan;
import hring.api.spi.transport.TransportProvider;
import hring.shm.ShmProvider;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;

/** The transport shm, which posts and then fails to wake, as long as a test wants that. */
public final class UnwakingProvider implements TransportProvider {
  static final String NAME = "unwaking";

  /** Whether it fails. Static, so for one test at a time. */
  static volatile boolean fails;

  private final TransportProvider shm = new ShmProvider();

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Probe probe() {
    return shm.probe();
  }

  @Override
  public TransportPlan plan(TransportOptions options) {
    TransportPlan plan = shm.plan(options);
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
        return failing(plan.open(region));
      }
    };
  }

  private static Outbound failing(Outbound sound) {
    return (Outbound)
        Proxy.newProxyInstance(
            Outbound.class.getClassLoader(),
            new Class<?>[] {Outbound.class},
            (_, method, args) -> {
              try {
                Object result = method.invoke(sound, args);
                boolean wakes =
                    method.getName().equals("published")
                        || method.getName().equals("submit") && (int) result > 0;
                if (fails && wakes) {
                  throw new TransportException("cannot wake, on purpose");
                }
                return result;
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  @Override
  public Inbound attach(Region region, Participant participant) {
    return shm.attach(region, participant);
  }
}
