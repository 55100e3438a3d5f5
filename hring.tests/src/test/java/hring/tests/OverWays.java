package hring.tests;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.Parameter;

/** Tests whose rings, by {@link Numbers#ring}, are of the way that the class is run with. */
abstract class OverWays {
  @Parameter Way way;

  @BeforeEach
  void choose() {
    System.setProperty(Way.PROPERTY, way.name());
  }

  @AfterEach
  void chooseNone() {
    System.clearProperty(Way.PROPERTY);
  }
}
