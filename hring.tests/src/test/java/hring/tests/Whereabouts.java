package hring.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;

/**
 * Where other threads are: for tests in which one has to have come to a call, however long that
 * takes.
 */
final class Whereabouts {
  private Whereabouts() {}

  /**
   * Waits until a thread is in a method, or in one that this has called.
   *
   * @param thread the thread, which must not end before
   * @param method the name of the method, of any class
   */
  static void awaitIn(Thread thread, String method) {
    while (Arrays.stream(thread.getStackTrace())
        .noneMatch(frame -> frame.getMethodName().equals(method))) {
      assertThat(thread.isAlive()).as("%s lives, and is not in %s yet", thread, method).isTrue();
      SequenceMessages.pauseAsleep(1);
    }
  }
}
