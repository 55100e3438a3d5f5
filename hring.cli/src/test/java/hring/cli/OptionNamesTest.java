package hring.cli;

import static org.assertj.core.api.Assertions.assertThat;

import hring.api.ReceiverBuilder;
import hring.api.SenderBuilder;
import hring.api.TapBuilder;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class OptionNamesTest {
  /** Those that the command has no option for, so that no sentence it shows may name them. */
  private static final Set<String> WITHOUT_OPTION = Set.of("granule", "follow", "onHandlerFailure");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "say fromUser(\"root\") if it is trusted | say --from-user root if it is trusted",
        "allow it: allowTracer(pid) or allowAnyTracer(). | allow it: --allow-any-tracer.",
        "use placement IN_REGION | use --placement in-region",
        "use placement(Placement.IN_KERNEL) | use --placement in-kernel",
        "use Placement.IN_KERNEL | use --placement in-kernel",
        "a larger poolSize(bytes) | a larger --pool BYTES",
        "use DeathPolicy.REDELIVER | use --on-receiver-death redeliver",
        "io_uring_setup failed with EPERM (only CAP_SYS_ADMIN) | "
            + "io_uring_setup failed with EPERM (only CAP_SYS_ADMIN)",
        "only free() may be called | only free() may be called"
      })
  void sentencesOfTheLibraryNameOptions(String sentence, String expected) {
    assertThat(OptionNames.in(sentence)).isEqualTo(expected);
  }

  static Stream<String> methodsOfTheBuilders() {
    return Stream.of(SenderBuilder.class, ReceiverBuilder.class, TapBuilder.class)
        .flatMap(type -> Arrays.stream(type.getMethods()).filter(m -> m.getReturnType() == type))
        .map(Method::getName)
        .filter(method -> !WITHOUT_OPTION.contains(method))
        .distinct();
  }

  @ParameterizedTest
  @MethodSource("methodsOfTheBuilders")
  void everyMethodOfABuilderHasItsOption(String method) {
    assertThat(OptionNames.in("use " + method + "(x)")).startsWith("use --").doesNotContain("(");
  }

  @Test
  void aMissingSentenceIsEmpty() {
    assertThat(OptionNames.in(null)).isEmpty();
  }
}
