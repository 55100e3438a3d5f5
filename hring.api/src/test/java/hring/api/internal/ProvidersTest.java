package hring.api.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import hring.api.ProviderException;
import java.util.Iterator;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class ProvidersTest {
  private static String select(List<String> names, String wanted) {
    return Providers.select("allocator", names, Function.identity(), wanted);
  }

  @Test
  void findsByName() {
    assertThat(select(List.of("slab", "buddy"), "buddy")).isEqualTo("buddy");
  }

  @Test
  void aMissListsWhatThereIs() {
    assertThatThrownBy(() -> select(List.of("slab", "buddy"), "slob"))
        .isInstanceOf(ProviderException.class)
        .hasMessageContaining("'slob'")
        .hasMessageContaining("buddy, slab")
        .hasMessageContaining("module path");
  }

  @Test
  void twoOfOneNameAreRefusedWhicheverIsWanted() {
    assertThatThrownBy(() -> select(List.of("slab", "buddy", "slab"), "buddy"))
        .isInstanceOf(ProviderException.class)
        .hasMessageContaining("two allocators are named 'slab'");
  }

  @Test
  void anInvalidNameIsRefused() {
    assertThatThrownBy(() -> select(List.of("Slab!"), "slab"))
        .isInstanceOf(ProviderException.class)
        .hasMessageContaining("invalid allocator name");
  }

  /** Names, of which one that starts with '!' cannot be loaded. */
  private static Iterable<String> partlyBroken(String... names) {
    return () ->
        new Iterator<>() {
          private int next;

          @Override
          public boolean hasNext() {
            return next < names.length;
          }

          @Override
          public String next() {
            String name = names[next++];
            if (name.startsWith("!")) {
              throw new ServiceConfigurationError(name);
            }
            return name;
          }
        };
  }

  @Test
  void oneThatCannotBeLoadedDoesNotStopTheOthers() {
    Iterable<String> providers = partlyBroken("slab", "!mine", "buddy");
    assertThat(Providers.select("allocator", providers, Function.identity(), "buddy"))
        .isEqualTo("buddy");
    assertThatThrownBy(() -> Providers.select("allocator", providers, Function.identity(), "mine"))
        .isInstanceOf(ProviderException.class)
        .hasMessageContaining("present: buddy, slab")
        .hasMessageContaining("cannot be loaded: !mine");
  }
}
