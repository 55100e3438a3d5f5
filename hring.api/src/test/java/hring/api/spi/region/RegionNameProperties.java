package hring.api.spi.region;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.AlphaChars;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.StringLength;

class RegionNameProperties {
  @Property
  void parsesComposedNames(
      @ForAll @AlphaChars @StringLength(min = 1, max = RegionName.MAX_NAME) String name,
      @ForAll @IntRange(min = 1, max = 1 << 22) int pid,
      @ForAll @IntRange(max = 1 << 20) int handle,
      @ForAll long instance) {
    RegionName region = new RegionName(name, pid, handle, 32, 8192, instance);
    assertThat(RegionName.parse(region.fileName())).contains(region);
    assertThat(region.fileName()).hasSizeLessThanOrEqualTo(255);
  }

  @Property
  void neverFailsOnOtherNames(@ForAll String fileName) {
    RegionName.parse(fileName).ifPresent(r -> assertThat(r.fileName()).isEqualTo(fileName));
  }

  @Example
  void refusesNamesThatCannotBeFiles() {
    for (String name : new String[] {"", "a/b", "a:b", ".hidden", "-x", "a b", "x".repeat(201)}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> RegionName.requireValid(name))
          .withMessageContaining("a name is 1 to 200");
    }
  }
}
