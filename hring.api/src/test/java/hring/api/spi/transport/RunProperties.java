package hring.api.spi.transport;

import static org.assertj.core.api.Assertions.assertThat;

import hring.api.Address;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** A run of messages does what a plain list does, and no slower where it is long. */
class RunProperties {
  private static final int FEW = 1_000;
  private static final int MANY = 100_000;
  private static final int ROUNDS = 5;

  /** One after the other, each of the many would take a hundred times as long. */
  private static final int MUCH = 15;

  /** In which order messages are finished. */
  private enum Order {
    OLDEST,
    NEWEST,
    ANY
  }

  /** Some messages are added, then some are finished. */
  private record Action(int added, int finished, Order order) {}

  private final Run run = new Run();

  /** The messages of the run; NULL if they are done. */
  private final List<Long> model = new ArrayList<>();

  /** Addresses of messages that are done, which come again. */
  private final Deque<Long> free = new ArrayDeque<>();

  @Provide
  Arbitrary<List<Action>> actions() {
    return Combinators.combine(
            Arbitraries.integers().between(0, Claims.MAX_CLAIM),
            Arbitraries.integers().between(0, Claims.MAX_CLAIM),
            Arbitraries.of(Order.class))
        .as(Action::new)
        .list()
        .ofMaxSize(40);
  }

  @Property(tries = 200)
  void isAsAList(@ForAll("actions") List<Action> actions, @ForAll Random random) {
    long start = random.nextLong(Long.MAX_VALUE / 2);
    run.restart(start);
    model.clear();
    free.clear();
    int granule = 0;
    for (Action action : actions) {
      for (int i = 0; i < action.added(); i++) {
        boolean again = !free.isEmpty() && random.nextBoolean();
        model.add(again ? free.remove() : message(granule++));
      }
      add(model.subList(model.size() - action.added(), model.size()));
      for (int i = 0; i < action.finished(); i++) {
        finish(action.order(), random);
      }
      int passed = 0;
      while (!model.isEmpty() && model.getFirst() == Address.NULL) {
        model.removeFirst();
        passed++;
      }
      assertThat(run.pass()).isEqualTo(passed);
      start += passed;
      assertThat(run.start()).isEqualTo(start);
      requireSame(random);
    }
  }

  private static long message(int granule) {
    return Address.of(granule, Long.BYTES);
  }

  private void add(List<Long> messages) {
    run.add(messages.stream().mapToLong(Long::longValue).toArray(), messages.size());
  }

  private void finish(Order order, Random random) {
    int index = find(order, random);
    if (index < 0) {
      return;
    }
    long message = model.get(index);
    assertThat(run.has(message)).isTrue();
    assertThat(run.finish(message)).isTrue();
    assertThat(run.finish(message)).isFalse();
    assertThat(run.has(message)).isFalse();
    model.set(index, Address.NULL);
    free.add(message);
  }

  /** Returns which of the messages is finished next, or -1 if all are. */
  private int find(Order order, Random random) {
    int size = model.size();
    int start = order == Order.ANY && size > 0 ? random.nextInt(size) : 0;
    for (int i = 0; i < size; i++) {
      int index = order == Order.NEWEST ? size - 1 - i : (start + i) % size;
      if (model.get(index) != Address.NULL) {
        return index;
      }
    }
    return -1;
  }

  private void requireSame(Random random) {
    List<Long> seen = new ArrayList<>();
    run.forEach(seen::add);
    assertThat(seen).isEqualTo(model.stream().filter(a -> a != Address.NULL).toList());
    assertThat(run.length()).isEqualTo(model.size());
    long other = Address.of(random.nextInt(3 * MANY), 2 * Long.BYTES);
    assertThat(run.has(other)).isFalse();
    assertThat(run.finish(other)).isFalse();
    assertThat(run.finish(Address.NULL)).isFalse();
  }

  /** A sender that lies may send one block twice: it is held twice, and done with twice. */
  @Example
  void whatIsThereTwiceIsFinishedTwice() {
    long[] messages = messages(FEW);
    run.add(messages, FEW);
    run.add(messages, FEW);
    for (int i = 0; i < FEW; i++) {
      long message = messages[(i * 7) % FEW];
      assertThat(run.finish(message)).isTrue();
      assertThat(run.finish(message)).isTrue();
      assertThat(run.finish(message)).isFalse();
    }
    assertThat(run.pass()).isEqualTo(2 * FEW);
  }

  /** Finished from the end on, none is the next one. */
  @Example
  void whoHoldsManyFindsEachAboutAsFastAsWhoHoldsFew() {
    long few = Long.MAX_VALUE;
    long many = Long.MAX_VALUE;
    for (int round = 0; round < ROUNDS; round++) {
      few = Math.min(few, nanosToFinish(FEW));
      many = Math.min(many, nanosToFinish(MANY));
    }
    assertThat(many).as("%d ns for few at a time", few).isLessThan(MUCH * few);
  }

  /** How long it takes to add and finish {@link #MANY} messages, so many at a time. */
  private static long nanosToFinish(int together) {
    Run run = new Run();
    long[] messages = messages(together);
    long begin = System.nanoTime();
    for (int i = 0; i < MANY / together; i++) {
      run.add(messages, together);
      for (int last = together - 1; last >= 0; last--) {
        if (!run.finish(messages[last])) {
          throw new AssertionError("message " + last + " of " + together + " is not found");
        }
      }
      assertThat(run.pass()).isEqualTo(together);
    }
    return System.nanoTime() - begin;
  }

  private static long[] messages(int count) {
    return LongStream.range(0, count).map(i -> Address.of(i * 2, Long.BYTES)).toArray();
  }
}
