package hring.tests;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import hring.api.Hring;
import hring.api.Receiver;
import hring.api.Sender;
import hring.api.StreamState;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a handler of messages may do. */
@Timeout(60)
class HandlerTest extends EachTransport {
  private static final int COUNT = 5;
  private static final int ALL = 100;

  private final List<Long> handled = new ArrayList<>();

  @ParameterizedTest
  @ValueSource(ints = {1, 64})
  void aHandlerMayThrowWhatItCannotDeclare(int maxBatch) {
    String name = TestRings.uniqueRing();
    try (Sender sender = TestRings.ring(name).maxBatch(maxBatch).open();
        Receiver receiver = Hring.receiver(name).attach()) {
      SequenceMessages.send(sender, 0, COUNT);
      assertThatThrownBy(
              () ->
                  receiver.poll(
                      (_, payload) -> {
                        handled.add(payload.get(JAVA_LONG, 0));
                        throwAny(new Exception("undeclared"));
                      },
                      ALL))
          .hasMessage("undeclared");
      assertThat(handled).containsExactly(0L);
      receiver.poll((_, payload) -> handled.add(payload.get(JAVA_LONG, 0)), ALL);
      assertThat(handled).containsExactly(0L, 1L, 2L, 3L, 4L);
    }
  }

  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
  private static <E extends Throwable> void throwAny(Throwable e) throws E {
    throw (E) e;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 64})
  void aHandlerMayAskForStateAndPending(int maxBatch) {
    String name = TestRings.uniqueRing();
    try (Sender sender = TestRings.ring(name).maxBatch(maxBatch).open();
        Receiver receiver = Hring.receiver(name).attach()) {
      SequenceMessages.send(sender, 0, COUNT);
      sender.close();
      int count =
          receiver.poll(
              (_, payload) -> {
                long left = COUNT - 1 - payload.get(JAVA_LONG, 0);
                assertThat((long) receiver.pending()).isBetween(0L, left);
                assertThat(receiver.state()).isEqualTo(StreamState.OPEN);
                assertThat(receiver.redelivered()).isFalse();
              },
              ALL);
      assertThat(count).isEqualTo(COUNT);
      assertThat(receiver.pending()).isZero();
      assertThat(receiver.state()).isEqualTo(StreamState.SENDER_CLOSED);
    }
  }
}
