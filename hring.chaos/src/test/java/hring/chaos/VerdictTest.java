package hring.chaos;

import static hring.chaos.Mode.DISCARD;
import static hring.chaos.Mode.REDELIVER;
import static org.assertj.core.api.Assertions.assertThat;

import hring.testkit.Ledger;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The verdict over a run can fail: a loss, a repeat, damage, wrong figures, each for its own
 * reason. One sender sends ten messages; one receiver handles some of them, and may be killed.
 */
class VerdictTest {
  private enum Fate {
    LIVES,
    CLOSES,
    KILLED,
    KILLED_BEFORE_IT_ATTACHED
  }

  private static final int MESSAGES = 10;
  private static final long SENDER = 4711;
  private static final Consumer<Ledger<Event>> ALL = handled(0, MESSAGES);

  @TempDir Path directory;

  private Consumer<Book> counted = nothing -> {};

  @ParameterizedTest
  @EnumSource(names = {"DISCARD", "REDELIVER"})
  void isGoodIfEachWasHandledOnce(Mode mode) throws Exception {
    assertThat(verdict(mode, closed(0, 0, 0), ALL, Fate.LIVES)).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(names = {"DISCARD", "REDELIVER"})
  void findsALostMessage(Mode mode) throws Exception {
    one(verdict(mode, closed(0, 0, 0), handled(1, MESSAGES), Fate.LIVES), "1 never handled");
    one(verdict(mode, closed(1, 0, 0), handled(0, MESSAGES - 1), Fate.KILLED), "1 never handled");
  }

  @Test
  void excusesOnlyWhatWasDiscarded() throws Exception {
    assertThat(verdict(DISCARD, closed(1, 2, 0), handled(2, MESSAGES), Fate.KILLED)).isEmpty();
    one(
        verdict(DISCARD, closed(1, 2, 0), handled(3, MESSAGES), Fate.KILLED),
        "3 never handled, explained are 2");
  }

  @Test
  void knowsWhichOfTheDiscardedWereHandled() throws Exception {
    Consumer<Ledger<Event>> holding = handled(0, 5).andThen(held(5, 8));
    assertThat(verdict(DISCARD, closed(1, 5, 0), holding, Fate.KILLED)).isEmpty();
    one(
        verdict(DISCARD, closed(1, 4, 0), holding, Fate.KILLED),
        "2 never handled, explained are 1");
  }

  @Test
  void acceptsEitherFateOfMessagesThatWereBeingFreed() throws Exception {
    Consumer<Ledger<Event>> freeing = held(0, 8).andThen(write(Event.FREEING, 0));
    assertThat(verdict(DISCARD, closed(1, 2, 0), freeing, Fate.KILLED)).isEmpty();
    assertThat(verdict(DISCARD, closed(1, 10, 0), freeing, Fate.KILLED)).isEmpty();
  }

  @Test
  void findsThatTooManyAreSaidToBeDiscarded() throws Exception {
    one(
        verdict(DISCARD, closed(1, 1, 0), ALL, Fate.KILLED),
        "1 discarded, but only 0 had any reason to be");
  }

  @Test
  void knowsWhatAReceiverHeldThatClosed() throws Exception {
    Consumer<Ledger<Event>> holding = handled(0, 8).andThen(held(8, MESSAGES));
    Consumer<Ledger<Event>> both = again(8).andThen(again(9));
    assertThat(verdict(DISCARD, closed(0, 2, 0), holding, Fate.CLOSES)).isEmpty();
    assertThat(verdict(REDELIVER, closed(0, 0, 2), holding, Fate.CLOSES, both)).isEmpty();
    one(
        verdict(REDELIVER, closed(0, 0, 2), holding, Fate.CLOSES),
        "0 repeats, but 2 were handled and not freed");
    one(verdict(REDELIVER, closed(0, 0, 0), handled(0, 8), Fate.CLOSES), "2 never handled");
  }

  @ParameterizedTest
  @EnumSource(names = {"DISCARD", "REDELIVER"})
  void knowsWhatWasGivenBack(Mode mode) throws Exception {
    Consumer<Ledger<Event>> giving = ALL.andThen(write(Event.GIVING_BACK, Payload.key(0, 3)));
    assertThat(verdict(mode, closed(0, 0, 1), giving, Fate.LIVES, again(3))).isEmpty();
    assertThat(verdict(mode, closed(0, 0, 1), giving, Fate.LIVES, again(3).andThen(again(4))))
        .isNotEmpty();
  }

  @ParameterizedTest
  @EnumSource(names = {"DISCARD", "REDELIVER"})
  void findsThatASenderWasToldTooEarly(Mode mode) throws Exception {
    Consumer<Ledger<Event>> told = write(Event.ALL_HANDLED, 0).andThen(write(Event.CLOSED, 0));
    assertThat(verdict(mode, told, ALL, Fate.LIVES)).isEmpty();
    one(
        verdict(mode, told, handled(0, 8), Fate.LIVES, handled(8, MESSAGES)),
        "2 not handled when all was said to be, 0 in the end");
  }

  @Test
  void findsARepeat() throws Exception {
    assertThat(verdict(DISCARD, closed(0, 0, 0), ALL.andThen(handled(3, 4)), Fate.LIVES))
        .anySatisfy(problem -> assertThat(problem).contains("3 was handled twice, unmarked"));
    one(
        verdict(DISCARD, closed(0, 0, 0), ALL.andThen(again(3)), Fate.LIVES),
        "1 repeats, but only 0 were given back");
  }

  @Test
  void knowsWhatHasToBeHandledAgain() throws Exception {
    Consumer<Ledger<Event>> holding = handled(0, 8).andThen(held(8, MESSAGES));
    Consumer<Ledger<Event>> both = again(8).andThen(again(9));
    assertThat(verdict(REDELIVER, closed(1, 0, 2), holding, Fate.KILLED, both)).isEmpty();
    one(
        verdict(REDELIVER, closed(1, 0, 1), holding, Fate.KILLED, both),
        "2 repeats, but only 1 redelivered");
    one(
        verdict(REDELIVER, closed(1, 0, 2), holding, Fate.KILLED, again(8)),
        "1 repeats, but 2 were handled and not freed");
    one(
        verdict(REDELIVER, closed(1, 0, 1), ALL, Fate.KILLED, again(3)),
        "1 repeats, with a reason at most 0");
  }

  @Test
  void findsWhatThePolicyForbids() throws Exception {
    one(
        verdict(DISCARD, closed(1, 0, 1), ALL, Fate.KILLED),
        "1 redelivered, but only 0 were given back");
    one(verdict(REDELIVER, closed(1, 1, 0), ALL, Fate.KILLED), "1 discarded");
  }

  @ParameterizedTest
  @EnumSource(names = {"DISCARD", "REDELIVER"})
  void findsADeathThatNeverWas(Mode mode) throws Exception {
    one(verdict(mode, closed(1, 0, 0), ALL, Fate.LIVES), "1 deaths, but 0 kills");
  }

  @ParameterizedTest
  @EnumSource(names = {"DISCARD", "REDELIVER"})
  void excusesAKilledSenderForNothing(Mode mode) throws Exception {
    one(verdict(mode, figures(1, 0, 0), handled(4, MESSAGES), Fate.KILLED), "4 never handled");
    one(verdict(mode, figures(0, 0, 0), handled(4, MESSAGES), Fate.LIVES), "4 never handled");
  }

  @ParameterizedTest
  @EnumSource(names = {"DISCARD", "REDELIVER"})
  void findsADeathThatWasNotNoticed(Mode mode) throws Exception {
    one(
        verdict(mode, closed(0, 0, 0), ALL, Fate.KILLED),
        "1 attached receivers killed, but only 0 deaths");
    assertThat(verdict(mode, closed(0, 0, 0), ALL, Fate.KILLED_BEFORE_IT_ATTACHED)).isEmpty();
    assertThat(verdict(mode, closed(1, 0, 0), ALL, Fate.KILLED_BEFORE_IT_ATTACHED)).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(names = {"DISCARD", "REDELIVER"})
  void findsDamage(Mode mode) throws Exception {
    Consumer<Ledger<Event>> damaged = write(Event.DAMAGED, Payload.key(0, 7));
    one(
        verdict(mode, closed(0, 0, 0), ALL.andThen(damaged), Fate.LIVES),
        "sender 0, message 7: not what was written");
    one(
        verdict(mode, damaged.andThen(closed(0, 0, 0)), ALL, Fate.LIVES),
        "sender 0, message 7: not what was written");
  }

  @ParameterizedTest
  @EnumSource(names = {"DISCARD", "REDELIVER"})
  void findsWhatWasNeverSent(Mode mode) throws Exception {
    one(
        verdict(mode, closed(0, 0, 0), handled(0, MESSAGES + 1), Fate.LIVES),
        "handled number 10 of 10 announced");
    one(
        verdict(
            mode,
            closed(0, 0, 0),
            ALL.andThen(write(Event.HANDLED, Payload.key(1, 0))),
            Fate.LIVES),
        "a message of sender 1, which there never was");
  }

  private static void one(List<String> problems, String expected) {
    assertThat(problems).singleElement().asString().contains(expected);
  }

  private static Consumer<Ledger<Event>> write(Event event, long value) {
    return ledger -> ledger.write(event, value);
  }

  private static Consumer<Ledger<Event>> handled(long from, long to) {
    return held(from, to).andThen(write(Event.FREED, 0));
  }

  private static Consumer<Ledger<Event>> held(long from, long to) {
    return ledger ->
        LongStream.range(from, to)
            .forEach(number -> ledger.write(Event.HANDLED, Payload.key(0, number)));
  }

  private static Consumer<Ledger<Event>> again(long number) {
    return write(Event.HANDLED_AGAIN, Payload.key(0, number));
  }

  private Consumer<Ledger<Event>> closed(int deaths, int discarded, int redelivered) {
    Consumer<Ledger<Event>> figures = figures(deaths, discarded, redelivered);
    return figures.andThen(write(Event.CLOSED, 0));
  }

  /** What the participants have counted: known from the region, not by a ledger. */
  private Consumer<Ledger<Event>> figures(int deaths, int discarded, int redelivered) {
    counted = book -> book.figures(deaths, discarded, redelivered);
    return nothing -> {};
  }

  private List<String> verdict(
      Mode mode, Consumer<Ledger<Event>> sent, Consumer<Ledger<Event>> received, Fate fate)
      throws Exception {
    return verdict(mode, sent, received, fate, nothing -> {});
  }

  private List<String> verdict(
      Mode mode,
      Consumer<Ledger<Event>> sent,
      Consumer<Ledger<Event>> received,
      Fate fate,
      Consumer<Ledger<Event>> receivedByTheNext)
      throws Exception {
    try (Book book = new Book(mode)) {
      book.sender(
          ledger(
              sender -> {
                sender.write(Event.OPENED, SENDER);
                sender.write(Event.INTENT, MESSAGES);
                sender.write(Event.SUBMITTED, MESSAGES);
                sent.accept(sender);
              }));
      // One sender's ledger is read to the end before a receiver's, as it is in a run.
      book.read();
      counted.accept(book);
      Page first =
          book.receiver(
              ledger(
                  receiver -> {
                    receiver.write(Event.ATTACHING, 0);
                    if (fate != Fate.KILLED_BEFORE_IT_ATTACHED) {
                      receiver.write(Event.ATTACHED, SENDER);
                    }
                    received.accept(receiver);
                  }));
      book.end(first);
      switch (fate) {
        case LIVES -> {
          // And holds nothing in the end.
        }
        case CLOSES -> book.receiverLeft(first);
        default -> book.killedReceiver(first);
      }
      book.read();
      book.read();
      book.end(book.receiver(ledger(receivedByTheNext)));
      return book.verdict();
    }
  }

  private Path ledger(Consumer<Ledger<Event>> writer) {
    Path path = directory.resolve("ledger-" + System.nanoTime());
    try (Ledger<Event> ledger = new Ledger<>(path)) {
      writer.accept(ledger);
    }
    return path;
  }
}
