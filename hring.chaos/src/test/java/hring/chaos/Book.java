package hring.chaos;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToLongFunction;

/** All ledgers of a run, put together while they are written. */
final class Book implements AutoCloseable {
  private static final int SHOWN = 20;

  private final Mode mode;
  private final List<Generation> generations = new ArrayList<>();
  private final List<Page> living = new ArrayList<>();

  /** Of receivers that get each message. */
  private final List<Stretch> stretches = new ArrayList<>();

  private final List<String> problems = new ArrayList<>();
  private final List<Long> reclaimMicros = new ArrayList<>();
  private long handled;
  private long evictions;
  private long missed;

  /** The last sender's. */
  private Page sender;

  Book(Mode mode) {
    this.mode = mode;
  }

  synchronized Page sender(Path path) {
    Generation generation = new Generation(generations.size());
    generations.add(generation);
    sender = add(path);
    return sender;
  }

  synchronized Page receiver(Path path) {
    Page page = add(path);
    page.senderBefore = generations.getLast();
    page.submittedBefore = generations.getLast().submitted;
    return page;
  }

  private Page add(Path path) {
    Page page = new Page(path);
    living.add(page);
    return page;
  }

  /** The process has ended: what it wrote is read for the last time, unless that is done. */
  synchronized void end(Page page) {
    if (!living.contains(page)) {
      return;
    }
    read(page);
    readSender();
    page.close();
    living.remove(page);
  }

  /** Reads what is new, and tells how many messages were handled so far. */
  synchronized long read() {
    boolean told = !generations.isEmpty() && generations.getLast().toldAllHandled;
    for (Page page : living) {
      read(page);
    }
    readSender();
    if (told) {
      noteThatAllAreToldHandled();
    }
    return handled;
  }

  /** After receivers have said that they are attached: how much was announced by then. */
  private void readSender() {
    read(sender);
    stretches.forEach(Stretch::readSender);
  }

  private void noteThatAllAreToldHandled() {
    Generation now = generations.getLast();
    if (!mode.isToEach()) {
      now.noteMissingWhenTold();
    } else if (!Mode.evicts(generations.size() - 1)) {
      for (Page page : living) {
        if (page.attachedTo == now.ring) {
          page.stretch.requireAll(problems);
        }
      }
    }
  }

  private void read(Page page) {
    page.read(entry -> note(page, entry.what(), entry.value()));
  }

  private void note(Page page, Event event, long value) {
    // There is one sender at a time, and its ledger is read to the end before the next is started.
    Generation now = generations.getLast();
    switch (event) {
      case OPENED -> now.ring = value;
      case INTENT -> now.intent = value;
      case SUBMITTED -> now.submitted = value;
      case ASLEEP -> now.asleep = true;
      case AWAKE -> now.asleep = false;
      case ALL_HANDLED -> now.toldAllHandled = true;
      case CLOSED -> now.closed = true;
      case ATTACHING -> page.attaching = true;
      case ATTACHED -> {
        page.attachedTo = value;
        beginStretch(page);
      }
      case FREEING -> page.freeing = true;
      case FREED -> {
        page.freeing = false;
        page.held.clear();
      }
      case HANDLED, HANDLED_AGAIN -> {
        handled++;
        noteHandled(page, value, event == Event.HANDLED_AGAIN);
      }
      case EVICTED -> {
        evictions++;
        missed += value;
        page.stretch.missed(value);
      }
      case GIVING_BACK -> {
        page.held.remove(value);
        generations.get(Payload.generation(value)).givenBack++;
      }
      case DAMAGED ->
          problems.add(
              "sender %d, message %d: not what was written"
                  .formatted(Payload.generation(value), Payload.number(value)));
    }
  }

  private void noteHandled(Page page, long key, boolean again) {
    int generation = Payload.generation(key);
    if (generation >= generations.size()) {
      problems.add("a message of sender " + generation + ", which there never was");
    } else if (mode.isToEach()) {
      page.stretch.handled(generations.get(generation), Payload.number(key), problems);
    } else {
      page.held.add(key);
      generations.get(generation).handled(Payload.number(key), again, problems);
    }
  }

