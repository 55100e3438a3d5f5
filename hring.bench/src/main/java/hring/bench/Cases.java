package hring.bench;

import hring.api.WaitStrategy;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;

/** Everything that is measured, in the order of the output. */
final class Cases {
  private static final List<String> OPEN =
      List.of(
          "--add-opens=java.base/jdk.internal.misc=ALL-UNNAMED",
          "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED",
          "--sun-misc-unsafe-memory-access=allow",
          "-Dagrona.disable.bounds.checks=true");

  /** What Chronicle's documentation asks for; and that it looks after no disk and logs nothing. */
  private static final List<String> OPEN_TO_CHRONICLE =
      List.of(
          "--add-exports=java.base/jdk.internal.ref=ALL-UNNAMED",
          "--add-exports=java.base/sun.nio.ch=ALL-UNNAMED",
          "--add-opens=java.base/java.io=ALL-UNNAMED",
          "--add-opens=java.base/java.lang=ALL-UNNAMED",
          "--add-opens=java.base/java.lang.reflect=ALL-UNNAMED",
          "--add-opens=java.base/java.util=ALL-UNNAMED",
          "--add-opens=java.base/jdk.internal.misc=ALL-UNNAMED",
          "--sun-misc-unsafe-memory-access=allow",
          "-Dchronicle.disk.monitor.disable=true",
          "-Dslf4j.internal.verbosity=ERROR");

  private static final int KIB = 1 << 10;
  private static final int MIB = 1 << 20;
  private static final double ALMOST_FULL = 0.95;
  private static final long SLOW_NANOS = 500;
  private static final long WORK_NANOS = 50_000;

  static final String URING = "uring";
  static final String SHM = "shm";

  /** What the name of a case ends with that has a ring of {@link #SHM}. */
  private static final String AT_SHM = "@" + SHM;

  /** What is measured when nobody chooses: so few that it takes less than half an hour. */
  private static final Set<String> BY_DEFAULT =
      Set.of(
          "hring/batched/8",
          "hring/batched/8@shm",
          "hring/single/8",
          "hring/single/8@shm",
          "hring/send/8",
          "hring/send/8@shm",
          "hring/send-each/8@shm",
          "agrona/one-to-one/8",
          "aeron/ipc/8",
          "uds/8",
          "hring/batched/1024",
          "hring/batched/1024@shm",
          "agrona/one-to-one/1024",
          "aeron/ipc/1024",
          "hring/batched/1048576",
          "shm/copyless/1048576",
          "uds/1048576",
          "hring/rtt/spin",
          "hring/rtt/spin@shm",
          "hring/rtt/copied@shm",
          "agrona/rtt/spin",
          "aeron/rtt/spin",
          "hring/rtt/park",
          "hring/rtt/park@shm",
          "uds/rtt",
          "nop/loop",
          "nop/rtt",
          "shm/rtt");

  private static final List<Case> ALL = list();

  private Cases() {}

  static List<Case> all() {
    return ALL;
  }

  static List<Case> byDefault() {
    return ALL.stream().filter(c -> BY_DEFAULT.contains(c.name())).toList();
  }

  static Case named(String name) {
    return ALL.stream()
        .filter(c -> c.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("there is no case '" + name + "'"));
  }

