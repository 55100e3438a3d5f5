package hring.uring;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import hring.api.Placement;
import hring.linux.Errno;
import hring.linux.Kernel;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each step of the ladder that this kernel knows, and that its ring does nothing but NOPs. */
@Timeout(60)
class RestrictionTest {
  private static final int ENTRIES = 8;
  private static final int OPCODES = 256;
  private static final int NOP = 0;
  private static final int REGISTER_FILES = 2;

  @ParameterizedTest
  @EnumSource(Placement.class)
  void nothingButNopIsAccepted(Placement placement) {
    int checked = 0;
    for (SetupStep step : SetupStep.LADDER) {
      if (step.placement() == placement && isKnown(step)) {
        checked++;
      }
    }
    assumeTrue(checked > 0, "NOT TESTED: this kernel knows no step with the ring " + placement);
  }

  /** Checks a step; returns false if this kernel does not know it. */
  private static boolean isKnown(SetupStep step) {
    try (Arena arena = Arena.ofConfined()) {
      UringCalls calls = SyscallBackend.calls(arena);
      MemorySegment rings = new Kernel(arena).mapPrivate(Ring.ringsSize(ENTRIES, ENTRIES), arena);
      Ring.Attempt attempt = Ring.make(calls, step, ENTRIES, ENTRIES, rings, arena);
      if (attempt.ring() == null) {
        System.err.println(
            "NOT TESTED: "
                + step.flagNames()
                + ", this kernel says "
                + Errno.name(-attempt.error()));
        return false;
      }
      try (Ring ring = attempt.ring()) {
        RingArea area = RingArea.of(ring);
        int tail = 0;
        for (int opcode = 0; opcode < OPCODES; opcode++) {
          ring.submissions()
              .set(JAVA_BYTE, (long) (tail & ENTRIES - 1) * Ring.SUBMISSION_SIZE, (byte) opcode);
          ring.rings().set(JAVA_INT, ring.params().submissionTail(), ++tail);
          ring.submit(1);
          int posted = ring.rings().get(JAVA_INT, area.tail());
          // At once: nothing is accepted and left to complete later.
          assertThat(posted).as("%s, opcode %d", step.flagNames(), opcode).isEqualTo(tail);
          int result =
              ring.rings()
                  .get(
                      JAVA_INT,
                      area.completions()
                          + (long) (posted - 1 & ENTRIES - 1) * Ring.COMPLETION_SIZE
                          + Long.BYTES);
          assertThat(result)
              .as("%s, opcode %d", step.flagNames(), opcode)
              .isEqualTo(opcode == NOP ? 0 : result == -Errno.EINVAL ? result : -Errno.EACCES);
          ring.rings().set(JAVA_INT, area.head(), posted);
          tail = posted;
          ring.rings().set(JAVA_INT, ring.params().submissionTail(), tail);
        }
        assertThat(calls.register(ring.fd(), REGISTER_FILES, MemorySegment.NULL, 0))
            .isEqualTo(-Errno.EACCES);
        return true;
      }
    }
  }
}
