package hring.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import hring.api.spi.alloc.BatchBit;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;

class AddressProperties {
  @Property
  void partsOfAComposedAddressAreReturned(
      @ForAll @LongRange(max = Address.MAX_OFFSET) long granules,
      @ForAll @IntRange(min = 1) int length) {
    long address = Address.of(granules, length);
    assertThat(Address.granules(address)).isEqualTo(granules);
    assertThat(Address.length(address)).isEqualTo(length);
    assertThat(BatchBit.isSet(address)).isFalse();
    assertThat(address).isNotEqualTo(Address.NULL);
  }

  @Property
  void theBatchBitChangesNothingElse(
      @ForAll @LongRange(max = Address.MAX_OFFSET) long granules,
      @ForAll @IntRange(min = 1) int length) {
    long address = Address.of(granules, length);
    long batch = BatchBit.set(address);
    assertThat(BatchBit.isSet(batch)).isTrue();
    assertThat(Address.granules(batch)).isEqualTo(granules);
    assertThat(Address.length(batch)).isEqualTo(length);
    assertThat(BatchBit.clear(batch)).isEqualTo(address);
  }

  @Property
  void refusesPartsThatDoNotFit(@ForAll long granules, @ForAll long length) {
    boolean fits =
        granules >= 0
            && granules <= Address.MAX_OFFSET
            && length >= 1
            && length <= Address.MAX_LENGTH;
    if (!fits) {
      assertThatIllegalArgumentException().isThrownBy(() -> Address.of(granules, length));
    }
  }
}
