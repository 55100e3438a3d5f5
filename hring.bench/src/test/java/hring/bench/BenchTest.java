package hring.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import hring.testkit.ChildJvm;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One cheap case from end to end: two JVMs, plain shared memory, the JSON. */
final class BenchTest {
  private static final Duration LIMIT = Duration.ofSeconds(120);

  @Test
  void quickRunWritesItsResults(@TempDir Path directory) throws Exception {
    Path json = directory.resolve("results.json");
    try (ChildJvm bench =
        ChildJvm.start(Main.class, "--quick", "--runs=1", "--only=shm/stream", "--json=" + json)) {
      bench.finish(LIMIT);
    }
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
