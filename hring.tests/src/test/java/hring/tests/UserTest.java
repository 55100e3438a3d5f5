package hring.tests;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import hring.api.Hring;
import hring.api.Sender;
import hring.api.StreamState;
import hring.api.Tap;
import hring.api.TransportException;
import hring.api.WaitStrategy;
import hring.testkit.ChildJvm;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Senders and receivers of several users. Needs root, to become them. */
@Timeout(120)
class UserTest {
  private static final int COUNT = 1000;
  private static final String SUM = COUNT + " " + COUNT * (COUNT - 1) / 2 + " SENDER_CLOSED";
  private static final String ALICE = "65534";
  private static final String BOB = "65533";

  @BeforeEach
  void requireOthers() throws IOException {
    OtherUsers.require("several users");
  }

  /** Starts a receiver as a user; it trusts one other user, or only itself if that is "". */
  private static ChildJvm receiver(String user, String name, String trusted, String... jvmArgs) {
    List<Object> arguments = new ArrayList<>(List.of(name, WaitStrategy.PARK, "sum"));
    if (!trusted.isEmpty()) {
      arguments.add(trusted);
    }
    return ChildJvm.start(
        OtherUsers.as(user), List.of(jvmArgs), SequenceMessages.Receive.class, arguments.toArray());
  }

  @ParameterizedTest
  @EnumSource(
      value = RingKind.class,
      names = {"URING", "URING_IN_KERNEL", "SHM"})
  void twoProcessesOfOneOrdinaryUserExchangeMessages(RingKind kind) throws Exception {
    String name = TestRings.uniqueRing();
    try (ChildJvm sender =
            ChildJvm.start(
                OtherUsers.as(ALICE),
                List.of("-D" + RingKind.PROPERTY + "=" + kind),
                SequenceMessages.Send.class,
                name,
                COUNT,
                1,
                "close");
        ChildJvm receiver = receiver(ALICE, name, "")) {
      assertThat(receiver.finish()).isEqualTo(SUM);
      sender.finish();
    }
  }

  @Test
  void anotherUserIsLetInByModeAndTrust() throws Exception {
    String name = TestRings.uniqueRing();
    try (Sender sender = TestRings.ring(name).mode("rw-rw-rw-").open();
        ChildJvm receiver = receiver(BOB, name, "root")) {
      assertThat(sender.awaitReceiver(TestRings.PATIENCE)).isTrue();
      SequenceMessages.send(sender, 0, COUNT);
      sender.close();
      assertThat(receiver.finish()).isEqualTo(SUM);
    }
  }

  @Test
  void withoutTheModeTheErrorNamesOwnerAndMode() throws Exception {
    String name = TestRings.uniqueRing();
    try (Sender sender = TestRings.ring(name).open();
        ChildJvm receiver = receiver(BOB, name, "root", "-Dhring.test.patience=PT1S")) {
      assertThatThrownBy(receiver::finish)
          .hasMessageContaining("owner root")
          .hasMessageContaining("mode rw-------");
      assertThat(sender.receivers()).isZero();
    }
  }

  @Test
  void withoutTrustTheErrorNamesTheUser() throws Exception {
    String name = TestRings.uniqueRing();
    try (Sender sender = TestRings.ring(name).mode("rw-rw-rw-").open();
        ChildJvm receiver = receiver(BOB, name, "", "-Dhring.test.patience=PT1S")) {
      assertThatThrownBy(receiver::finish)
          .hasMessageContaining("belongs to the user root")
          .hasMessageContaining("fromUser");
      assertThat(sender.receivers()).isZero();
    }
  }

  @Test
  void whoMayOnlyReadTheFileCanLookOnAndNotReceive() throws Exception {
    String name = TestRings.uniqueRing();
    try (Sender sender = TestRings.ring(name).mode("rw-r-----").group(BOB).open();
        ChildJvm tap = ChildJvm.start(OtherUsers.as(BOB), List.of(), OnLooker.class, name, "root");
        ChildJvm receiver = receiver(BOB, name, "root")) {
      assertThatThrownBy(receiver::finish).hasMessageContaining("mode rw-r-----");
      tap.awaitOutput("looking on");
      SequenceMessages.send(sender, 0, 100);
      tap.awaitOutput("shown 100");
      assertThat(sender.receivers()).isZero();
      sender.close();
      assertThat(tap.finish()).contains("missed 0 SENDER_CLOSED");
    }
  }

  /** Looks on at a ring of another user. */
  static final class OnLooker {
    /** Arguments: the name of the ring, and the user. */
    public static void main(String[] args) {
      try (Tap tap = Hring.tap(args[0]).fromUser(args[1]).waitFor(TestRings.PATIENCE).open()) {
        System.out.println("looking on");
        long[] next = {0};
        while (tap.state() == StreamState.OPEN) {
          int shown =
              tap.poll(
                  message -> {
                    if (message.get(JAVA_LONG, 0) != next[0]++) {
                      throw new AssertionError("not " + (next[0] - 1));
                    }
                  },
                  100);
          if (shown > 0) {
            System.out.println("shown " + next[0]);
          } else {
            tap.await(TestRings.PATIENCE);
          }
        }
        System.out.println("missed " + tap.missed() + " " + tap.state());
      }
    }
  }

  @Test
  void aRingInTheKernelOfAnotherUserNamesWhatIsMissing() throws Exception {
    String name = TestRings.uniqueRing();
    try (Sender sender =
            RingKind.URING_IN_KERNEL.of(TestRings.ring(name)).mode("rw-rw-rw-").open();
        ChildJvm receiver = receiver(BOB, name, "root")) {
      assertThatThrownBy(receiver::finish)
          .hasMessageContaining(TransportException.class.getName())
          .hasMessageContaining("the sender runs as uid 0, this process as uid " + BOB)
          .hasMessageContaining("IN_REGION");
      assertThat(sender.receivers()).isZero();
      assertThat(Hring.rings()).anyMatch(r -> r.name().equals(name));
    }
  }
}
