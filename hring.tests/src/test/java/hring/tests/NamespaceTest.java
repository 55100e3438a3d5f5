package hring.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import hring.api.Hring;
import hring.api.Receiver;
import hring.api.RegionException;
import hring.api.RingInfo;
import hring.api.RingInfo.Condition;
import hring.api.Sender;
import hring.api.StreamState;
import hring.api.TransportException;
import hring.api.WaitStrategy;
import hring.api.spi.region.RegionFiles;
import hring.testkit.ChildJvm;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Processes of different namespaces that share the directory of the regions, as containers do. Who
 * is alive is asked of the kernel, which knows all of them.
 */
@Timeout(180)
class NamespaceTest {
  private static final int COUNT = 1000;
  private static final String SUM = COUNT + " " + COUNT * (COUNT - 1) / 2 + " SENDER_CLOSED";

  /** The file of the JVM's performance data has the process's number in its name. */
  private static final List<String> NO_PERF_DATA = List.of("-XX:-UsePerfData");

  private final String name = TestRings.uniqueRing();

  @AfterEach
  void nothingIsLeft() throws IOException {
    Hring.removeStale(RegionFiles.SHM, name);
    assertThat(info()).isEmpty();
  }

  private Optional<RingInfo> info() {
    return Hring.rings().stream().filter(r -> r.name().equals(name)).findFirst();
  }

  /** A crash loop: each new container is process 1 of another pid namespace. */
  @Test
  void aSenderThatDiedInAContainerDoesNotBlockItsName() throws Exception {
    Namespaces.require(Namespaces.PID_AND_PROC);
    try (ChildJvm first =
        ChildJvm.start(
            Namespaces.PID_AND_PROC,
            NO_PERF_DATA,
            SequenceMessages.Send.class,
            name,
            COUNT,
            1,
            "hang")) {
      // A receiver out here, which a number of the other namespace tells nothing.
      try (Receiver receiver = Hring.receiver(name).waitFor(TestRings.PATIENCE).attach()) {
        first.awaitOutput("submitted");
        assertThat(info()).get().extracting(RingInfo::condition).isEqualTo(Condition.ALIVE);
        assertThat(info()).get().extracting(RingInfo::pid).isEqualTo(1L);
        first.kill();
        assertThat(SequenceMessages.receiveAll(receiver)).hasSize(COUNT).isSorted();
        assertThat(receiver.state()).isEqualTo(StreamState.SENDER_DIED);
        // While a receiver has it: then whoever opens a ring removes it.
        assertThat(info()).get().extracting(RingInfo::condition).isEqualTo(Condition.STALE);
      }
    }
    try (ChildJvm second =
            ChildJvm.start(
                Namespaces.PID_AND_PROC,
                NO_PERF_DATA,
                SequenceMessages.Send.class,
                name,
                COUNT,
                1,
                "close");
        ChildJvm receiver =
            ChildJvm.start(
                Namespaces.PID_AND_PROC,
                NO_PERF_DATA,
                SequenceMessages.Receive.class,
                name,
                WaitStrategy.PARK,
                "sum")) {
      assertThat(receiver.finish()).isEqualTo(SUM);
      second.finish();
    }
  }

  /** Its number belongs to another process, or to none, in the /proc that it and others see. */
  @Test
  void aLivingReceiverWhoseProcIsAnothersIsLeftAlone() throws Exception {
    Namespaces.require(Namespaces.PID);
    assertIsLeftAlone(Namespaces.PID, NO_PERF_DATA);
  }

  private void assertIsLeftAlone(List<String> namespace, List<String> jvmOptions) throws Exception {
    try (Sender sender = TestRings.ring(name).open();
        ChildJvm receiver =
            ChildJvm.start(
                namespace,
                jvmOptions,
                SequenceMessages.Receive.class,
                name,
                WaitStrategy.PARK,
                "sum")) {
      assertThat(sender.awaitReceiver(TestRings.PATIENCE)).isTrue();
      // Several rounds of the janitor: each sees the other's lock.
      Thread.sleep(500);
      assertThat(sender.receivers()).isEqualTo(1);
      assertThat(sender.recovered().deaths()).isZero();
      SequenceMessages.send(sender, 0, COUNT);
      sender.close();
      assertThat(receiver.finish()).isEqualTo(SUM);
    }
  }

  @Test
  void aReceiverThatDiesInAnotherNamespaceIsNoticed() throws Exception {
    Namespaces.require(Namespaces.PID_AND_PROC);
    try (Sender sender = TestRings.ring(name).open();
        ChildJvm receiver =
            ChildJvm.start(
                Namespaces.PID_AND_PROC, NO_PERF_DATA, ReceiverToKill.class, name, "attached")) {
      receiver.awaitOutput(ReceiverToKill.READY);
      assertThat(sender.receivers()).isEqualTo(1);
      receiver.kill();
      for (long start = System.nanoTime(); sender.recovered().deaths() == 0; Thread.sleep(5)) {
        assertThat(System.nanoTime() - start).isLessThan(TestRings.PATIENCE.toNanos());
      }
      assertThat(sender.receivers()).isZero();
    }
  }

