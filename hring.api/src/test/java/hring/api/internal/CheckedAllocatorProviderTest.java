package hring.api.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import hring.api.ProviderException;
import hring.api.spi.alloc.Allocator;
import hring.api.spi.alloc.AllocatorMemory;
import hring.api.spi.alloc.AllocatorProvider;
import hring.api.spi.alloc.PoolGeometry;
import java.util.function.LongSupplier;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What an allocator from elsewhere does wrong is named as its own doing. */
class CheckedAllocatorProviderTest {
  private static final PoolGeometry GEOMETRY = new PoolGeometry(4096, 64, 2);

  private static AllocatorProvider checked(LongSupplier metadataSize) {
    return new CheckedAllocatorProvider(
        new AllocatorProvider() {
          @Override
          public String name() {
            return "mine";
          }

          @Override
          public long metadataSize(PoolGeometry geometry) {
            return metadataSize.getAsLong();
          }

          @Override
          public void format(AllocatorMemory memory) {
            throw new IllegalStateException("my bug");
          }

          @Override
          public Allocator attach(AllocatorMemory memory, int owner) {
            return null;
          }
        });
  }

  private static void isItsOwn(ThrowingCallable call, String what) {
    assertThatThrownBy(call)
        .isInstanceOf(ProviderException.class)
        .hasMessageContaining("allocator 'mine': " + what)
        .hasMessageContaining("this is a defect of " + CheckedAllocatorProviderTest.class.getName())
        .hasMessageContaining("not of hring");
  }

  @ParameterizedTest
  @ValueSource(longs = {-5, Long.MAX_VALUE, Long.MIN_VALUE, (1L << 48) + 1})
  void impossibleMetadataSizesAreBlamedOnTheProvider(long size) {
    isItsOwn(() -> checked(() -> size).metadataSize(GEOMETRY), "metadataSize() returned " + size);
  }

  @Test
  void undocumentedExceptionsAreBlamedOnTheProvider() {
    isItsOwn(
        () -> checked(() -> 0).format(null),
        "format() threw java.lang.IllegalStateException: my bug");
  }

  @Test
  void aMissingAllocatorIsBlamedOnTheProvider() {
    isItsOwn(() -> checked(() -> 0).attach(null, 1), "attach() returned null");
  }

  @Test
  void aPoolThatIsTooSmallIsTheCallersMistake() {
    AllocatorProvider provider =
        checked(
            () -> {
              throw new IllegalArgumentException("too small");
            });
    assertThatThrownBy(() -> provider.metadataSize(GEOMETRY))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("too small");
    assertThat(checked(() -> 7).metadataSize(GEOMETRY)).isEqualTo(7);
  }
}
