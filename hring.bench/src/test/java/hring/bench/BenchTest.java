package hring.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One cheap case from end to end: two JVMs, plain shared memory, the JSON. */
final class BenchTest {
  private static final long LIMIT_SECONDS = 120;

  @Test
  void quickRunWritesItsResults(@TempDir Path directory) throws Exception {
    Path output = directory.resolve("output");
    Path json = directory.resolve("results.json");
    Process bench =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                "--quick",
                "--runs=1",
                "--only=shm/stream",
                "--json=" + json)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    try {
      assertThat(bench.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)).isTrue();
    } finally {
      bench.destroy();
    }
    assertThat(bench.exitValue()).as(Files.readString(output)).isZero();
    JsonNode results = new ObjectMapper().readTree(json.toFile());
    assertThat(results).isNotEmpty();
    for (JsonNode result : results) {
      assertThat(result.fieldNames())
          .toIterable()
          .containsExactlyInAnyOrder("case", "metric", "unit", "median", "min", "max", "runs");
    }
    JsonNode time = results.valueStream().filter(r -> is(r, "time")).findFirst().orElseThrow();
    assertThat(time.get("case").asText()).isEqualTo("shm/stream");
    assertThat(time.get("unit").asText()).isEqualTo("ns/msg");
    assertThat(time.get("median").asDouble()).isPositive();
    assertThat(time.get("runs").asInt()).isEqualTo(1);
    assertThat(results.valueStream()).anyMatch(result -> is(result, "garbage"));
    assertThat(results.valueStream()).anyMatch(result -> is(result, Distance.METRIC));
  }

  private static boolean is(JsonNode result, String metric) {
    return result.get("metric").asText().equals(metric);
  }
}