  @Test
  void senderAndReceiversInThreePidNamespacesShareAStream() throws Exception {
    Namespaces.require(Namespaces.PID_AND_PROC);
    List<ChildJvm> receivers = new ArrayList<>();
    try (Sender sender = TestRings.ring(name).open()) {
      for (List<String> prefix : List.of(Namespaces.PID_AND_PROC, Namespaces.PID)) {
        receivers.add(
            ChildJvm.start(
                prefix,
                NO_PERF_DATA,
                SequenceMessages.Receive.class,
                name,
                WaitStrategy.PARK,
                "list"));
      }
      for (long start = System.nanoTime(); sender.receivers() < 2; Thread.sleep(5)) {
        assertThat(System.nanoTime() - start).isLessThan(TestRings.PATIENCE.toNanos());
      }
      SequenceMessages.send(sender, 0, 20 * COUNT);
      sender.close();
      List<Long> received = new ArrayList<>();
      for (ChildJvm receiver : receivers) {
        receiver.finish().lines().map(Long::valueOf).forEach(received::add);
      }
      assertThat(received.stream().sorted().toList())
          .isEqualTo(java.util.stream.LongStream.range(0, 20 * COUNT).boxed().toList());
    } finally {
      receivers.forEach(ChildJvm::close);
    }
  }

  /** Both are process 1 to themselves, and both have a ring, with the same descriptor. */
  @Test
  void aRingInTheKernelIsNotTakenFromAnotherProcessThanItsSender() throws Exception {
    Namespaces.require(Namespaces.PID_AND_PROC);
    String a = name + "-a";
    String b = name + "-b";
    try (Sender until = TestRings.ring(name).open();
        ChildJvm one =
            ChildJvm.start(Namespaces.PID_AND_PROC, NO_PERF_DATA, BothEnds.class, a, b, name);
        ChildJvm other =
            ChildJvm.start(Namespaces.PID_AND_PROC, NO_PERF_DATA, BothEnds.class, b, a, name)) {
      one.awaitOutput("done");
      other.awaitOutput("done");
      until.close();
      assertThat(one.finish()).contains("is not the sender of").contains("pid namespace");
      assertThat(other.finish()).contains("is not the sender of");
    }
  }

  /** Opens one ring in the kernel, tries to attach to another, and stays until a third ends. */
  static final class BothEnds {
    public static void main(String[] args) throws InterruptedException {
      try (Sender sender = RingKind.URING_IN_KERNEL.of(Hring.sender(args[0])).open()) {
        try (Receiver receiver = Hring.receiver(args[1]).waitFor(TestRings.PATIENCE).attach()) {
          System.out.println("attached: " + sender.description() + ", " + receiver.description());
        } catch (TransportException e) {
          System.out.println(e.getMessage());
        }
        System.out.println("done");
        while (Hring.rings().stream().anyMatch(ring -> ring.name().equals(args[2]))) {
          Thread.sleep(5);
        }
      }
    }
  }

  /** There every file of another user seems to be one user's: the overflow uid's. */
  @Test
  void aUserWithoutNumberInTheNamespaceIsNotTrusted() throws Exception {
    Namespaces.require(Namespaces.USER);
    try (Sender sender = TestRings.ring(name).mode("rw-rw-rw-").open();
        ChildJvm receiver =
            ChildJvm.start(
                Namespaces.USER,
                List.of("-Dhring.test.patience=PT2S"),
                SequenceMessages.Receive.class,
                name,
                WaitStrategy.PARK,
                "sum")) {
      assertThatThrownBy(receiver::finish)
          .hasMessageContaining("has no number in this user namespace")
          .hasMessageContaining("fromUser");
      assertThat(sender.receivers()).isZero();
    }
  }

  @Test
  void whoHasANumberInAUserNamespaceIsTrusted() throws Exception {
    Namespaces.require(Namespaces.USER_MAPPED);
    assertIsLeftAlone(Namespaces.USER_MAPPED, List.of());
  }