  private static List<Case> list() {
    List<Case> cases = new ArrayList<>();
    for (int size : new int[] {Long.BYTES, KIB}) {
      addOver(cases, "hring/batched/" + size, 1, t -> HringStream.batched(size).over(t));
      addOver(cases, "hring/single/" + size, 1, t -> HringStream.single(size).over(t));
      add(cases, "pipe/" + size, 1, () -> ByteStream.overPipe(size));
    }
    for (int size : new int[] {Long.BYTES, 64, 256, KIB}) {
      addOver(cases, "hring/send/" + size, 1, t -> HringStream.copied(size).over(t));
      addOpened(cases, "agrona/one-to-one/" + size, 1, () -> new AgronaStream(size));
      addOpened(cases, "aeron/ipc/" + size, 1, () -> new AeronStream(size));
      add(cases, "uds/" + size, 1, () -> ByteStream.overSocket(size));
    }
    addOver(cases, "hring/send-each/8", 1, t -> HringStream.each(Long.BYTES).over(t));
    addOver(cases, "hring/one-by-one/8", 1, t -> HringStream.oneByOne(Long.BYTES).over(t));
    addOver(cases, "hring/batched/" + MIB, 1, t -> HringStream.batched(MIB).over(t));
    add(cases, "uds/" + MIB, 1, () -> ByteStream.overSocket(MIB));
    add(cases, "pipe/" + MIB, 1, () -> ByteStream.overPipe(MIB));
    add(cases, "memcpy", 0, () -> new Memcpy(MIB));
    add(cases, "shm/copyless/" + MIB, 1, () -> new SharedBuffers(MIB));
    addOver(cases, "hring/rtt/spin", 1, t -> new HringRoundTrip(t, WaitStrategy.SPIN));
    addOver(cases, "hring/rtt/copied", 1, HringCopiedRoundTrip::new);
    addOver(
        cases,
        "hring/rtt/spin-then-park",
        1,
        t -> new HringRoundTrip(t, WaitStrategy.SPIN_THEN_PARK));
    addOver(cases, "hring/rtt/park", 1, t -> new HringRoundTrip(t, WaitStrategy.PARK));
    addOpened(cases, "agrona/rtt/spin", 1, AgronaRoundTrip::new);
    addOpened(cases, "aeron/rtt/spin", 1, AeronRoundTrip::new);
    addChronicle(cases, "chronicle/queue/8", ChronicleStream::new);
    addChronicle(cases, "chronicle/rtt/spin", ChronicleRoundTrip::new);
    add(cases, "uds/rtt", 1, SocketRoundTrip::new);
    add(cases, "nop/loop", 0, NopLoop::new);
    addOver(cases, "hring/loop/8", 0, HringLoop::new);
    add(cases, "nop/stream/8", 1, NopStream::new);
    add(cases, "nop/rtt", 1, NopRoundTrip::bare);
    add(cases, "nop/rtt/8", 1, NopRoundTrip::withMessages);
    add(cases, "shm/rtt", 1, SharedRoundTrip::new);
    add(cases, "shm/stream", 1, SharedStream::new);
    for (int receivers : new int[] {1, 2, 4}) {
      addOver(
          cases,
          "hring/receivers/" + receivers,
          receivers,
          t -> HringStream.batched(Long.BYTES).sharingCores().over(t));
    }
    addOver(cases, "hring/tapped/8", 2, t -> HringStream.batched(Long.BYTES).tapped().over(t));
    for (int receivers : new int[] {1, 3}) {
      addOver(
          cases,
          "hring/broadcast/" + receivers,
          receivers,
          t -> HringStream.batched(Long.BYTES).toEach().sharingCores().over(t));
      addOpened(cases, "agrona/broadcast/" + receivers, receivers, AgronaBroadcast::new);
      addOpened(
          cases, "aeron/broadcast/" + receivers, receivers, () -> AeronStream.toEach(Long.BYTES));
    }
    for (int workers : new int[] {1, 2}) {
      addOver(
          cases,
          "hring/workers/" + workers,
          workers,
          t -> HringStream.batched(KIB).waitingOver(WORK_NANOS).sharingCores().over(t));
    }
    for (int size : new int[] {8, 64, 512, 4 * KIB, 64 * KIB, MIB}) {
      addOver(cases, "hring/size/" + size, 1, t -> HringStream.batched(size).over(t));
    }
    addOver(
        cases,
        "hring/pool-almost-full",
        1,
        t -> HringStream.batched(Long.BYTES).holding(ALMOST_FULL).over(t));
    addOver(
        cases,
        "hring/slow-receiver",
        1,
        t -> HringStream.batched(Long.BYTES).readSlowly(SLOW_NANOS).over(t));
    addOver(
        cases,
        "hring/back-pressure",
        1,
        t -> HringStream.waiting(Long.BYTES).readSlowly(SLOW_NANOS).over(t));
    add(cases, "alloc/two-processes/slab", 1, () -> new AllocateAndFree("slab", false));
    add(cases, "alloc/two-processes/slab-each", 1, () -> new AllocateAndFree("slab", true));
    return List.copyOf(cases);
  }

  private static void add(
      List<Case> cases, String name, int receivers, Supplier<Workload> workload) {
    cases.add(new Case(name, receivers, List.of(), workload));
  }

  /** For what has a ring of hring's: over each transport. */
  private static void addOver(
      List<Case> cases, String name, int receivers, Function<String, Workload> workload) {
    add(cases, name, receivers, () -> workload.apply(URING));
    add(cases, name + AT_SHM, receivers, () -> workload.apply(SHM));
  }

  /** For the peers that need the JDK opened. */
  private static void addOpened(
      List<Case> cases, String name, int receivers, Supplier<Workload> workload) {
    cases.add(new Case(name, receivers, OPEN, workload));
  }

  private static void addChronicle(List<Case> cases, String name, Supplier<Workload> workload) {
    cases.add(new Case(name, 1, OPEN_TO_CHRONICLE, workload));
  }
}
