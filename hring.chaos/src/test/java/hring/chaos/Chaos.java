package hring.chaos;

import hring.api.FailurePolicy;
import hring.testkit.ChildJvm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;

/** One run: a sender, three receivers, and what the referee does to them. */
final class Chaos implements AutoCloseable {
  private static final String RING = "chaos";
  private static final int RECEIVERS = 3;

  /** In a run there are so many senders at least: with each transport and each allocator. */
  private static final int LEAST_SENDERS = 4;

  /** A receiver that is behind by so many messages is evicted, if any is. */
  private static final int FAR_BEHIND = 2000;

  /** What a run begins with, in any order: each kind of disturbance, however short the run. */
  private static final List<Integer> EACH_KIND =
      List.of(0, 0, 0, 50, 50, 66, 73, 80, 84, 87, 90, 93, 96);

  /** In namespaces: what has to do with who is alive. */
  private static final List<Integer> ENDS = List.of(0, 0, 50, 66, 73, 80, 84, 90);

  private static final int PAUSE_MILLIS = 250;
  private static final int STOP_LEAST_MILLIS = 10;
  private static final int STOP_MOST_MILLIS = 300;
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(60);
  private static final long QUIET_MILLIS = 500;

  private final Playground ground;
  private final List<String> namespace;
  private final Mode mode;
  private final Random random;
  private final Book book;
  private final Observer observer;
  private final Figures figures = new Figures();
  private final Party[] receivers = new Party[RECEIVERS];
  private final List<ChildJvm> all = new ArrayList<>();

  /** Where the run begins. */
  private final List<Integer> first;

  /** When processes that are stopped go on. */
  private final Map<ChildJvm, Long> stopped = new LinkedHashMap<>();

  private volatile Party sender;
  private Estate estate;
  private long deathsSeen;
  private volatile boolean changing = true;
  private int started;

  /**
   * Prepares a run.
   *
   * @param namespace a command that runs each process in a namespace of its own, or nothing
   */
  Chaos(Playground ground, List<String> namespace, Mode mode, Random random) {
    this.ground = ground;
    this.namespace = namespace;
    this.mode = mode;
    this.random = random;
    book = new Book(mode);
    observer = new Observer(book, this::isExplained);
    first = new ArrayList<>(namespace.isEmpty() ? EACH_KIND : ENDS);
    Collections.shuffle(first, random);
  }

  /**
   * Runs for a while, and gives the table of what was done and seen; throws if anything is wrong.
   */
  String run(Duration length) throws Exception {
    long start = System.nanoTime();
    try {
      begin();
      while (System.nanoTime() - start < length.toNanos() || !isEverythingDone()) {
        disturb();
        pause(random.nextInt(PAUSE_MILLIS));
        replaceTheDead();
      }
      end();
    } catch (AssertionError e) {
      Processes.dump(all);
      throw e;
    }
    long seconds = (System.nanoTime() - start) / TimeUnit.SECONDS.toNanos(1);
    String table = figures.table("chaos, " + mode, book, observer, seconds);
    List<String> problems = new ArrayList<>(book.verdict());
    ground.crashReports().forEach(report -> problems.add("crashed: " + report));
    if (!problems.isEmpty()) {
      throw new AssertionError(String.join("\n", problems) + "\n" + table);
    }
    return table;
  }

  /** However slow the machine is: what has to be seen was done. */
  private boolean isEverythingDone() {
    return first.isEmpty()
        && figures.receiverKills > 0
        && book.senders() >= LEAST_SENDERS
        && (book.evictions() > 0 || !mode.isToEach());
  }

  Observer observer() {
    return observer;
  }

  Figures figures() {
    return figures;
  }

  /** How often receivers learned that they had been evicted. */
  long evictions() {
    return book.evictions();
  }

  private void begin() throws Exception {
    startSender();
    for (int i = 0; i < RECEIVERS; i++) {
      startReceiver(i);
    }
    observer.start();
    await("the receivers attach", () -> attached().size() == RECEIVERS);
  }

  private void disturb() throws Exception {
    if (first.isEmpty()) {
      disturb(random.nextInt(100));
    } else {
      int what = first.removeLast();
      if (!disturb(what)) {
        first.addFirst(what);
      }
    }
  }

  /** Returns whether it was possible just now. */
  private boolean disturb(int what) throws Exception {
    if (what < 50) {
      return killReceiver();
    } else if (what < 66) {
      return stopSomebody();
    } else if (what < 73) {
      return closeReceiver();
    } else if (what < 80) {
      return terminateReceiver();
    } else if (what < 84) {
      return killSender();
    } else if (what < 87) {
      closeSender();
      startNextSender();
    } else if (what < 90) {
      return closeSenderAmidDeaths();
    } else if (what < 93) {
      terminateSender();
    } else if (what < 96) {
      sender.child().say(Order.SLEEP);
      figures.sleeps++;
    } else {
      fill();
    }
    return true;
  }

