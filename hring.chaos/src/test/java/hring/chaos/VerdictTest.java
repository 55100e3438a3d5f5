package hring.chaos;

import static hring.api.DeathPolicy.DISCARD;
import static hring.api.DeathPolicy.REDELIVER;
import static org.assertj.core.api.Assertions.assertThat;

import hring.api.DeathPolicy;
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
  private static final int MESSAGES = 10;
  private static final Consumer<Ledger> ALL = handled(0, MESSAGES);

  @TempDir Path directory;

  @ParameterizedTest
  @EnumSource(DeathPolicy.class)
  void isGoodIfEachWasHandledOnce(DeathPolicy policy) throws Exception {
    assertThat(verdict(policy, closed(0, 0, 0), ALL, false)).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(DeathPolicy.class)
  void findsALostMessage(DeathPolicy policy) throws Exception {
    one(verdict(policy, closed(0, 0, 0), handled(1, MESSAGES), false), "1 never handled");
    one(verdict(policy, closed(1, 0, 0), handled(0, MESSAGES - 1), true), "1 never handled");
  }

  @Test
  void excusesOnlyWhatWasDiscarded() throws Exception {
    assertThat(verdict(DISCARD, closed(1, 2, 0), handled(2, MESSAGES), true)).isEmpty();
    one(
        verdict(DISCARD, closed(1, 2, 0), handled(3, MESSAGES), true),
        "3 never handled, explained are 2");
  }

  @Test
  void knowsWhichOfTheDiscardedWereHandled() throws Exception {
    Consumer<Ledger> holding = handled(0, 5).andThen(held(5, 8));
    assertThat(verdict(DISCARD, closed(1, 5, 0), holding, true)).isEmpty();
    one(verdict(DISCARD, closed(1, 4, 0), holding, true), "2 never handled, explained are 1");
  }

  @Test
  void doesNotKnowWhatWasBeingFreed() throws Exception {
    Consumer<Ledger> freeing = held(0, 8).andThen(write(Ledger.Entry.FREEING, 0));
    assertThat(verdict(DISCARD, closed(1, 2, 0), freeing, true)).isEmpty();
    assertThat(verdict(DISCARD, closed(1, 10, 0), freeing, true)).isEmpty();
  }

  @Test
  void findsThatTooManyAreSaidToBeDiscarded() throws Exception {
    // The list of a batch may be counted.
    assertThat(verdict(DISCARD, closed(1, 1, 0), ALL, true)).isEmpty();
    one(
        verdict(DISCARD, closed(1, 2, 0), ALL, true),
        "2 discarded, but only 1 had any reason to be");
  }

  @Test
  void findsARepeat() throws Exception {
    assertThat(verdict(DISCARD, closed(0, 0, 0), ALL.andThen(handled(3, 4)), false))
        .anySatisfy(problem -> assertThat(problem).contains("3 was handled twice, unmarked"));
    one(
        verdict(DISCARD, closed(0, 0, 0), ALL.andThen(again(3)), false),
        "1 handled more than once");
  }

  @Test
  void allowsRepeatsOfWhatWasRedelivered() throws Exception {
    Consumer<Ledger> twice = ALL.andThen(again(3)).andThen(again(4));
    assertThat(verdict(REDELIVER, closed(1, 0, 2), twice, true)).isEmpty();
    one(verdict(REDELIVER, closed(1, 0, 1), twice, true), "2 repeats, but only 1 redelivered");
  }

  @Test
  void findsWhatThePolicyForbids() throws Exception {
    one(verdict(DISCARD, closed(1, 0, 1), ALL, true), "1 redelivered");
    one(verdict(REDELIVER, closed(1, 1, 0), ALL, true), "1 discarded");
  }

  @ParameterizedTest
  @EnumSource(DeathPolicy.class)
  void findsADeathThatNeverWas(DeathPolicy policy) throws Exception {
    one(verdict(policy, closed(1, 0, 0), ALL, false), "1 deaths, but 0 kills");
  }

  @ParameterizedTest
  @EnumSource(DeathPolicy.class)
  void excusesAKilledSenderForTheDeathsItHadNotNoticed(DeathPolicy policy) throws Exception {
    Consumer<Ledger> some = write(Ledger.Entry.ATTACHED, 1).andThen(handled(4, MESSAGES));
    assertThat(verdict(policy, figures(0, 0, 0), some, true)).isEmpty();
    one(verdict(policy, figures(1, 0, 0), some, true), "4 never handled, explained are 0");
    one(verdict(policy, figures(0, 0, 0), some, false), "4 never handled, explained are 0");
    // It had taken nothing.
    one(
        verdict(policy, figures(0, 0, 0), handled(4, MESSAGES), true),
        "4 never handled, explained are 0");
  }

  @ParameterizedTest
  @EnumSource(DeathPolicy.class)
  void findsDamage(DeathPolicy policy) throws Exception {
    Consumer<Ledger> damaged = write(Ledger.Entry.DAMAGED, Payload.key(0, 7));
    one(
        verdict(policy, closed(0, 0, 0), ALL.andThen(damaged), false),
        "sender 0, message 7: not what was written");
    one(
        verdict(policy, damaged.andThen(closed(0, 0, 0)), ALL, false),
        "sender 0, message 7: not what was written");
  }

  @ParameterizedTest
  @EnumSource(DeathPolicy.class)
  void findsWhatWasNeverSent(DeathPolicy policy) throws Exception {
    one(
        verdict(policy, closed(0, 0, 0), handled(0, MESSAGES + 1), false),
        "handled number 10 of 10 announced");
    one(
        verdict(
            policy,
            closed(0, 0, 0),
            ALL.andThen(write(Ledger.Entry.HANDLED, Payload.key(1, 0))),
            false),
        "a message of sender 1, which there never was");
  }

  private static void one(List<String> problems, String expected) {
    assertThat(problems).singleElement().asString().contains(expected);
  }

  private static Consumer<Ledger> write(Ledger.Entry entry, long value) {
    return ledger -> ledger.write(entry, value);
  }

  private static Consumer<Ledger> handled(long from, long to) {
    return held(from, to).andThen(write(Ledger.Entry.FREED, 0));
  }

  private static Consumer<Ledger> held(long from, long to) {
    return ledger ->
        LongStream.range(from, to)
            .forEach(number -> ledger.write(Ledger.Entry.HANDLED, Payload.key(0, number)));
  }

  private static Consumer<Ledger> again(long number) {
    return write(Ledger.Entry.HANDLED_AGAIN, Payload.key(0, number));
  }

  private static Consumer<Ledger> closed(int deaths, int discarded, int redelivered) {
    return figures(deaths, discarded, redelivered).andThen(write(Ledger.Entry.CLOSED, 0));
  }

  private static Consumer<Ledger> figures(int deaths, int discarded, int redelivered) {
    return write(Ledger.Entry.DEATHS, deaths)
        .andThen(write(Ledger.Entry.DISCARDED, discarded))
        .andThen(write(Ledger.Entry.REDELIVERED, redelivered));
  }

  private List<String> verdict(
      DeathPolicy policy, Consumer<Ledger> sent, Consumer<Ledger> received, boolean killed)
      throws Exception {
    Path first = directory.resolve("sent-" + System.nanoTime());
    Path second = directory.resolve("received-" + System.nanoTime());
    try (Ledger sender = new Ledger(first);
        Ledger receiver = new Ledger(second);
        Book book = new Book()) {
      sender.write(Ledger.Entry.OPENED, 0);
      sender.write(Ledger.Entry.INTENT, MESSAGES);
      sender.write(Ledger.Entry.SUBMITTED, MESSAGES);
      sent.accept(sender);
      received.accept(receiver);
      Page senders = book.sender(first);
      Page receivers = book.receiver(second);
      book.end(senders);
      book.end(receivers);
      if (killed) {
        book.killedReceiver(receivers);
      }
      return book.verdict(policy);
    }
  }
}
