package hring.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

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
    assertThat(Address.isBatch(address)).isFalse();
    assertThat(address).isNotEqualTo(Address.NULL);
  }

  @Property
  void theBatchBitChangesNothingElse(
      @ForAll @LongRange(max = Address.MAX_OFFSET) long granules,
      @ForAll @IntRange(min = 1) int length) {
    long address = Address.of(granules, length);
    long batch = Address.asBatch(address);
    assertThat(Address.isBatch(batch)).isTrue();
    assertThat(Address.granules(batch)).isEqualTo(granules);
    assertThat(Address.length(batch)).isEqualTo(length);
    assertThat(Address.asBlock(batch)).isEqualTo(address);
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
