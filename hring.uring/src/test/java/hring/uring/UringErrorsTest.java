package hring.uring;

import static org.assertj.core.api.Assertions.assertThat;

import hring.api.Placement;
import hring.api.spi.transport.TransportOptions;
import hring.linux.Errno;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What the sentences say on machines that are not this one. */
class UringErrorsTest {
  private static final String ALICE = "1000";
  private static final String BOB = "1001";

  /** An ordinary user on a machine that allows everything. */
  private static final Machine OPEN =
      new Machine("6.12.1", "0", Machine.ABSENT, false, "8388608 8388608 bytes", ALICE, false);

  private static Machine release(String release) {
    return new Machine(release, "0", "1", false, "unlimited unlimited bytes", ALICE, false);
  }

  private static Machine disabled(String value) {
    return new Machine("6.8.0", value, "1", false, "unlimited unlimited bytes", ALICE, false);
  }

  private static Machine filtered() {
    return new Machine("6.12.1", "0", "1", true, "unlimited unlimited bytes", ALICE, false);
  }

  private static Machine scope(String scope, boolean tracesAll) {
    return new Machine("6.1.0", "0", scope, false, "unlimited unlimited bytes", ALICE, tracesAll);
  }

  static Stream<Arguments> refusedPlans() {
    return Stream.of(
        plan("5.15: no flag for a region", release("5.15.0"), Placement.IN_REGION, Errno.EINVAL)
            .says("5.15.0", "64 submission and 4096 completion entries", "late 6.6 and Linux 6.10")
            .says("transport(\"shm\")"),
        plan("6.6.0: a page only", release("6.6.0"), Placement.IN_REGION, Errno.EFAULT)
            .says("6.6.0", "at most 64 submission and 128 completion", "transport(\"shm\")")
            .saysNot("tmpfs", "too old"),
        plan("4.19", release("4.19.0"), Placement.IN_KERNEL, Errno.EINVAL)
            .says("4.19.0", "too old", "5.10", "transport(\"shm\")"),
        plan("a container", filtered(), Placement.IN_REGION, Errno.EPERM)
            .says("seccomp filter", "containers", "io_uring_enter", "transport(\"shm\")")
            .saysNot("security module", "sysctl"),
        plan("disabled for most", disabled("1"), Placement.IN_REGION, Errno.EPERM)
            .says("io_uring_disabled is 1", "CAP_SYS_ADMIN", "can still receive", "sysctl")
            .says("transport(\"shm\")")
            .saysNot("seccomp"),
        plan("disabled for all", disabled("2"), Placement.IN_REGION, Errno.EPERM)
            .says("io_uring_disabled is 2", "nobody", "sysctl", "transport(\"shm\")"),
        plan("SELinux", OPEN, Placement.IN_REGION, Errno.EACCES)
            .says("EACCES", "SELinux", "audit log", "transport(\"shm\")"),
        plan("AppArmor", OPEN, Placement.IN_REGION, Errno.EPERM)
            .says("security module", "transport(\"shm\")")
            .saysNot("seccomp", "io_uring_disabled"),
        plan("built without", OPEN, Placement.IN_REGION, Errno.ENOSYS)
            .says("CONFIG_IO_URING", "transport(\"shm\")")
            .saysNot("seccomp"),
        plan("hidden", filtered(), Placement.IN_REGION, Errno.ENOSYS)
            .says("seccomp filter", "transport(\"shm\")"),
        plan("no locked memory", OPEN, Placement.IN_REGION, Errno.ENOMEM)
            .says("Max locked memory 8388608", "ulimit -l", "ringEntries", "transport(\"shm\")"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("refusedPlans")
  void aRefusedPlanNamesCauseAndRemedy(Expected expected) {
    expected.check(
        UringErrors.planFailure(
                -expected.errno(),
                new TransportOptions(64, 4096, expected.placement(), TransportOptions.NO_TRACER),
                expected.machine())
            .getMessage());
  }

  static Stream<Arguments> refusedFetches() {
    return Stream.of(
        fetch("scope 1", scope("1", false), ALICE)
            .says("ptrace_scope is 1", "allowTracer(pid)", "allowAnyTracer()", "CAP_SYS_PTRACE"),
        fetch("scope 2", scope("2", false), ALICE)
            .says("ptrace_scope is 2", "CAP_SYS_PTRACE")
            .saysNot("allow"),
        fetch("scope 3", scope("3", false), ALICE)
            .says("ptrace_scope is 3", "started anew")
            .saysNot("CAP_SYS_PTRACE", "allow"),
        fetch("scope 3 as root", scope("3", true), ALICE).says("ptrace_scope is 3"),
        fetch("scope 0, two users", scope("0", false), BOB)
            .says("uid 1001", "uid 1000", "CAP_SYS_PTRACE")
            .saysNot("ptrace_scope", "allow"),
        fetch("no Yama, two users", scope(Machine.ABSENT, false), BOB)
            .says("uid 1001", "uid 1000")
            .saysNot("ptrace_scope", "allow"),
        fetch("scope 1, two users", scope("1", false), BOB)
            .says("uid 1001", "uid 1000", "CAP_SYS_PTRACE"),
        fetch("scope 0, one user", scope("0", false), ALICE)
            .says("capability or a group")
            .saysNot("ptrace_scope", "allow"),
        fetch("another namespace", scope("1", true), BOB)
            .says("user namespace")
            .saysNot("ptrace_scope", "allow"),
        fetch("a container", filtered("0"), ALICE).says("seccomp filter", "pidfd_getfd"));
  }

  private static Machine filtered(String scope) {
    return new Machine("6.12.1", "0", scope, true, "unlimited unlimited bytes", ALICE, false);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("refusedFetches")
  void aRefusedFetchNamesTheCheckThatFailed(Expected expected) {
    String sentence =
        UringErrors.getfdFailure(17, expected.user(), -expected.errno(), expected.machine())
            .getMessage();
    expected.check(sentence);
    assertThat(sentence).contains("process 17", "placement(Placement.IN_REGION)");
  }

  static Stream<Arguments> tracers() {
    return Stream.of(
        Arguments.of(scope("0", false), TransportOptions.NO_TRACER, "every process of this user"),
        Arguments.of(
            scope("1", false), TransportOptions.NO_TRACER, "nobody without CAP_SYS_PTRACE"),
        Arguments.of(scope("1", false), TransportOptions.ANY_TRACER, "every process of this user"),
        Arguments.of(scope("1", false), 42L, "process 42"),
        Arguments.of(scope("2", false), 42L, "nobody without CAP_SYS_PTRACE"),
        Arguments.of(scope("3", false), TransportOptions.ANY_TRACER, "nobody can attach"));
  }

  @ParameterizedTest
  @MethodSource("tracers")
  void aSenderSaysWhoCanAttach(Machine machine, long tracer, String who) {
    assertThat(UringErrors.whoCanAttach(tracer, machine)).contains(who);
  }

  private static Expected plan(String name, Machine machine, Placement placement, int errno) {
    return new Expected(name, machine, placement, ALICE, errno, new String[0], new String[0]);
  }

  private static Expected fetch(String name, Machine machine, String user) {
    return new Expected(
        name, machine, Placement.IN_KERNEL, user, Errno.EPERM, new String[0], new String[0]);
  }

  /** A case, and what its sentence has to say and must not. */
  private record Expected(
      String name,
      Machine machine,
      Placement placement,
      String user,
      int errno,
      String[] wanted,
      String[] unwanted)
      implements Arguments {
    Expected says(String... words) {
      String[] all = Stream.concat(Stream.of(wanted), Stream.of(words)).toArray(String[]::new);
      return new Expected(name, machine, placement, user, errno, all, unwanted);
    }

    Expected saysNot(String... words) {
      return new Expected(name, machine, placement, user, errno, wanted, words);
    }

    void check(String sentence) {
      assertThat(sentence).contains(wanted).contains(Errno.name(errno));
      if (unwanted.length > 0) {
        assertThat(sentence).doesNotContain(unwanted);
      }
    }

    @Override
    public Object[] get() {
      return new Object[] {this};
    }

    @Override
    public String toString() {
      return name;
    }
  }
}
