package hring.api.spi.alloc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.assertj.core.api.ThrowableAssertAlternative;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProviderOptionsTest {
  private static final ProviderOptions OPTIONS =
      new ProviderOptions(
          "block=256&order=a=b, c&least=-9223372036854775808&big=9223372036854775808");

  @Test
  void valuesAreFoundByTheirKeys() {
    assertThat(OPTIONS.number("block", 1, 2, 256)).isEqualTo(256);
    assertThat(OPTIONS.powerOfTwo("block", 1, 256, 512)).isEqualTo(256);
    assertThat(OPTIONS.text("order", "")).isEqualTo("a=b, c");
    assertThat(OPTIONS.number("least", 1, Long.MIN_VALUE, 0)).isEqualTo(Long.MIN_VALUE);
    assertThat(OPTIONS.isEmpty()).isFalse();
  }

  @Test
  void missingOptionsHaveTheirDefaults() {
    assertThat(OPTIONS.number("reserve", 7, 0, 1)).isEqualTo(7);
    assertThat(OPTIONS.powerOfTwo("reserve", 7, 0, 1)).isEqualTo(7);
    assertThat(OPTIONS.text("reserve", "none")).isEqualTo("none");
    assertThat(ProviderOptions.NONE.isEmpty()).isTrue();
  }

  @Test
  void aValueThatIsNotAllowedIsNamedWithWhatIs() {
    refuses(() -> OPTIONS.number("block", 1, 0, 255))
        .withMessage("option block=256: it must be a whole number from 0 to 255");
    refuses(() -> OPTIONS.number("block", 1, 257, 300)).withMessageContaining("from 257 to 300");
    refuses(() -> OPTIONS.number("big", 1, 0, Long.MAX_VALUE)).withMessageContaining("big=92");
    refuses(() -> OPTIONS.powerOfTwo("order", 1, 1, 8))
        .withMessage("option order=a=b, c: it must be a power of two from 1 to 8");
    refuses(() -> OPTIONS.powerOfTwo("least", 1, Long.MIN_VALUE + 1, 8))
        .withMessageContaining("least=-92");
    refuses(() -> new ProviderOptions("n=12").powerOfTwo("n", 1, 1, 16))
        .withMessage("option n=12: it must be a power of two from 1 to 16");
  }

  @Test
  void anUnknownOptionIsNamedWithThoseThatThereAre() {
    OPTIONS.requireOnly("least", "order", "block", "big", "another");
    refuses(() -> OPTIONS.requireOnly("block", "order", "big"))
        .withMessage(
            "option least=-9223372036854775808: there is no such option; there are block, order,"
                + " big");
    ProviderOptions.NONE.requireNone("allocator mine");
    refuses(() -> new ProviderOptions("a=1").requireNone("allocator mine"))
        .withMessage("allocator mine has no options; given were 'a=1'");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "a=", "=1", "A=1", "a_b=1", "a =1", "&", "a=1&", "&a=1", "a=1&&b=1"})
  void otherFormsAreRefused(String text) {
    refuses(() -> new ProviderOptions(text)).withMessageContaining("write key=value");
  }

  @ParameterizedTest
  @CsvSource({"9,U+0009", "27,U+001B", "127,U+007F", "228,U+00E4", "65533,U+FFFD"})
  void onlyPrintableAsciiIsAccepted(int character, String shown) {
    refuses(() -> new ProviderOptions("a=1" + (char) character))
        .withMessage("character 3 of the options is " + shown + ": it must be printable ASCII");
  }

  @Test
  void aKeyComesOnce() {
    refuses(() -> new ProviderOptions("a=1&b=2&a=3"))
        .withMessage("option a is given twice: a=1 and a=3");
  }

  @Test
  void thereIsRoomFor128Bytes() {
    String longest = "a=" + "1".repeat(126);
    assertThat(new ProviderOptions(longest).text()).isEqualTo(longest);
    refuses(() -> new ProviderOptions(longest + "1"))
        .withMessage("options of 129 characters: there is room for 128");
  }

  private static ThrowableAssertAlternative<IllegalArgumentException> refuses(
      ThrowingCallable call) {
    return assertThatIllegalArgumentException().isThrownBy(call);
  }
}
