package hring.uring;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** How far the sender blanks entries ahead. */
class BlankEndProperties {
  /** Also where the ring's counts of 32 bits pass their ends, which takes it hours to reach. */
  @Property
  void onlyFreeEntriesUpToTheEndOfALineAreBlanked(
      @ForAll @IntRange(max = 9) int halfRounds,
      @ForAll @IntRange(min = -70_000, max = 70_000) int beyond,
      @ForAll @IntRange(max = 16) int completionBits,
      @ForAll @IntRange(max = 1 << 16) int inFlight) {
    int completionEntries = 1 << completionBits;
    // Near 2^31, 2^32 and so on: where a comparison could go wrong.
    long entry = Math.max(0, (halfRounds * (1L << 31)) + beyond);
    long head = entry - Math.min(inFlight, completionEntries);
    long lineEnd = Math.floorDiv(entry, 4) * 4 + 4;
    assertThat(UringOutbound.blankEnd((int) entry, (int) head, completionEntries))
        .isEqualTo((int) Math.min(lineEnd, head + completionEntries));
  }
}