  /** Numbers of users are unsigned: directories and cloud log-ins hand out large ones. */
  @Test
  void aUserWithALargeNumberSendsAndReceives() throws Exception {
    OtherUsers.require("users with large numbers");
    String user = "3420080244";
    try (ChildJvm sender =
            ChildJvm.start(
                OtherUsers.as(user),
                List.of(),
                SequenceMessages.Send.class,
                name,
                COUNT,
                1,
                "close");
        ChildJvm receiver =
            ChildJvm.start(
                OtherUsers.as(user),
                List.of(),
                SequenceMessages.Receive.class,
                name,
                WaitStrategy.PARK,
                "sum")) {
      assertThat(receiver.finish()).isEqualTo(SUM);
      sender.finish();
    }
  }

  @Test
  void aGroupWithALargeNumberIsLetIn() throws Exception {
    OtherUsers.require("groups with large numbers");
    try (Sender sender = TestRings.ring(name).group("3420080244").mode("rw-rw----").open();
        ChildJvm receiver =
            ChildJvm.start(
                OtherUsers.as("3420080244"),
                List.of(),
                SequenceMessages.Receive.class,
                name,
                WaitStrategy.PARK,
                "sum",
                "root")) {
      assertThat(sender.awaitReceiver(TestRings.PATIENCE)).isTrue();
      SequenceMessages.send(sender, 0, COUNT);
      sender.close();
      assertThat(receiver.finish()).isEqualTo(SUM);
    }
    for (String none : List.of("4294967295", "9999999999", "no such group")) {
      assertThatThrownBy(() -> TestRings.ring(name).group(none).open())
          .isInstanceOf(RegionException.class)
          .hasMessageContaining("to the group '" + none + "'");
    }
  }

  /** A process that its parent has not waited for is no process any more: it holds no lock. */
  @Test
  void aSenderThatIsAZombieHasDied() throws Exception {
    // What runs in the background has /dev/null as its input, unless it is told otherwise.
    String script = "exec 3<&0; \"$@\" <&3 & echo \"pid $!.\"; exec sleep 1000";
    List<String> parent = List.of("sh", "-c", script, "sh");
    try (ChildJvm child =
            ChildJvm.start(parent, List.of(), SequenceMessages.Send.class, name, 1, 1, "hang");
        Receiver receiver = Hring.receiver(name).waitFor(TestRings.PATIENCE).attach()) {
      child.awaitOutput("submitted");
      child.awaitOutput("pid ");
      String printed = child.output();
      int at = printed.indexOf("pid ") + "pid ".length();
      String pid = printed.substring(at, printed.indexOf('.', at));
      assertThat(new ProcessBuilder("kill", "-KILL", pid).start().waitFor()).isZero();
      List<Long> received = SequenceMessages.receiveAll(receiver);
      assertThat(received).containsExactly(0L);
      assertThat(receiver.state()).isEqualTo(StreamState.SENDER_DIED);
      assertThat(ProcessHandle.of(Long.parseLong(pid)))
          .as("the zombie, whose parent sleeps")
          .isPresent();
    }
  }

  /** What is needed to see who is alive was opened in time: later no descriptor is needed. */
  @Test
  void aSenderThatIsOutOfDescriptorsLosesNothing() throws Exception {
    try (ChildJvm sender = ChildJvm.start(TwoDeaths.class, name);
        ChildJvm stays =
            ChildJvm.start(SequenceMessages.Receive.class, name, WaitStrategy.PARK, "sum");
        ChildJvm first = ChildJvm.start(ReceiverToKill.class, name, "attached");
        ChildJvm second = ChildJvm.start(ReceiverToKill.class, name, "attached")) {
      sender.awaitOutput("three");
      first.kill();
      sender.awaitOutput("one death");
      Process limit =
          new ProcessBuilder("prlimit", "--pid=" + sender.pid(), "--nofile=3:").inheritIO().start();
      assertThat(limit.waitFor()).isZero();
      second.kill();
      assertThat(sender.finish()).endsWith("2 deaths, 1 receiver");
      assertThat(stays.finish()).isEqualTo(SUM);
    }
  }

  /** Sends in between two deaths of three receivers, and after the second. */
  static final class TwoDeaths {
    public static void main(String[] args) throws InterruptedException {
      // Loading a class takes a descriptor too: what closing needs is loaded here.
      TestRings.ring(args[0] + "-first").open().close();
      try (Sender sender = TestRings.ring(args[0]).open()) {
        while (sender.receivers() < 3) {
          Thread.sleep(5);
        }
        System.out.println("three");
        while (sender.recovered().deaths() < 1) {
          Thread.sleep(5);
        }
        SequenceMessages.send(sender, 0, COUNT / 2);
        System.out.println("one death");
        while (sender.recovered().deaths() < 2) {
          Thread.sleep(5);
        }
        // Several rounds of the janitor.
        Thread.sleep(500);
        SequenceMessages.send(sender, COUNT / 2, COUNT);
        System.out.println(
            sender.recovered().deaths() + " deaths, " + sender.receivers() + " receiver");
      }
    }
  }
}
