package hring.api.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import hring.api.Placement;
import hring.api.ProviderException;
import hring.api.TransportException;
import hring.api.spi.region.Participant;
import hring.api.spi.region.Region;
import hring.api.spi.transport.Inbound;
import hring.api.spi.transport.Outbound;
import hring.api.spi.transport.TransportOptions;
import hring.api.spi.transport.TransportPlan;
import hring.api.spi.transport.TransportProvider;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class TransportChoiceTest {
  private static final TransportOptions OPTIONS =
      new TransportOptions(8, 16, Placement.IN_REGION, TransportOptions.NO_TRACER);

  @Test
  void uringComesFirstWhereItCan() {
    TransportChoice choice = choose(works("shm"), works("another"), works("uring"));
    assertThat(choice.name()).isEqualTo("uring");
    assertThat(choice.description()).isEqualTo("transport uring");
  }

  @Test
  void shmIsTakenWhereUringIsRefusedAndSaysWhy() {
    TransportChoice choice = choose(works("another"), works("shm"), refuses("uring", "EPERM"));
    assertThat(choice.name()).isEqualTo("shm");
    assertThat(choice.description()).isEqualTo("transport shm (not uring: EPERM)");
  }

  @Test
  void othersAreTakenWhereNeitherCan() {
    TransportChoice choice =
        choose(works("another"), refuses("shm", "no memory"), refuses("uring", "EPERM"));
    assertThat(choice.description())
        .isEqualTo("transport another (not uring: EPERM; shm: no memory)");
  }

  @Test
  void whereAllAreRefusedEachSaysWhy() {
    assertThatThrownBy(() -> choose(refuses("shm", "no memory"), refuses("uring", "EPERM")))
        .isInstanceOf(TransportException.class)
        .hasMessageContaining("uring: EPERM")
        .hasMessageContaining("shm: no memory");
  }

  @Test
  void whereNoneIsPresentTheModulesAreNamed() {
    assertThatThrownBy(() -> choose())
        .isInstanceOf(ProviderException.class)
        .hasMessageContaining("hring.uring")
        .hasMessageContaining("hring.shm");
  }

  /** What is wrong with any transport is no reason to take another one. */
  @Test
  void wrongOptionsAreNotTriedElsewhere() {
    Fake wrong =
        new Fake(
            "uring",
            _ -> {
              throw new IllegalArgumentException("7 submission entries");
            });
    assertThatThrownBy(() -> choose(wrong, works("shm")))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static TransportChoice choose(Fake... present) {
    Map<String, TransportProvider> byName =
        Arrays.stream(present)
            .collect(Collectors.toMap(Fake::name, Function.identity(), (a, _) -> a, TreeMap::new));
    return TransportChoice.first(byName, OPTIONS);
  }

  private static Fake works(String name) {
    return new Fake(name, Plan::new);
  }

  private static Fake refuses(String name, String reason) {
    return new Fake(
        name,
        _ -> {
          throw new TransportException(reason);
        });
  }

  private record Fake(String name, Function<TransportOptions, TransportPlan> planner)
      implements TransportProvider {
    @Override
    public Probe probe() {
      return new Probe(true, List.of());
    }

    @Override
    public TransportPlan plan(TransportOptions options) {
      return planner.apply(options);
    }

    @Override
    public Inbound attach(Region region, Participant participant) {
      throw new UnsupportedOperationException("nothing is attached to here");
    }
  }

  private record Plan(TransportOptions options) implements TransportPlan {
    @Override
    public Placement placement() {
      return options.placement();
    }

    @Override
    public long ringsSize() {
      return 0;
    }

    @Override
    public Outbound open(Region region) {
      throw new UnsupportedOperationException("nothing is opened here");
    }
  }
}
