package hring.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import hring.api.Hring;
import hring.api.NameException;
import hring.api.Receiver;
import hring.api.RegionException;
import hring.api.RingInfo;
import hring.api.RingInfo.Condition;
import hring.api.Sender;
import hring.api.StreamEnd;
import hring.api.StreamState;
import hring.api.internal.attach.Attachment;
import hring.api.internal.naming.Users;
import hring.testkit.ChildJvm;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What dead senders leave, and what others put there: nothing of it is in anybody's way. */
@Timeout(120)
class LeftOverTest {
  private static final String RING = "x";
  private static final int VERSION_AT = 8;

  private Path directory;

  @BeforeEach
  void makeDirectory() throws IOException {
    directory = Files.createTempDirectory(Path.of("/dev/shm"), "hring-left");
  }

  @AfterEach
  void removeDirectory() throws IOException {
    try (Stream<Path> left = Files.list(directory)) {
      for (Path file : left.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(directory);
  }

  private Sender open(String name) {
    return Hring.sender(name).directory(directory).poolSize(1 << 20).open();
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.toList();
    }
  }

  private List<Condition> conditions() {
    return Hring.rings(directory).stream().map(RingInfo::condition).toList();
  }

  /** A sender that opens a ring, and is killed when it has. */
  private Path staleRing(String name) throws Exception {
    try (ChildJvm child = ChildJvm.start(OpenAndStay.class, directory, name, 1 << 20)) {
      child.awaitOutput("open");
      child.kill();
    }
    return files().getFirst();
  }

  static final class OpenAndStay {
    public static void main(String[] args) throws InterruptedException {
      try (Sender sender =
          Hring.sender(args[1])
              .directory(Path.of(args[0]))
              .poolSize(Long.parseLong(args[2]))
              .open()) {
        System.out.println("open " + sender);
        // Until it is killed.
        Thread.sleep(Duration.ofHours(1));
      }
    }
  }

  /** A sender that is stopped, and then killed, while it makes its region. */
  private ChildJvm making() throws Exception {
    ChildJvm child = ChildJvm.start(OpenAndStay.class, directory, RING, 3L << 30);
    // Its lock is held from before the first byte on; then it reserves and formats for long.
    while (files().isEmpty() || Files.size(files().getFirst()) == 0) {
      Thread.onSpinWait();
    }
    child.stop();
    assertThat(files()).singleElement().asString().contains(".hring-new-" + RING + "-");
    return child;
  }

  @Test
  void anUnfinishedRegionIsListedAndNotRemoved() throws Exception {
    try (ChildJvm child = making()) {
      assertThat(conditions()).containsExactly(Condition.UNFINISHED);
      assertThat(Hring.removeStale(directory, RING)).isEmpty();
      open("other").close();
      assertThat(files()).hasSize(1);
      child.kill();
      assertThat(conditions()).containsExactly(Condition.UNFINISHED);
      assertThat(Hring.removeStale(directory, RING)).hasSize(1);
    }
    assertThat(files()).isEmpty();
  }

  @Test
  void anUnfinishedRegionOfADeadSenderIsRemovedWhenAnyRingIsOpened() throws Exception {
    try (ChildJvm child = making()) {
      child.kill();
    }
    try (Sender _ = open("other")) {
      assertThat(files()).singleElement().asString().contains("other:");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {4, 1000})
  void aStaleRingOfALaterLayoutIsRemoved(int version) throws Exception {
    setVersion(staleRing(RING), version);
    assertThat(conditions()).containsExactly(Condition.STALE);
    assertThat(Hring.removeStale(directory, RING)).hasSize(1);
    setVersion(staleRing(RING), version);
    try (Sender _ = open(RING)) {
      assertThat(conditions()).containsExactly(Condition.ALIVE);
    }
  }

  /** They hold no locks: nobody can tell whether they are in use. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void aRingOfALayoutWithoutLocksIsListedAndDoesNotBlockItsName(int version) throws Exception {
    Path file = staleRing(RING);
    setVersion(file, version);
    assertThat(conditions()).containsExactly(Condition.UNREADABLE);
    assertThat(Hring.removeStale(directory, RING)).isEmpty();
    try (Sender _ = open(RING);
        Receiver receiver = Hring.receiver(RING).directory(directory).attach()) {
      assertThat(receiver.state()).isEqualTo(StreamState.OPEN);
      assertThat(file).exists();
    }
  }

  private static void setVersion(Path file, int version) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.nativeOrder());
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.write(bytes.putInt(0, version), VERSION_AT);
    }
  }

  @Test
  void aLivingRingOfALaterLayoutHasItsName() throws Exception {
    try (Sender _ = open(RING)) {
      setVersion(files().getFirst(), 4);
      assertThat(conditions()).containsExactly(Condition.UNREADABLE);
      try (ChildJvm other = ChildJvm.start(OpenAndStay.class, directory, RING, 1 << 20)) {
        assertThatThrownBy(other::finish).hasMessageContaining("is taken");
      }
      setVersion(files().getFirst(), 3);
    }
  }

  @Test
  void aRegionUnderTheNameOfAnotherRingIsRefused() throws Exception {
    try (Sender _ = Hring.sender("a").directory(directory).mode("rw-rw----").open()) {
      Path file = files().getFirst();
      Path link = directory.resolve(file.getFileName().toString().replaceFirst("a:", "b:"));
      Files.createLink(link, file);
      assertThatThrownBy(() -> Hring.receiver("b").directory(directory).attach())
          .isInstanceOf(RegionException.class)
          .hasMessageContaining("2 names");
      // The ring itself is in doubt as well, until the other name is gone.
      assertThat(conditions()).containsExactly(Condition.UNREADABLE, Condition.UNREADABLE);
      Files.move(link, directory.resolve("elsewhere"));
      Files.delete(directory.resolve("elsewhere"));
      Files.move(file, link);
      assertThatThrownBy(() -> Hring.receiver("b").directory(directory).attach())
          .isInstanceOf(RegionException.class)
          .hasMessageContaining("its header says that its name is a:");
      Files.move(link, file);
      Hring.receiver("a").directory(directory).attach().close();
    }
  }

  @Test
  void noFileThatSomebodyElseMakesBlocksAName() throws Exception {
    OtherUsers.require("files of another user");
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxrwxrwx"));
    String user = "1234";
    List<String> names = new ArrayList<>(List.of(".hring-lock-0-" + RING, RING, RING + ":"));
    for (int handle = 0; handle < 40; handle++) {
      names.add(RING + ":" + ProcessHandle.current().pid() + ":" + handle + ":64:4096");
    }
    List<String> touch = new ArrayList<>(OtherUsers.as(user));
    touch.add("touch");
    names.forEach(name -> touch.add(directory.resolve(name).toString()));
    assertThat(new ProcessBuilder(touch).inheritIO().start().waitFor()).isZero();
    try (Sender _ = open(RING);
        Receiver receiver = Hring.receiver(RING).directory(directory).attach()) {
      assertThat(receiver.state()).isEqualTo(StreamState.OPEN);
    }
  }

  @Test
  void aRingWhoseSenderDiesJustBeforeAReceiverAttachesIsNotAttachedTo() throws Exception {
    Path found = staleRing(RING);
    assertThatThrownBy(() -> Attachment.to(found, Users.own()))
        .isInstanceOf(NameException.class)
        .hasMessageContaining("ended while this receiver attached");
    assertThat(Hring.removeStale(directory, RING)).as("no slot stays taken").containsExactly(found);
  }

  /** As RemoveIPC of logind.conf(5) does when a user logs out. */
  @Test
  void aSenderWhoseFileVanishesNoticesAndSaysWhy() throws Exception {
    Sender sender = open(RING);
    try (Receiver receiver = Hring.receiver(RING).directory(directory).attach()) {
      SequenceMessages.send(sender, 0, 10);
      Files.delete(files().getFirst());
      assertThatThrownBy(() -> open(RING))
          .isInstanceOf(NameException.class)
          .hasMessageContaining("this process has a ring of this name open");
      long start = System.nanoTime();
      RegionException refused = null;
      while (refused == null) {
        assertThat(System.nanoTime() - start).isLessThan(TestRings.PATIENCE.toNanos());
        try {
          sender.submit();
          Thread.sleep(10);
        } catch (RegionException e) {
          refused = e;
        }
      }
      assertThat(refused).hasMessageContaining("RemoveIPC").hasMessageContaining("linger");
      assertThat(SequenceMessages.receiveAll(receiver)).hasSize(10);
      assertThat(receiver.lastEnd())
          .get()
          .extracting(StreamEnd::state)
          .isEqualTo(StreamState.ABORTED);
      assertThat(receiver.lastEnd().orElseThrow().reason()).contains("RemoveIPC");
      assertThatThrownBy(sender::submit).isInstanceOf(RegionException.class);
    } finally {
      sender.close();
    }
    // Closed: the name is free again.
    open(RING).close();
  }

  @Test
  void anInterruptedThreadOpensAttachesAndListsAsEver() throws Exception {
    Thread.currentThread().interrupt();
    try (Sender sender = open(RING);
        Receiver receiver = Hring.receiver(RING).directory(directory).attach()) {
      assertThat(conditions()).containsExactly(Condition.ALIVE);
      assertThat(receiver.await(Duration.ofSeconds(10))).as("waiting ends at once").isFalse();
      assertThat(sender.awaitReceiver(Duration.ofSeconds(10))).as("there is one").isTrue();
      assertThat(Hring.removeStale(directory, "y")).isEmpty();
    }
    assertThatThrownBy(
            () -> Hring.receiver(RING).directory(directory).waitFor(Duration.ofHours(1)).attach())
        .isInstanceOf(NameException.class);
    assertThat(Thread.interrupted()).as("the interrupt is kept").isTrue();
    assertThat(files()).isEmpty();
  }

  /** A pipe, a file that is nearly all hole, and one that another process has a lease on. */
  @Test
  void foreignFilesNeitherHoldUpNorFillTheMemory() throws Exception {
    String numbers = ":1:5:64:4096:0123456789abcdef";
    Path pipe = directory.resolve("pipe" + numbers);
    assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
    Path sparse = directory.resolve("sparse" + numbers);
    try (Sender _ = open(RING);
        FileChannel channel =
            FileChannel.open(sparse, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      Path ring =
          files().stream()
              .filter(f -> f.getFileName().toString().startsWith("x:"))
              .findFirst()
              .orElseThrow();
      channel.write(ByteBuffer.wrap(Files.readAllBytes(ring)).limit(1 << 16), 0);
      channel.write(ByteBuffer.allocate(1), 1L << 40);
      long before = blocks(sparse);
      assertThat(Hring.rings(directory))
          .extracting(RingInfo::condition)
          .containsExactlyInAnyOrder(Condition.UNREADABLE, Condition.ALIVE);
      assertThat(blocks(sparse)).isEqualTo(before);
      assertThatThrownBy(() -> Hring.receiver("sparse").directory(directory).attach())
          .hasMessageContaining("have memory");
      assertThatThrownBy(() -> Hring.receiver("pipe").directory(directory).attach())
          .isInstanceOf(NameException.class);
      assertThat(blocks(sparse)).isEqualTo(before);
    }
  }

  private static long blocks(Path file) throws Exception {
    Process stat = new ProcessBuilder("stat", "--format=%b", file.toString()).start();
    String printed = new String(stat.getInputStream().readAllBytes()).strip();
    assertThat(stat.waitFor(30, TimeUnit.SECONDS)).isTrue();
    return Long.parseLong(printed);
  }

  /** The zeros of a large region take long to write. */
  @Test
  void openingALargeRingDoesNotHoldUpOthersOfTheProcess() throws Exception {
    boolean passed = false;
    for (long size = 256L << 20; !passed; size *= 2) {
      assertThat(size).as("large enough to be overtaken").isLessThanOrEqualTo(2L << 30);
      long large = size;
      FutureTask<Void> opening =
          new FutureTask<>(
              () -> {
                Hring.sender("large").directory(directory).poolSize(large).open().close();
                return null;
              });
      Thread.ofPlatform().start(opening);
      while (files().isEmpty() && !opening.isDone()) {
        Thread.onSpinWait();
      }
      try (Sender _ = open("small")) {
        passed = conditions().contains(Condition.UNFINISHED);
      }
      opening.get(60, TimeUnit.SECONDS);
    }
  }

  @Test
  void manyRingsHaveOneJanitorsThread() {
    List<Sender> senders = new ArrayList<>();
    try {
      for (int i = 0; i < 50; i++) {
        senders.add(open(RING + i));
      }
      assertThat(
              Thread.getAllStackTraces().keySet().stream()
                  .map(Thread::getName)
                  .filter(n -> n.startsWith("hring-janitor")))
          .hasSize(1);
    } finally {
      senders.forEach(Sender::close);
    }
  }

  @Test
  void asManyReceiversAsTheSenderAllowsAndNoMore() throws Exception {
    List<Receiver> receivers = new ArrayList<>();
    try (Sender sender =
        Hring.sender(RING).directory(directory).maxReceivers(249).maxBatch(1).open()) {
      for (int i = 0; i < 249; i++) {
        receivers.add(Hring.receiver(RING).directory(directory).attach());
      }
      assertThat(sender.receivers()).isEqualTo(249);
      assertThatThrownBy(() -> Hring.receiver(RING).directory(directory).attach())
          .isInstanceOf(RegionException.class)
          .hasMessageContaining("maxReceivers");
      SequenceMessages.send(sender, 0, 249);
      for (Receiver receiver : receivers) {
        assertThat(receiver.poll((_, _) -> {}, 1)).isEqualTo(1);
      }
    } finally {
      receivers.forEach(Receiver::close);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 0, 250})
  void aNumberOfReceiversThatCannotBeIsRefused(int receivers) {
    assertThatThrownBy(() -> Hring.sender(RING).maxReceivers(receivers))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("1 to 249");
  }
}
