package hring.chaos;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import hring.api.FailurePolicy;
import hring.testkit.ChildJvm;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Writes random words all over a region while a sender and two receivers use it. They may receive
 * nonsense, and they may end by an exception of hring; they may not crash, hang, or end otherwise.
 */
final class RegionCorruption implements AutoCloseable {
  private static final String RING = "scribbled";
  private static final int ENDS = 3;

  /** So many words are in a sender's ledger when its ring is open. */
  private static final int OPENED = 1;

  /** So many are in a receiver's when it is attached: that it attaches, and that it has. */
  private static final int ATTACHED = 2;

  private static final int PATIENCE_MILLIS = 30_000;
  private static final int PAUSE_MILLIS = 2;

  /** So often a word is written where the header, the tables and the ring are. */
  private static final int START = 64 << 10;

  private final Playground ground;
  private final Random random;
  private final List<ChildJvm> all = new ArrayList<>();
  private int rounds;
  private int words;

  RegionCorruption(Playground ground, Random random) {
    this.ground = ground;
    this.random = random;
  }

  /** Opens one ring after the other, and ruins it; returns what was done. */
  String run(Duration length) throws Exception {
    long start = System.nanoTime();
    do {
      round();
    } while (System.nanoTime() - start < length.toNanos());
    if (!ground.crashReports().isEmpty()) {
      throw new AssertionError("crashed: " + ground.crashReports());
    }
    return "scribbling: " + words + " words into " + rounds + " rings";
  }

  private void round() throws Exception {
    String name = RING + rounds++;
    List<ChildJvm> children = new ArrayList<>();
    Mode mode = Mode.values()[rounds / 2 % Mode.values().length];
    ChildJvm sender = start(name, SenderMain.class, "-sender", rounds, mode);
    children.add(sender);
    awaitWords(ledger(name, "-sender"), sender, OPENED);
    Path file = ground.region(sender.pid());
    for (int i = 1; i < ENDS; i++) {
      ChildJvm receiver =
          start(
              name,
              ReceiverMain.class,
              "-" + i,
              i % 2 == 0 ? "poll" : "take",
              mode.isToEach() ? mode : FailurePolicy.values()[i % FailurePolicy.values().length]);
      children.add(receiver);
      awaitWords(ledger(name, "-" + i), receiver, ATTACHED);
    }
    scribble(file);
    for (ChildJvm child : children) {
      if (child.isAlive()) {
        child.say(Order.CLOSE);
      }
    }
    for (ChildJvm child : children) {
      child.finish();
    }
    // What a ruined sender cannot remove any more, somebody has to.
    Files.deleteIfExists(file);
  }

  private ChildJvm start(String name, Class<?> main, String label, Object... rest) {
    List<Object> args = new ArrayList<>(List.of(ground.rings(), name, ledger(name, label)));
    args.addAll(List.of(rest));
    args.add("tolerant");
    ChildJvm child = Processes.start(List.of(), ground.root(), main, args.toArray());
    all.add(child);
    return child;
  }

  private Path ledger(String name, String label) {
    return ground.root().resolve(name + label);
  }

  private static void awaitWords(Path ledger, ChildJvm child, int words) throws Exception {
    for (int i = 0; i < PATIENCE_MILLIS; i += PAUSE_MILLIS) {
      if (Files.exists(ledger) && Files.size(ledger) >= words * Long.BYTES) {
        return;
      }
      if (!child.isAlive()) {
        throw new AssertionError(child + " ended before it began: " + child.output());
      }
      Thread.sleep(PAUSE_MILLIS);
    }
    throw new AssertionError(child + " does not begin: " + child.output());
  }

  private void scribble(Path file) throws Exception {
    // Unmapped in the end: what is mapped takes up room, also when its file is removed.
    try (FileChannel channel =
            FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
        Arena arena = Arena.ofConfined()) {
      MemorySegment region = channel.map(FileChannel.MapMode.READ_WRITE, 0, channel.size(), arena);
      int count = 1 << random.nextInt(11);
      for (int i = 0; i < count; i++) {
        long most = random.nextBoolean() ? region.byteSize() : Math.min(START, region.byteSize());
        long at = random.nextLong(most / Long.BYTES) * Long.BYTES;
        // Also words that are nearly right.
        long word = region.get(JAVA_LONG, at) ^ 1L << random.nextInt(Long.SIZE);
        region.set(JAVA_LONG, at, random.nextBoolean() ? random.nextLong() : word);
        words++;
        if (i % 16 == 0) {
          Thread.sleep(PAUSE_MILLIS);
        }
      }
    }
  }

  @Override
  public void close() {
    all.forEach(ChildJvm::close);
  }
}