  /**
   * What a receiver got of the ring before this one is all: it was attached until that was over.
   */
  private void beginStretch(Page page) {
    if (!mode.isToEach()) {
      return;
    }
    if (page.stretch != null) {
      page.stretch.judge(true, problems);
    }
    // The last one, if its sender has not said yet that it is open.
    Generation from =
        generations.stream()
            .filter(g -> g.ring == page.attachedTo)
            .findFirst()
            .orElse(generations.getLast());
    long before = page.senderBefore == from ? page.submittedBefore : 0;
    page.stretch = new Stretch(page.toString(), from, before);
    stretches.add(page.stretch);
  }

  /** Returns whether nobody has said that this process has ended. */
  synchronized boolean isLiving(Page page) {
    return living.contains(page);
  }

  synchronized boolean isOpen() {
    return generations.getLast().ring != 0;
  }

  /** Returns whether a receiver is attached to the last sender's ring. */
  synchronized boolean isAttachedToLast(Page receiver) {
    return receiver.attachedTo == generations.getLast().ring;
  }

  /** The ring of the last sender. */
  synchronized long ring() {
    return generations.getLast().ring;
  }

  synchronized boolean isAsleep() {
    return generations.getLast().asleep;
  }

  /** What the participants of the last ring have counted in the end. */
  synchronized void figures(long deaths, long discarded, long redelivered) {
    Generation now = generations.getLast();
    now.deaths = deaths;
    now.discarded = discarded;
    now.redelivered = redelivered;
  }

  synchronized void reclaimed(long micros) {
    reclaimMicros.add(micros);
  }

  /** A receiver was killed, and its ledger is read to the end. */
  synchronized void killedReceiver(Page page) {
    Generation now = generations.getLast();
    now.kills += page.attaching ? 1 : 0;
    // Before it says that it is attached, it may be, but has taken nothing yet.
    now.attachedKills += page.attachedTo != 0 && page.attachedTo == now.ring ? 1 : 0;
    receiverLeft(page);
  }

  /** How many receivers were killed that were attached to the last ring. */
  synchronized long attachedKills() {
    return generations.getLast().attachedKills;
  }

  /** A receiver was killed or has closed, and its ledger is read to the end. */
  synchronized void receiverLeft(Page page) {
    Generation now = generations.getLast();
    for (long message : page.held) {
      // What it holds of an earlier sender, nobody takes back.
      if (Payload.generation(message) == generations.size() - 1) {
        now.countHeld(page.freeing);
      }
    }
    if (page.stretch != null) {
      page.stretch.judge(false, problems);
    }
  }

  boolean isToEach() {
    return mode.isToEach();
  }

  /** How often receivers learned that they had been evicted. */
  synchronized long evictions() {
    return evictions;
  }

  /** How many messages they were told that they had missed. */
  synchronized long missed() {
    return missed;
  }

  synchronized int senders() {
    return generations.size();
  }

  synchronized long sum(ToLongFunction<Generation> figure) {
    return generations.stream().mapToLong(figure).sum();
  }

  /** How long reclaims took; {@code part} 0.5 asks for the median, 1 for the longest. */
  synchronized long reclaimMicros(double part) {
    List<Long> sorted = reclaimMicros.stream().sorted().toList();
    return sorted.isEmpty() ? 0 : sorted.get((int) (part * (sorted.size() - 1)));
  }

  /** What is wrong; to be asked when everybody has ended. */
  synchronized List<String> verdict() {
    stretches.forEach(stretch -> stretch.judge(true, problems));
    List<String> all = new ArrayList<>(problems.subList(0, Math.min(SHOWN, problems.size())));
    generations.forEach(generation -> all.addAll(generation.problems(mode)));
    return all;
  }

  @Override
  public synchronized void close() {
    for (Page page : living) {
      page.close();
    }
  }
}
