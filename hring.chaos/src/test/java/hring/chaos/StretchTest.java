package hring.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import hring.testkit.Ledger;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The verdict over what a receiver got of a ring that delivers to each can fail, for each reason.
 * The receiver can attach when five messages were submitted, and says that it is attached when
 * eight are announced; there are ten in the end.
 */
class StretchTest {
  private static final int BEFORE = 5;
  private static final int ANNOUNCED = 8;
  private static final int ALL = 10;
  private static final long RING = 4711;

  private final Generation sender = new Generation(0);
  private final List<String> problems = new ArrayList<>();

  @TempDir Path directory;

  private Stretch attached() {
    sender.submitted = BEFORE;
    sender.intent = ANNOUNCED;
    Stretch stretch = new Stretch("one", sender, BEFORE);
    stretch.readSender();
    sender.submitted = ALL;
    sender.intent = ALL;
    return stretch;
  }

  private Stretch got(long from, long to) {
    Stretch stretch = attached();
    handled(stretch, from, to);
    return stretch;
  }

  private void handled(Stretch stretch, long from, long to) {
    LongStream.range(from, to).forEach(number -> stretch.handled(sender, number, problems));
  }

  private void one(Stretch stretch, boolean complete, String expected) {
    stretch.judge(complete, problems);
    assertThat(problems).singleElement().asString().contains(expected);
  }

  private void good(Stretch stretch, boolean complete) {
    stretch.judge(complete, problems);
    assertThat(problems).isEmpty();
  }

  @Test
  void isGoodFromAttachingOn() {
    good(got(BEFORE, ALL), true);
    good(got(ANNOUNCED, ALL), true);
    good(got(ANNOUNCED, ANNOUNCED + 1), false);
    good(attached(), false);
  }

  @Test
  void findsAGap() {
    Stretch stretch = got(BEFORE, 7);
    handled(stretch, ANNOUNCED, ALL);
    one(stretch, true, "got message 8 instead of 7");
  }

  @Test
  void findsARepeat() {
    Stretch stretch = got(BEFORE, 7);
    handled(stretch, 6, ALL);
    one(stretch, true, "got message 6 instead of 7");
  }

  @Test
  void findsThatTheFirstCameTooLate() {
    one(got(ANNOUNCED + 1, ALL), true, "attached for 9, which should be from 5 to 8");
  }

  @Test
  void findsThatTheFirstWasSubmittedBefore() {
    one(got(BEFORE - 1, ALL), false, "attached for 4, which should be from 5 to 8");
  }

  @Test
  void findsThatTheLastIsMissing() {
    one(got(BEFORE, ALL - 1), true, "got all before 9 in the end");
  }

  @Test
  void findsThatNothingCame() {
    one(attached(), true, "got nothing, missed 0");
  }

  @Test
  void believesWhoWasToldWhatItMissed() {
    Stretch stretch = got(BEFORE, 7);
    stretch.missed(2);
    handled(stretch, 9, ALL);
    good(stretch, true);
    Stretch atLast = got(BEFORE, 7);
    atLast.missed(3);
    good(atLast, true);
    Stretch atFirst = attached();
    atFirst.missed(3);
    handled(atFirst, 9, ALL);
    good(atFirst, true);
    Stretch all = attached();
    all.missed(4);
    good(all, true);
  }

  @Test
  void findsAWrongNumberOfMissedOnes() {
    Stretch stretch = got(BEFORE, 7);
    stretch.missed(1);
    handled(stretch, 9, ALL);
    one(stretch, true, "got message 9 instead of 8");
  }

  @Test
  void findsThatMissedOnesAreTooFew() {
    Stretch stretch = attached();
    stretch.missed(1);
    one(stretch, true, "got nothing, missed 1");
  }

  @Test
  void findsThatReceiversOfAKilledSenderDisagree() {
    Stretch one = got(BEFORE, ALL);
    Stretch other = got(BEFORE, ALL - 1);
    sender.submitted = ALL - 1;
    good(one, true);
    one(other, true, "and others did not");
  }

  @Test
  void findsThatTheSenderWasToldTooEarly() {
    Stretch stretch = got(BEFORE, ALL);
    stretch.requireAll(problems);
    assertThat(problems).isEmpty();
    got(BEFORE, ALL - 1).requireAll(problems);
    assertThat(problems).singleElement().asString().contains("when all was said to be handled");
  }

  /** The same by ledgers, in the order in which they are written. */
  @Test
  void theBookPutsItTogether() {
    assertThat(verdict(3)).isEmpty();
    assertThat(verdict(2)).singleElement().asString().contains("got message 5 instead of 4");
  }

  private List<String> verdict(int missed) {
    Path sent = directory.resolve("sent" + missed);
    Path received = directory.resolve("received" + missed);
    try (Ledger<Event> sends = new Ledger<>(sent);
        Ledger<Event> receives = new Ledger<>(received);
        Book book = new Book(Mode.TO_EACH)) {
      Page from = book.sender(sent);
      sends.write(Event.OPENED, RING);
      book.read();
      Page to = book.receiver(received);
      receives.write(Event.ATTACHING, 0);
      receives.write(Event.ATTACHED, RING);
      book.read();
      sends.write(Event.INTENT, ALL);
      sends.write(Event.SUBMITTED, ALL);
      for (long number : new long[] {0, 1}) {
        receives.write(Event.HANDLED, Payload.key(0, number));
      }
      receives.write(Event.EVICTED, missed);
      LongStream.range(5, ALL)
          .forEach(number -> receives.write(Event.HANDLED, Payload.key(0, number)));
      book.end(from);
      book.end(to);
      return book.verdict();
    }
  }
}
