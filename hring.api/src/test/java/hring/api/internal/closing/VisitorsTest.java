package hring.api.internal.closing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Whether a ring's memory may be unmapped depends on who is in the middle of a method. */
@Timeout(30)
class VisitorsTest {
  private final Visitors visitors = new Visitors();

  private static long in(long millis) {
    return System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
  }

  @Test
  void aVisitorThatIsStoppedIsWaitedForHoweverLongThatTakes() throws Exception {
    assertThat(visitors.enter()).isTrue();
    assertThat(visitors.enter()).isTrue();
    visitors.exit();
    visitors.close();
    assertThat(visitors.awaitNone(in(50))).isFalse();
    assertThat(visitors.count()).isEqualTo(1);
    CompletableFuture<Boolean> none =
        CompletableFuture.supplyAsync(() -> visitors.awaitNone(in(20_000)));
    visitors.exit();
    assertThat(none.get()).isTrue();
  }

  @Test
  void nobodyEntersOnceItIsClosed() {
    visitors.close();
    visitors.close();
    assertThat(visitors.enter()).isFalse();
    assertThat(visitors.enter()).isFalse();
    assertThat(visitors.count()).isZero();
    assertThat(visitors.awaitNone(in(0))).isTrue();
  }
}
