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
  void aBlockHasRoomAndIsAtMostAQuarterLarger(
      @ForAll @IntRange(max = 13) int slabShift, @ForAll @IntRange(max = 9) int granuleShift) {
    int shift = granuleShift + MIN_GRANULE_SHIFT;
    SizeClasses classes = new SizeClasses(1 << slabShift, shift);
    for (int granules = 1; granules <= 1 << slabShift; granules++) {
      int sizeClass = classes.of((long) granules << shift);
      int got = classes.granules(sizeClass);
      assertTrue(got >= granules && 4 * (got - granules) <= granules, granules + " get " + got);
      assertEquals(sizeClass, classes.of(((long) granules - 1 << shift) + 1));
      assertTrue(sizeClass == 0 || classes.granules(sizeClass - 1) < granules, "not the smallest");
    }
    assertEquals(1 << slabShift, classes.granules(classes.count() - 1));
  }

  @Property
  void blocksAreFoundWhereTheyStartAndNowhereElse(@ForAll @IntRange(max = 13) int slabShift) {
    SizeClasses classes = new SizeClasses(1 << slabShift, MIN_GRANULE_SHIFT);
    for (int c = 0; c < classes.count(); c++) {
      int found = 0;
      for (int offset = 0; offset < 1 << slabShift; offset++) {
        int block = classes.blockAt(c, offset);
        if (block >= 0) {
          assertEquals(found++, block);
          assertEquals(offset, block * classes.granules(c));
        }
      }
      assertEquals(classes.blocks(c), found);
      int bits = 0;
      for (int word = 0; word < classes.words(c); word++) {
        bits += Long.bitCount(classes.validBits(c, word));
      }
      assertEquals(found, bits);
    }
  }
}
