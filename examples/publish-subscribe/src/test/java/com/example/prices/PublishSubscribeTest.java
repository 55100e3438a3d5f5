package com.example.prices;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hring.testkit.ChildJvm;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A publisher and three subscribers, each a process. */
@Timeout(120)
class PublishSubscribeTest {
  private static final long PRICES = 500_000;
  private static final long STOP_MS = 300;
  private static final Pattern RESULT = Pattern.compile("got (\\d+), missed (\\d+)");

  @Test
  void eachSubscriberAccountsForEachPrice() throws Exception {
    try (ChildJvm publisher = ChildJvm.start(Publisher.class, PRICES, 3);
        ChildJvm stopped = ChildJvm.start(Subscriber.class);
        ChildJvm killed = ChildJvm.start(Subscriber.class)) {
      stopped.awaitOutput("attached");
      killed.awaitOutput("attached");
      stopped.stop();
      // None attaches late: all account for all. With the third the publisher begins.
      try (ChildJvm steady = ChildJvm.start(Subscriber.class)) {
        steady.awaitOutput("attached");
        Thread.sleep(STOP_MS);
        killed.kill();
        stopped.resume();
        String published = publisher.finish();
        assertTrue(published.contains("published " + PRICES), published);
        requireAll(steady);
        requireAll(stopped);
      }
    }
  }

  private static void requireAll(ChildJvm subscriber) throws InterruptedException {
    String output = subscriber.finish();
    MatchResult result =
        RESULT.matcher(output).results().findFirst().orElseThrow(() -> new AssertionError(output));
    assertEquals(PRICES, Long.parseLong(result.group(1)) + Long.parseLong(result.group(2)), output);
  }
}
