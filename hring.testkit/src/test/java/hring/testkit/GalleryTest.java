package hring.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectMethod;

import hring.api.spi.alloc.AllocatorProvider;
import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/**
 * Each broken allocator is caught by the property that is meant for it, run as its author would run
 * it. The build does this on the class path and on the module path.
 */
class GalleryTest {
  private static final Path TABLE = Path.of("..", "docs", "testkit.md");
  private static final String WATCHDOG = "hring.testkit.watchdog";

  /** A message that is shorter says nothing about why an allocator was caught. */
  private static final int LEAST_MESSAGE = 6;

  private static final double NANOS_PER_MS = 1e6;
  private static final Map<String, String> TIMES = new TreeMap<>();

  /** The allocator that the contracts below are run for. */
  private static AllocatorProvider provider;

  private Path directory;

  static final class One extends AllocatorContract {
    @Override
    protected AllocatorProvider provider() {
      return provider;
    }
  }

  static final class Crash extends CrashContract {
    @Override
    protected AllocatorProvider provider() {
      return provider;
    }
  }

  static final class Processes extends CrossProcessContract {
    @Override
    protected AllocatorProvider provider() {
      return provider;
    }
  }

  @AfterAll
  static void printTimes() {
    TIMES.forEach((title, time) -> System.out.println(title + ": " + time));
  }

  @BeforeEach
  void makeDirectory() throws IOException {
    directory = Files.createTempDirectory("hring-gallery");
    AllocatorSubject.forgetHangs();
  }

  @AfterEach
  void resetWatchdog() {
    System.clearProperty(WATCHDOG);
  }

  @AfterEach
  void removeDirectory() throws IOException {
    Example.remove(directory);
  }

  static Stream<Mutation> mutations() {
    return Gallery.all().stream();
  }

  @ParameterizedTest
  @MethodSource("mutations")
  void isCaught(Mutation mutation) {
    provider = mutation.example().compile(directory, mutation.edits());
    if (mutation.contract() == AllocatorContract.class) {
      // A hang in this process is found soon; starting others may take longer.
      System.setProperty(WATCHDOG, "2");
    }
    long start = System.nanoTime();
    List<Throwable> failures = run(mutation);
    double millis = (System.nanoTime() - start) / NANOS_PER_MS;
    assertEquals(1, failures.size(), () -> mutation.property() + " did not catch: " + mutation);
    String message = String.valueOf(failures.getFirst().getMessage());
    TIMES.put(
        mutation.title(),
        String.format("%.0f ms: %s", millis, message.lines().findFirst().orElse("")));
    assertTrue(
        mutation.messages().stream().allMatch(each -> each.length() >= LEAST_MESSAGE),
        "too little to know it by");
    assertTrue(
        mutation.messages().stream().anyMatch(message::contains),
        () -> "caught for another reason than " + mutation.messages() + ": " + message);
    assertTrue(message.contains("to repeat " + mutation.property()), message);
  }

  private List<Throwable> run(Mutation mutation) {
    Class<?> contract =
        mutation.contract() == AllocatorContract.class
            ? One.class
            : mutation.contract() == CrashContract.class ? Crash.class : Processes.class;
    LauncherDiscoveryRequest request =
        LauncherDiscoveryRequestBuilder.request()
            .selectors(selectMethod(contract, propertyOf(contract, mutation.property())))
            .configurationParameter("jqwik.database", directory.resolve("database").toString())
            .configurationParameter("jqwik.reporting.usejunitplatform", "true")
            .configurationParameter("jqwik.shrinking.default", "OFF")
            .build();
    List<Throwable> failures = new ArrayList<>();
    int[] run = new int[1];
    LauncherFactory.create()
        .execute(
            request,
            new TestExecutionListener() {
              @Override
              public void executionFinished(TestIdentifier test, TestExecutionResult result) {
                run[0] += test.isTest() ? 1 : 0;
                result.getThrowable().ifPresent(failures::add);
              }
            });
    assertEquals(1, run[0], mutation.property() + " was run");
    return failures;
  }

  private static Method propertyOf(Class<?> contract, String name) {
    return Stream.of(contract.getMethods())
        .filter(method -> method.getName().equals(name))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no property is named " + name));
  }

  @Test
  void theTableHasARowForEach() throws IOException {
    String table = Files.readString(TABLE);
    for (Mutation mutation : Gallery.all()) {
      assertTrue(
          table.contains("| " + mutation.title() + " | `" + mutation.property() + "` |"),
          () -> TABLE + " has no row for: " + mutation + ", " + mutation.property());
    }
    long rows =
        table.lines().filter(line -> line.matches("\\| .* \\| `\\w+` \\| \\d+ ms \\|")).count();
    assertEquals(Gallery.all().size(), rows, "rows of the table in " + TABLE);
  }
}
