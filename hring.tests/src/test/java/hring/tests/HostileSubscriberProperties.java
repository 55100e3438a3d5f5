package hring.tests;

import static org.assertj.core.api.Assertions.assertThat;

import hring.api.Delivery;
import hring.api.Hring;
import hring.api.HringException;
import hring.api.Receiver;
import hring.api.Sender;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterContainer;

/**
 * Each receiver gets each message, and one of them writes whatever it likes into its own slot, its
 * read cursor above all. The other one gets all, as it was sent; what it has taken and not freed
 * stays as it is; and the sender goes on, at least when that slot is let go.
 */
class HostileSubscriberProperties {
  private static final int POOL = 64 << 10;
  private static final int TRIES_PER_RING = 50;
  private static final int ROUNDS = 20;
  private static final int TOGETHER = 10;
  private static final int SLOT = 4352;
  private static final int READ_CURSOR = 112;
  private static final int TAKEN = 16;
  private static final int MAX_RUN = (1 << 24) - 1;

  private static Scene scene;
  private static int tries;

  @AfterContainer
  static void end() throws IOException {
    close();
  }

  private static void close() throws IOException {
    Scene last = scene;
    scene = null;
    tries = 0;
    if (last != null) {
      last.close();
    }
  }

  /**
   * Where in the slot, and what; a cursor is told relative to how much was sent. Who lies may look
   * for messages meanwhile, and then learns that it was written to its slot.
   */
  record Lie(int offset, long value, boolean isCursor, boolean polls) {}

  @Provide
  Arbitrary<List<Lie>> lies() {
    Arbitrary<Lie> cursors =
        Combinators.combine(
                Arbitraries.longs().between(0, 3),
                Arbitraries.oneOf(
                    Arbitraries.longs().between(0, 300), Arbitraries.of((long) MAX_RUN)),
                Arbitraries.oneOf(
                    Arbitraries.longs().between(-2000, 200),
                    Arbitraries.longs().between(-(1L << 37), 1L << 37)),
                Arbitraries.of(true, false))
            .as(
                (kind, run, ahead, polls) ->
                    new Lie(
                        READ_CURSOR, kind << 62 | run << 38 | ahead & (1L << 38) - 1, true, polls));
    Arbitrary<Lie> words =
        Combinators.combine(
                Arbitraries.integers().between(0, SLOT / Long.BYTES - 1),
                Arbitraries.oneOf(
                    Arbitraries.longs(),
                    Arbitraries.longs().between(0, 300),
                    // State words.
                    Combinators.combine(
                            Arbitraries.longs().between(0, 5),
                            Arbitraries.longs().between(0, 4),
                            Arbitraries.longs().between(0, 9))
                        .as((state, by, generation) -> generation << 16 | by << 8 | state)),
                Arbitraries.of(true, false))
            .as((word, value, polls) -> new Lie(word * Long.BYTES, value, false, polls));
    return Arbitraries.oneOf(cursors, words).list().ofMinSize(1).ofMaxSize(5);
  }

  @Property
  void othersLoseNothing(@ForAll("lies") List<Lie> lies, @ForAll boolean evicts) throws Exception {
    if (scene == null || scene.evicts != evicts || tries == TRIES_PER_RING) {
      close();
      scene = new Scene(evicts);
    }
    tries++;
    try {
      scene.run(lies);
    } catch (Throwable e) {
      close();
      throw e;
    }
  }

  /** A sender, one that gets all, and one that lies; used for many tries. */
  private static final class Scene implements AutoCloseable {
    final boolean evicts;
    private final Arena arena = Arena.ofShared();
    private final Sender sender;
    private final Receiver honest;
    private final Receiver liar;
    private final MemorySegment slot;
    private final CheckedMessages received = new CheckedMessages();
    private final long[] taken = new long[TAKEN];
    private int held;
    private long sent;

    Scene(boolean evicts) throws IOException {
      this.evicts = evicts;
      String name = TestRings.uniqueRing();
      var ring =
          RingKind.SHM.of(Hring.sender(name)).poolSize(POOL).maxBatch(8).delivery(Delivery.TO_EACH);
      sender = (evicts ? ring.evictBehind(100) : ring).open();
      honest = Hring.receiver(name).attach();
      liar = Hring.receiver(name).attach();
      RegionCorruptor corruptor = RegionCorruptor.map(Slots.file(name), arena);
      slot = corruptor.participants().asSlice(2 * SLOT, SLOT);
    }

    void run(List<Lie> lies) {
      for (Lie lie : lies) {
        write(lie);
        for (int i = 0; i < ROUNDS; i++) {
          round(lie.polls() && i % 3 == 0);
        }
      }
      letGo();
      receive();
      assertThat(received.count()).isEqualTo(sent);
      assertThat(sender.awaitHandled(Duration.ofSeconds(10))).isTrue();
    }

    private void write(Lie lie) {
      slot.set(
          java.lang.foreign.ValueLayout.JAVA_LONG,
          lie.offset(),
          lie.isCursor() ? relative(lie.value()) : lie.value());
    }

    private long relative(long cursor) {
      long mask = (1L << 38) - 1;
      return cursor & ~mask | cursor + sent & mask;
    }

    /** As if it had left: it counts no more. */
    private void letGo() {
      slot.set(java.lang.foreign.ValueLayout.JAVA_LONG, READ_CURSOR, 0);
    }

    private void round(boolean polls) {
      send();
      held = honest.take(taken, 0, TAKEN);
      send();
      if (polls) {
        lie();
      }
      receive();
    }

    private void send() {
      for (int i = 0; i < TOGETHER; i++) {
        while (!CheckedMessages.tryQueue(sender, sent)) {
          sender.submit();
          receive();
          letGo();
        }
        sent++;
      }
      sender.submit();
    }

    /** It gets what it gets, and may be told off. */
    private void lie() {
      try {
        liar.poll((_, message) -> message.byteSize(), 20);
      } catch (HringException | IllegalStateException e) {
        assertThat(e).hasMessageMatching("(?s).{10,}");
      }
    }

    /** What was taken is read only now, when more was sent. */
    private void receive() {
      for (int i = 0; i < held; i++) {
        received.received(honest.segment(taken[i]));
      }
      honest.free(taken, 0, held);
      held = 0;
      while (honest.poll((_, message) -> received.received(message), 30) > 0) {
        // Until nothing is there.
      }
    }

    @Override
    public void close() {
      try {
        liar.close();
      } catch (HringException | IllegalStateException e) {
        assertThat(e).hasMessageMatching("(?s).{10,}");
      }
      honest.close();
      sender.close();
      arena.close();
    }
  }
}
