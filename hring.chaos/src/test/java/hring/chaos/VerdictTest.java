package hring.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import hring.api.DeathPolicy;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The verdict over a run can fail: a loss, a repeat, damage, each for its own reason. */
class VerdictTest {
  private static final int MESSAGES = 10;

  @TempDir Path directory;

  @Test
  void isGoodIfEachWasHandledOnce() throws Exception {
    assertThat(verdict(DeathPolicy.DISCARD, 0, LongStream.range(0, MESSAGES))).isEmpty();
    assertThat(verdict(DeathPolicy.REDELIVER, 0, LongStream.range(0, MESSAGES))).isEmpty();
  }

  @Test
  void findsALostMessage() throws Exception {
    assertThat(verdict(DeathPolicy.DISCARD, 0, LongStream.range(1, MESSAGES)))
        .singleElement()
        .asString()
        .contains("1 never handled, explained are 0");
    assertThat(verdict(DeathPolicy.REDELIVER, 0, LongStream.range(0, MESSAGES - 1)))
        .singleElement()
        .asString()
        .contains("1 never handled, explained are 0");
  }

  @Test
  void excusesOnlyWhatWasDiscarded() throws Exception {
    assertThat(verdict(DeathPolicy.DISCARD, 2, LongStream.range(2, MESSAGES))).isEmpty();
    assertThat(verdict(DeathPolicy.DISCARD, 2, LongStream.range(3, MESSAGES)))
        .singleElement()
        .asString()
        .contains("3 never handled, explained are 2");
  }

  @Test
  void findsARepeat() throws Exception {
    LongStream twice = LongStream.concat(LongStream.range(0, MESSAGES), LongStream.of(3));
    assertThat(verdict(DeathPolicy.DISCARD, 0, twice))
        .anySatisfy(problem -> assertThat(problem).contains("3 was handled twice, unmarked"));
  }

  @Test
  void findsWhatWasNeverSent() throws Exception {
    assertThat(verdict(DeathPolicy.DISCARD, 0, LongStream.rangeClosed(0, MESSAGES)))
        .singleElement()
        .asString()
        .contains("handled number " + MESSAGES + " of " + MESSAGES + " announced");
  }

  /** One sender and one receiver; if some were discarded, one receiver was killed. */
  private List<String> verdict(DeathPolicy policy, int discarded, LongStream handled)
      throws Exception {
    Path sent = directory.resolve("sent-" + System.nanoTime());
    Path received = directory.resolve("received-" + System.nanoTime());
    try (Ledger sender = new Ledger(sent);
        Ledger receiver = new Ledger(received);
        Book book = new Book()) {
      sender.write(Ledger.Entry.OPENED, 0);
      sender.write(Ledger.Entry.INTENT, MESSAGES);
      sender.write(Ledger.Entry.SUBMITTED, MESSAGES);
      sender.write(Ledger.Entry.DEATHS, discarded == 0 ? 0 : 1);
      sender.write(Ledger.Entry.DISCARDED, discarded);
      sender.write(Ledger.Entry.CLOSED, 0);
      handled.forEach(number -> receiver.write(Ledger.Entry.HANDLED, Payload.key(0, number)));
      Page first = book.sender(sent);
      Page second = book.receiver(received);
      if (discarded > 0) {
        book.killedReceiver();
      }
      book.end(first);
      book.end(second);
      return book.verdict(policy);
    }
  }
}
