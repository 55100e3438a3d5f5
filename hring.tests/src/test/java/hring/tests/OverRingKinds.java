package hring.tests;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.Parameter;

/** Tests whose rings, by {@link TestRings#ring}, are of the kind that the class is run with. */
abstract class OverRingKinds {
  @Parameter RingKind kind;

  @BeforeEach
  void choose() {
    System.setProperty(RingKind.PROPERTY, kind.name());
  }

  @AfterEach
  void chooseNone() {
    System.clearProperty(RingKind.PROPERTY);
  }
}
