package hring.tests;

import hring.api.TransportException;
import hring.api.spi.transport.Outbound;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.function.UnaryOperator;

/** The transport shm, which posts and then fails to wake, as long as a test wants that. */
public final class UnwakingProvider extends WrappedShm {
  static final String NAME = "unwaking";

  /** Whether it fails. Static, so for one test at a time. */
  static volatile boolean fails;

  /** For {@link java.util.ServiceLoader}. */
  public UnwakingProvider() {
    super(NAME, UnwakingProvider::failing, UnaryOperator.identity());
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
}
