package hring.chaos;

/** What the referee did in a run, and what it saw. */
final class Figures {
  int receiverKills;
  int senderKills;
  int stops;
  int restarts;
  int senderCloses;
  int receiverCloses;
  int receiverTerms;
  int senderClosesAmidDeaths;
  int senderTerms;
  int sleeps;
  int fills;
  int filesAtFirst;
  int filesAtLast;
  int mapsAtFirst;
  int mapsAtLast;

  /** Returns whether each kind of disturbance has happened. */
  boolean hasEachKind() {
    return receiverKills > 0
        && receiverCloses > 0
        && receiverTerms > 0
        && senderKills > 0
        && senderCloses > 0
        && senderClosesAmidDeaths > 0
        && senderTerms > 0
        && stops > 0
        && sleeps > 0
        && fills > 0;
  }

  String table(String title, Book book, Observer observer, long seconds) throws Exception {
    StringBuilder table = new StringBuilder(title).append(System.lineSeparator());
    row(table, "seconds", seconds);
    row(table, "messages submitted", book.sum(g -> g.submitted));
    row(table, "messages handled", book.read());
    row(table, "receivers killed", receiverKills);
    row(table, "senders killed", senderKills);
    row(table, "processes stopped", stops);
    row(table, "receivers closed", receiverCloses);
    row(table, "receivers ended by SIGTERM", receiverTerms);
    row(table, "senders closed when all was handled", senderCloses);
    row(table, "senders closed while a receiver died", senderClosesAmidDeaths);
    row(table, "senders ended by SIGTERM", senderTerms);
    row(table, "senders that slept for seconds", sleeps);
    row(table, "processes started again", restarts);
    row(table, "rings opened without room, times", fills);
    row(table, "deaths reclaimed", book.sum(g -> g.deaths));
    row(table, "median reclaim, us", book.reclaimMicros(0.5));
    row(table, "99th percentile of reclaims, us", book.reclaimMicros(0.99));
    row(table, "longest reclaim, us", book.reclaimMicros(1));
    if (book.isToEach()) {
      row(table, "receivers evicted", book.evictions());
      row(table, "missed by them", book.missed());
    } else {
      row(table, "given back on purpose", book.sum(g -> g.givenBack));
      row(table, "discarded", book.sum(g -> g.discarded));
      row(table, "redelivered", book.sum(g -> g.redelivered));
      row(table, "never handled, explained", book.sum(Generation::missing));
      row(table, "handled again", book.sum(Generation::repeats));
    }
    row(table, "longest unexplained stall, ms", observer.longestMillis());
    row(table, "unexplained stalls beyond 1 s", observer.longOnes());
    row(table, "last sender: open files at first", filesAtFirst);
    row(table, "last sender: open files at the end", filesAtLast);
    row(table, "last sender: memory maps at first", mapsAtFirst);
    row(table, "last sender: memory maps at the end", mapsAtLast);
    return table.toString();
  }

  private static void row(StringBuilder table, String name, long value) {
    table.append("  %-40s %,15d%n".formatted(name, value));
  }
}
