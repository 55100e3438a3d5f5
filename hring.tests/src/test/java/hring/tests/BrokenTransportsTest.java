package hring.tests;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import hring.api.RegionException;
import hring.api.spi.transport.Inbound;
import hring.api.spi.transport.Outbound;
import hring.api.spi.transport.TransportOptions;
import hring.api.spi.transport.TransportPlan;
import hring.api.spi.transport.TransportProvider;
import hring.shm.ShmProvider;
import hring.testkit.TransportContract;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Each broken transport is caught by the test that is meant for it. */
@Timeout(120)
class BrokenTransportsTest {
  private static final int EACH = 50;

  private static void caught(
      TransportProvider broken, String reason, Consumer<TransportContract> test) {
    assertThatThrownBy(() -> test.accept(contract(broken))).hasMessageContaining(reason);
  }

  private static void caught(
      UnaryOperator<Outbound> broken, String reason, Consumer<TransportContract> test) {
    caught(new WrappedShm("broken", broken, UnaryOperator.identity()), reason, test);
  }

  private static TransportContract contract(TransportProvider provider) {
    return new TransportContract() {
      @Override
      protected TransportProvider provider() {
        return provider;
      }
    };
  }

  @Test
  void catchesLostEntries() {
    caught(
        sound ->
            new Passing(sound) {
              private int count;

              @Override
              public int queue(long[] words, int from, int to) {
                boolean loses = ++count % EACH == 0 && to > from;
                return sound.queue(words, loses ? from + 1 : from, to);
              }
            },
        "the next entry",
        TransportContract::entriesArriveOnceAndInOrder);
  }

  @Test
  void catchesReorderedEntries() {
    caught(
        sound ->
            new Passing(sound) {
              @Override
              public int queue(long[] words, int from, int to) {
                long[] changed = words.clone();
                if (to - from > 4) {
                  changed[from] = words[from + 1];
                  changed[from + 1] = words[from];
                }
                return sound.queue(changed, from, to);
              }
            },
        "the next entry",
        TransportContract::entriesArriveOnceAndInOrder);
  }

  @Test
  void catchesEntriesPostedTwice() {
    caught(
        sound ->
            new Passing(sound) {
              private int count;

              @Override
              public int submit() {
                int submitted = sound.submit();
                if (++count % EACH == 0 && sound.writableEntries() > 0) {
                  sound.queue(new long[] {1}, 0, 1);
                  sound.submit();
                }
                return submitted;
              }
            },
        "times that entry 1 was claimed",
        TransportContract::receiversShareTheEntries);
  }

  @Test
  void catchesEntriesVisibleBeforeSubmit() {
    caught(
        sound ->
            new Passing(sound) {
              @Override
              public int queue(long[] words, int from, int to) {
                int end = sound.queue(words, from, to);
                sound.submit();
                return end;
              }
            },
        "expected: <2> but was: <0>",
        TransportContract::whatIsNotSubmittedIsNotSeen);
  }

  @Test
  void catchesRoomReportedByAFullRing() {
    caught(
        sound ->
            new Passing(sound) {
              @Override
              public int writableEntries() {
                return Math.max(1, sound.writableEntries());
              }
            },
        "no room",
        TransportContract::aFullRingSaysSoAndRecovers);
  }

  @Test
  void catchesEntriesDroppedByAFullRing() {
    caught(
        sound ->
            new Passing(sound) {
              @Override
              public int queue(long[] words, int from, int to) {
                return sound.writableEntries() == 0 ? to : sound.queue(words, from, to);
              }
            },
        "IllegalStateException",
        TransportContract::aFullRingSaysSoAndRecovers);
  }

  /** Side by side: what sleeps for ever takes the contract some seconds. */
  @Test
  void catchesSleepersThatAreNotWoken() throws Exception {
    CompletableFuture<Void> other =
        CompletableFuture.runAsync(
            BrokenTransportsTest::catchesWakeAllThatWakesNobody,
            task -> Thread.ofPlatform().daemon().start(task));
    catchesParkThatMissesTheWake();
    other.get(60, TimeUnit.SECONDS);
  }

  private static void catchesWakeAllThatWakesNobody() {
    caught(
        sound ->
            new Passing(sound) {
              @Override
              public void wakeAll() {
                // Forgotten.
              }
            },
        "not woken",
        TransportContract::whoSleepsIsWoken);
  }

  private static void catchesParkThatMissesTheWake() {
    caught(
        new WrappedShm(
            "broken",
            UnaryOperator.identity(),
            sound ->
                (Inbound)
                    Proxy.newProxyInstance(
                        Inbound.class.getClassLoader(),
                        new Class<?>[] {Inbound.class},
                        (_, method, arguments) -> {
                          if (!method.getName().equals("park")) {
                            return method.invoke(sound, arguments);
                          }
                          Thread.sleep((long) arguments[0] / 1_000_000 + 1);
                          return null;
                        })),
        "not woken",
        TransportContract::whoSleepsIsWoken);
  }

  @Test
  void catchesAFalseClaimCursorThatIsBelieved() {
    caught(
        sound ->
            new Passing(sound) {
              @Override
              public int unclaimed() {
                try {
                  return sound.unclaimed();
                } catch (RegionException e) {
                  return 0;
                }
              }
            },
        "RegionException",
        TransportContract::aClaimCursorThatLiesIsReported);
  }

  @Test
  void catchesSizesThatAreNotChecked() {
    TransportProvider sound = new ShmProvider();
    caught(
        new WrappedShm("broken") {
          @Override
          public TransportPlan plan(TransportOptions options) {
            return sound.plan(new TransportOptions(8, 8, options.placement(), options.tracer()));
          }
        },
        "submission and",
        TransportContract::sizesThatAreNoneAreRefused);
  }

  @Test
  void catchesAProbeWithoutFindings() {
    caught(
        new WrappedShm("broken") {
          @Override
          public Probe probe() {
            return new Probe(true, List.of());
          }
        },
        "says nothing",
        TransportContract::theProviderIntroducesItself);
  }

  /** Passes everything on. */
  private static class Passing implements Outbound {
    private final Outbound sound;

    Passing(Outbound sound) {
      this.sound = sound;
    }

    @Override
    public int handle() {
      return sound.handle();
    }

    @Override
    public int submissionEntries() {
      return sound.submissionEntries();
    }

    @Override
    public int completionEntries() {
      return sound.completionEntries();
    }

    @Override
    public int queued() {
      return sound.queued();
    }

    @Override
    public int writableEntries() {
      return sound.writableEntries();
    }

    @Override
    public int queue(long[] words, int from, int to) {
      return sound.queue(words, from, to);
    }

    @Override
    public int submit() {
      return sound.submit();
    }

    @Override
    public int unclaimed() {
      return sound.unclaimed();
    }

    @Override
    public void wakeAll() {
      sound.wakeAll();
    }

    @Override
    public String description() {
      return sound.description();
    }

    @Override
    public void close() {
      sound.close();
    }
  }
}
