package hring.uring;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import hring.api.Placement;
import hring.linux.Kernel;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Rings of one thread, some in the kernel's table of this thread and some beyond it. */
@Timeout(60)
class RegisteredFdTest {
  private static final int ENTRIES = 8;

  /** IO_RINGFD_REG_MAX of the kernel. */
  private static final int PLACES = 16;

  @ParameterizedTest
  @EnumSource(Placement.class)
  void submissionsReachTheirOwnRingAlsoBeyondTheRegisteredPlaces(Placement placement) {
    try (Arena arena = Arena.ofConfined()) {
      List<Ring> rings = new ArrayList<>();
      try {
        for (int i = 0; i < PLACES + 2; i++) {
          rings.add(make(placement, arena));
          assertThat(rings.get(i).isRegistered()).as("ring %d", i).isEqualTo(i < PLACES);
        }
        rings.remove(3).close();
        rings.add(make(placement, arena));
        assertThat(rings.getLast().isRegistered()).isTrue();
        for (int i = 0; i < rings.size(); i++) {
          for (int n = 0; n <= i % ENTRIES; n++) {
            submitOne(rings.get(i), n);
          }
        }
        for (int i = 0; i < rings.size(); i++) {
          assertThat(posted(rings.get(i))).as("ring %d", i).isEqualTo(i % ENTRIES + 1);
        }
      } finally {
        rings.forEach(Ring::close);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Placement.class)
  void aClosedRingGivesItsPlaceBack(Placement placement) {
    for (int i = 0; i < 3 * PLACES; i++) {
      try (Arena arena = Arena.ofConfined();
          Ring ring = make(placement, arena)) {
        assertThat(ring.isRegistered()).as("ring %d", i).isTrue();
      }
    }
  }

  private static Ring make(Placement placement, Arena arena) {
    UringCalls calls = SyscallBackend.calls(arena);
    for (SetupStep step : SetupStep.LADDER) {
      if (step.placement() == placement && step.has(SetupStep.SINGLE_ISSUER)) {
        Ring.Attempt attempt =
            Ring.make(
                calls,
                step,
                ENTRIES,
                ENTRIES,
                new Kernel(arena).mapPrivate(Ring.ringsSize(ENTRIES, ENTRIES), arena),
                arena);
        if (attempt.ring() != null) {
          return attempt.ring();
        }
      }
    }
    return abort("NOT TESTED: this kernel has no " + placement + " with registered rings");
  }

  private static void submitOne(Ring ring, int before) {
    ring.rings().set(JAVA_INT, ring.params().submissionTail(), before + 1);
    assertThat(ring.submit(1)).isEqualTo(1);
  }

  private static int posted(Ring ring) {
    return ring.rings().get(JAVA_INT, ring.params().completionTail());
  }
}