  private boolean killReceiver() throws Exception {
    int index = random.nextInt(RECEIVERS);
    Party victim = receivers[index];
    if (attached().stream().allMatch(victim::equals)) {
      return false;
    }
    victim.child().kill();
    stopped.remove(victim.child());
    victim.end(book);
    book.killedReceiver(victim.page());
    figures.receiverKills += victim.page().attachedTo == 0 ? 0 : 1;
    return true;
  }

  private boolean stopSomebody() throws Exception {
    int index = random.nextInt(RECEIVERS + 1);
    ChildJvm child = index == RECEIVERS ? sender.child() : receivers[index].child();
    if (child.isStopped() || !child.isAlive()) {
      return false;
    }
    int millis = random.nextInt(STOP_LEAST_MILLIS, STOP_MOST_MILLIS + 1);
    stopped.put(child, System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis));
    child.stop();
    figures.stops++;
    return true;
  }

  private boolean closeReceiver() throws Exception {
    Party leaver = receivers[random.nextInt(RECEIVERS)];
    boolean may = mayLeave(leaver);
    if (may) {
      leaver.child().say(Order.CLOSE);
      leaver.child().finish();
      noteEnd(leaver);
      figures.receiverCloses++;
    }
    return may;
  }

  private boolean terminateReceiver() throws Exception {
    Party leaver = receivers[random.nextInt(RECEIVERS)];
    boolean may = mayLeave(leaver);
    if (may) {
      Processes.terminate(leaver.child());
      noteEnd(leaver);
      figures.receiverTerms++;
    }
    return may;
  }

  private boolean mayLeave(Party leaver) throws Exception {
    boolean may = leaver.isAttached() && attached().size() > 1;
    if (may) {
      resume(leaver.child());
    }
    return may;
  }

  private void noteEnd(Party leaver) {
    leaver.end(book);
    book.receiverLeft(leaver.page());
  }

  private boolean killSender() throws Exception {
    if (attached().isEmpty()) {
      return false;
    }
    resumeAll();
    changing = true;
    sender.child().kill();
    sender.end(book);
    figures.senderKills++;
    startNextSender();
    return true;
  }

  /** Nobody is killed meanwhile: so it waits until all is handled. */
  private void closeSender() throws Exception {
    beginToEndSender();
    sender.child().say(Order.CLOSE);
    sender.child().finish();
    figures.senderCloses++;
  }

  private boolean closeSenderAmidDeaths() throws Exception {
    beginToEndSender();
    sender.child().say(Order.CLOSE_NOW);
    pause(random.nextInt(STOP_LEAST_MILLIS));
    boolean killed = killReceiver();
    sender.child().finish();
    figures.senderClosesAmidDeaths += killed ? 1 : 0;
    startNextSender();
    return killed;
  }

  private void terminateSender() throws Exception {
    beginToEndSender();
    Processes.terminate(sender.child());
    figures.senderTerms++;
    startNextSender();
  }

  private void beginToEndSender() throws Exception {
    await("a receiver is attached", () -> !attached().isEmpty());
    resumeAll();
    changing = true;
    figures.filesAtLast = Processes.openFiles(sender.child());
    figures.mapsAtLast = Processes.memoryMaps(sender.child());
  }

  private void startNextSender() throws Exception {
    // What the old one submitted is handled before the receivers follow the new one.
    settle();
    startSender();
    figures.restarts++;
    await(
        "the receivers follow",
        () -> attached().stream().allMatch(r -> book.isAttachedToLast(r.page())));
    if (mode.isToEach() && Mode.evicts(book.senders() - 1)) {
      evictAll(attached());
    }
  }

  /** Some are stopped while they hold messages. */
  private void evictAll(List<Party> slow) throws Exception {
    long evictions = book.evictions();
    long submitted = book.sum(g -> g.submitted);
    for (Party receiver : slow) {
      receiver.child().stop();
      figures.stops++;
    }
    await(
        "the sender goes on without those that are stopped",
        () -> book.sum(g -> g.submitted) > submitted + FAR_BEHIND);
    for (Party receiver : slow) {
      receiver.child().resume();
    }
    await("those learn of it", () -> book.evictions() >= evictions + slow.size());
  }

  /** The sender has ended; whoever is attached handles what is left. */
  private void settle() throws Exception {
    awaitQuiet();
    // Whoever looks for the dead may be slow where there is nothing of theirs to handle.
    await("the deaths are counted", () -> estate.deaths() >= book.attachedKills());
    sender.end(book);
    book.figures(estate.deaths(), estate.discarded(), estate.returned());
    estate.close();
    estate = null;
  }

  private void fill() throws Exception {
    Path filler = ground.fill();
    try (ChildJvm opener =
        Processes.start(namespace, ground.root(), OpenerMain.class, ground.rings())) {
      opener.finish();
    } finally {
      Files.delete(filler);
    }
    figures.fills++;
  }

  private void startSender() throws Exception {
    changing = true;
    Path ledger = ground.root().resolve("sender-" + started++);
    int generation = book.senders();
    Page page = book.sender(ledger);
    ChildJvm child =
        Processes.start(
            namespace,
            ground.root(),
            SenderMain.class,
            ground.rings(),
            RING,
            ledger,
            generation,
            mode,
            "strict");
    all.add(child);
    sender = new Party(child, page);
    awaitOpen();
    estate = new Estate(ground.region(RING, book.ring()));
    deathsSeen = 0;
    figures.filesAtFirst = Processes.openFiles(child);
    figures.mapsAtFirst = Processes.memoryMaps(child);
    changing = false;
  }

  private void awaitOpen() throws Exception {
    long start = System.nanoTime();
    while (!book.isOpen()) {
      if (!sender.child().isAlive() || System.nanoTime() - start > PATIENCE_NANOS) {
        throw new AssertionError("the sender does not open: " + sender.child().output());
      }
      book.read();
      Thread.sleep(5);
    }
  }

  private void startReceiver(int index) throws IOException {
    Path ledger = ground.root().resolve("receiver-" + started++);
    Page page = book.receiver(ledger);
    ChildJvm child =
        Processes.start(
            namespace,
            ground.root(),
            ReceiverMain.class,
            ground.rings(),
            RING,
            ledger,
            started % 2 == 0 ? "poll" : "take",
            mode.isToEach()
                ? mode
                : FailurePolicy.values()[started / 2 % FailurePolicy.values().length],
            "strict");
    all.add(child);
    receivers[index] = new Party(child, page);
  }

  private void replaceTheDead() throws IOException {
    for (int i = 0; i < RECEIVERS; i++) {
      if (!receivers[i].child().isAlive()) {
        startReceiver(i);
        figures.restarts++;
      }
    }
  }

  private List<Party> attached() {
    return List.of(receivers).stream().filter(Party::isAttached).toList();
  }

  /** Asked by the observer's thread. */
  private boolean isExplained() {
    Predicate<Party> free = party -> party.isAttached() && !party.child().isStopped();
    boolean somebodyStopped =
        sender.child().isStopped()
            || attached().stream().anyMatch(receiver -> receiver.child().isStopped());
    return changing || book.isAsleep() || somebodyStopped || attached().stream().noneMatch(free);
  }

  private void resume(ChildJvm child) throws Exception {
    if (stopped.remove(child) != null) {
      child.resume();
    }
  }

  private void resumeAll() throws Exception {
    for (ChildJvm child : List.copyOf(stopped.keySet())) {
      resume(child);
    }
  }

  private void pause(long millis) throws Exception {
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    do {
      check();
      lookAtReclaims();
      for (Map.Entry<ChildJvm, Long> entry : List.copyOf(stopped.entrySet())) {
        if (entry.getValue() - System.nanoTime() <= 0) {
          resume(entry.getKey());
        }
      }
      Thread.sleep(5);
    } while (end - System.nanoTime() > 0);
  }

  private void lookAtReclaims() {
    if (estate != null && estate.deaths() > deathsSeen) {
      deathsSeen = estate.deaths();
      book.reclaimed(estate.lastReclaimMicros());
    }
  }

  /** Nobody may have ended that was not killed, or told to close. */
  private void check() throws IOException {
    observer.check();
    for (Party receiver : receivers) {
      requireAlive(receiver, book.isLiving(receiver.page()));
    }
    requireAlive(sender, !changing);
  }

  private static void requireAlive(Party party, boolean expected) throws IOException {
    if (expected && !party.child().isAlive()) {
      throw new AssertionError(party.child() + " ended by itself: " + party.child().output());
    }
  }

  private void await(String what, BooleanSupplier condition) throws Exception {
    long start = System.nanoTime();
    while (!condition.getAsBoolean()) {
      pause(0);
      if (System.nanoTime() - start > PATIENCE_NANOS) {
        throw new AssertionError(
            "waited in vain until " + what + (estate == null ? "" : ": " + estate));
      }
    }
  }

  private void awaitQuiet() throws Exception {
    long before = -1;
    for (long now = book.read(); now > before; now = book.read()) {
      before = now;
      pause(QUIET_MILLIS);
    }
  }

  private void end() throws Exception {
    resumeAll();
    closeSender();
    settle();
    for (Party receiver : receivers) {
      if (receiver.child().isAlive()) {
        receiver.child().say(Order.CLOSE);
      }
    }
    for (Party receiver : attached()) {
      receiver.child().finish();
      receiver.end(book);
    }
  }

  @Override
  public void close() throws Exception {
    try (book;
        Estate last = estate;
        observer) {
      all.forEach(ChildJvm::close);
    }
  }
}
