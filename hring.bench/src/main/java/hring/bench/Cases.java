package hring.bench;

import hring.api.WaitStrategy;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** Everything that is measured, in the order of the output. */
final class Cases {
  private static final List<String> OPEN =
      List.of(
          "--add-opens=java.base/jdk.internal.misc=ALL-UNNAMED",
          "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED",
          "--sun-misc-unsafe-memory-access=allow",
          "-Dagrona.disable.bounds.checks=true");
  private static final int KIB = 1 << 10;
  private static final int MIB = 1 << 20;
  private static final double ALMOST_FULL = 0.95;
  private static final long SLOW_NANOS = 500;

  private static final List<Case> ALL = list();

  private Cases() {}

  static List<Case> all() {
    return ALL;
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
      add(cases, "hring/batched/" + size, 1, () -> HringStream.batched(size));
      add(cases, "hring/single/" + size, 1, () -> HringStream.single(size));
      addOpened(cases, "agrona/one-to-one/" + size, () -> new AgronaStream(size));
      addOpened(cases, "aeron/ipc/" + size, () -> new AeronStream(size));
      add(cases, "uds/" + size, 1, () -> ByteStream.overSocket(size));
      add(cases, "pipe/" + size, 1, () -> ByteStream.overPipe(size));
    }
    add(cases, "hring/one-by-one/8", 1, () -> HringStream.oneByOne(Long.BYTES));
    add(cases, "hring/batched/" + MIB, 1, () -> HringStream.batched(MIB));
    add(cases, "uds/" + MIB, 1, () -> ByteStream.overSocket(MIB));
    add(cases, "pipe/" + MIB, 1, () -> ByteStream.overPipe(MIB));
    add(cases, "memcpy", 0, () -> new Memcpy(MIB));
    add(cases, "shm/copyless/" + MIB, 1, () -> new SharedBuffers(MIB));
    add(cases, "hring/rtt/spin", 1, () -> new HringRoundTrip(WaitStrategy.SPIN));
    add(
        cases,
        "hring/rtt/spin-then-park",
        1,
        () -> new HringRoundTrip(WaitStrategy.SPIN_THEN_PARK));
    add(cases, "hring/rtt/park", 1, () -> new HringRoundTrip(WaitStrategy.PARK));
    addOpened(cases, "agrona/rtt/spin", AgronaRoundTrip::new);
    addOpened(cases, "aeron/rtt/spin", AeronRoundTrip::new);
    add(cases, "uds/rtt", 1, SocketRoundTrip::new);
    add(cases, "nop/loop", 0, NopLoop::new);
    add(cases, "hring/loop/8", 0, HringLoop::new);
    add(cases, "nop/stream/8", 1, NopStream::new);
    add(cases, "nop/rtt", 1, NopRoundTrip::bare);
    add(cases, "nop/rtt/8", 1, NopRoundTrip::withMessages);
    add(cases, "shm/rtt", 1, SharedRoundTrip::new);
    add(cases, "shm/stream", 1, SharedStream::new);
    for (int receivers : new int[] {1, 2, 4}) {
      add(
          cases,
          "hring/receivers/" + receivers,
          receivers,
          () -> HringStream.batched(Long.BYTES).sharingCores());
    }
    for (int size : new int[] {8, 64, 512, 4 * KIB, 64 * KIB, MIB}) {
      add(cases, "hring/size/" + size, 1, () -> HringStream.batched(size));
    }
    add(
        cases,
        "hring/pool-almost-full",
        1,
        () -> HringStream.batched(Long.BYTES).holding(ALMOST_FULL));
    add(
        cases,
        "hring/slow-receiver",
        1,
        () -> HringStream.batched(Long.BYTES).readSlowly(SLOW_NANOS));
    add(cases, "alloc/two-processes/slab", 1, () -> new AllocateAndFree("slab"));
    return List.copyOf(cases);
  }

  private static void add(
      List<Case> cases, String name, int receivers, Supplier<Workload> workload) {
    cases.add(new Case(name, receivers, List.of(), workload));
  }

  /** For the peers that need the JDK opened. */
  private static void addOpened(List<Case> cases, String name, Supplier<Workload> workload) {
    cases.add(new Case(name, 1, OPEN, workload));
  }
}
