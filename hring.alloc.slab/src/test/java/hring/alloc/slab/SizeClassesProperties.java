package hring.alloc.slab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** The arithmetic of size classes, for every slab that there can be. */
final class SizeClassesProperties {
  private static final int MIN_GRANULE_SHIFT = 3;

  @Property
  void aBlockHasRoomAndIsAtMostAnEighthLarger(
      @ForAll @IntRange(max = 13) int mostShift, @ForAll @IntRange(max = 9) int granuleShift) {
    int shift = granuleShift + MIN_GRANULE_SHIFT;
    SizeClasses classes = new SizeClasses(1 << mostShift, shift);
    for (int granules = 1; granules <= 1 << mostShift; granules++) {
      int sizeClass = classes.of((long) granules << shift);
      int got = classes.granules(sizeClass);
      assertTrue(got >= granules && 8 * (got - granules) <= granules, granules + " get " + got);
      assertEquals(sizeClass, classes.of(((long) granules - 1 << shift) + 1));
      assertTrue(sizeClass == 0 || classes.granules(sizeClass - 1) < granules, "not the smallest");
    }
    assertEquals(1 << mostShift, classes.granules(classes.count() - 1));
  }

  @Property
  void blocksAreFoundWhereTheyStartAndNowhereElse(@ForAll @IntRange(max = 13) int mostShift) {
    SizeClasses classes = new SizeClasses(1 << mostShift, MIN_GRANULE_SHIFT);
    for (int c = 0; c < classes.count(); c++) {
      int found = 0;
      for (int offset = 0; offset < 1 << mostShift; offset++) {
        int block = classes.size(c).blockAt(offset);
        if (block >= 0) {
          assertEquals(found++, block);
          assertEquals(offset, block * classes.granules(c));
        }
      }
      int bits = 0;
      for (int word = 0; word < SizeClasses.words(found); word++) {
        bits += Long.bitCount(SizeClasses.validBits(found, word));
      }
      assertEquals(found, bits);
    }
  }
}
