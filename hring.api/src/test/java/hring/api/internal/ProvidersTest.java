package hring.api.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import hring.api.ProviderException;
import java.util.List;
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
}
