package hring.api.internal.closing;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import hring.api.CloseException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SecondCloserTest {
  @Test
  void aSecondCloserWaitsOnlyUntilItsDeadline() throws Exception {
    FutureTask<Confinement> making = new FutureTask<>(() -> new Confinement("it", () -> {}));
    Thread owner = Thread.ofPlatform().start(making);
    owner.join();
    Confinement confinement = making.get();
    CountDownLatch begun = new CountDownLatch(1);
    CompletableFuture<Void> end = new CompletableFuture<>();
    CompletableFuture<Void> first =
        CompletableFuture.runAsync(
            () ->
                confinement.close(
                    System.nanoTime() + TimeUnit.MINUTES.toNanos(1),
                    () -> {
                      begun.countDown();
                      end.join();
                    }));
    begun.await();
    assertThatThrownBy(() -> confinement.close(System.nanoTime(), () -> {}))
        .isInstanceOf(CloseException.class)
        .hasMessageContaining("another thread is closing it");
    end.complete(null);
    first.get();
    confinement.close(System.nanoTime(), () -> {});
  }
}
