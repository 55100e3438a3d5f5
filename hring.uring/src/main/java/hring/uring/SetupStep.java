package hring.uring;

import hring.api.Placement;
import java.util.ArrayList;
import java.util.List;

/**
 * One step of the ladder that leads down to older kernels: an unknown flag makes the whole of
 * io_uring_setup(2) fail, so flags are left off one after the other, newest first.
 *
 * @param since the first Linux version that has these flags
 * @param placement where the rings live
 * @param flags the setup flags
 * @param anyThread whether any thread may submit, one at a time
 */
record SetupStep(String since, Placement placement, int flags, boolean anyThread) {
  static final int CQSIZE = 1 << 3;
  static final int R_DISABLED = 1 << 6;
  static final int SUBMIT_ALL = 1 << 7;
  static final int COOP_TASKRUN = 1 << 8;
  static final int SINGLE_ISSUER = 1 << 12;
  static final int DEFER_TASKRUN = 1 << 13;
  static final int NO_MMAP = 1 << 14;
  static final int NO_SQARRAY = 1 << 16;

  /** A ring starts disabled everywhere: it is restricted to NOP before anybody can use it. */
  private static final int BASE = CQSIZE | R_DISABLED;

  private static final int ISSUER = SINGLE_ISSUER | SUBMIT_ALL;

  /**
   * DEFER_TASKRUN saves a lock and a fence per system call. Not for a ring that others can fetch:
   * what they send to it by MSG_RING would wait, in the kernel's memory, for a task that never
   * looks.
   */
  private static final int REGION = BASE | ISSUER | DEFER_TASKRUN | NO_MMAP;

  private static final int KERNEL = BASE | ISSUER | COOP_TASKRUN;

  /**
   * Every step, best first. With NO_MMAP, Linux 6.5 to 6.9 accept a ring of one page only; a larger
   * one fails there and the ladder goes on.
   */
  static final List<SetupStep> LADDER =
      List.of(
          new SetupStep("6.6", Placement.IN_REGION, REGION | NO_SQARRAY),
          new SetupStep("6.5", Placement.IN_REGION, REGION),
          new SetupStep("6.6", Placement.IN_KERNEL, KERNEL | NO_SQARRAY),
          new SetupStep("6.0", Placement.IN_KERNEL, KERNEL),
          new SetupStep("5.19", Placement.IN_KERNEL, BASE | COOP_TASKRUN | SUBMIT_ALL),
          new SetupStep("5.18", Placement.IN_KERNEL, BASE | SUBMIT_ALL),
          new SetupStep("5.10", Placement.IN_KERNEL, BASE));

  private SetupStep(String since, Placement placement, int flags) {
    this(since, placement, flags, false);
  }

  /**
   * Returns this step for a ring to which any thread submits: with SINGLE_ISSUER, and
   * DEFER_TASKRUN, which needs it, the kernel refuses all threads but one (EEXIST).
   */
  SetupStep forAnyThread() {
    return new SetupStep(since, placement, flags & ~(SINGLE_ISSUER | DEFER_TASKRUN), true);
  }

  boolean has(int flag) {
    return (flags & flag) != 0;
  }

  /** Returns the names of the flags, human-readable. */
  String flagNames() {
    List<String> names = new ArrayList<>();
    name(names, NO_MMAP, "NO_MMAP");
    name(names, NO_SQARRAY, "NO_SQARRAY");
    name(names, SINGLE_ISSUER, "SINGLE_ISSUER");
    name(names, DEFER_TASKRUN, "DEFER_TASKRUN");
    name(names, COOP_TASKRUN, "COOP_TASKRUN");
    name(names, SUBMIT_ALL, "SUBMIT_ALL");
    name(names, CQSIZE, "CQSIZE");
    name(names, R_DISABLED, "R_DISABLED");
    return String.join("|", names);
  }

  private void name(List<String> names, int flag, String name) {
    if (has(flag)) {
      names.add(name);
    }
  }
}
