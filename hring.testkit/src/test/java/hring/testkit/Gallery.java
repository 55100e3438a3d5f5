package hring.testkit;

import static hring.testkit.Example.BUMP;
import static hring.testkit.Example.FREELIST;

import hring.testkit.Mutation.Edit;
import java.util.ArrayList;
import java.util.List;

/** Broken allocators: at least one for each promise of the contract. */
final class Gallery {
  private static final String BUMP_FILE = "BumpAllocator.java";
  private static final String FREELIST_FILE = "FreelistAllocator.java";
  private static final String LISTS_FILE = "FreeLists.java";
  private static final String SHARED_STATE =
      """
        static final java.util.concurrent.atomic.AtomicLongArray WORDS =
            new java.util.concurrent.atomic.AtomicLongArray(1 << 16);

        private int slot(int chunk) {
          return (System.identityHashCode(memory.pool()) & 0xFF) << 8 | chunk;
        }
      """;

  private static final String STORE =
      """
        private boolean store(int chunk, long value) {
          memory
              .metadata()
              .set(java.lang.foreign.ValueLayout.JAVA_LONG, (long) chunk * Long.BYTES, value);
          return true;
        }
      """;

  private static final String FLUSH = "  @Override\n  public void flush() {}";

  private static final String TAKEN_FROM_ANYBODY =
      """
        @Override
        public boolean tryTransfer(long address, int from, int to, int more) {
          return owner(address) != Owner.NONE
              && replace(chunk(address), word(chunk(address)), word(Address.length(address), to));
        }

      """;

  private static final String WRITTEN_TWICE =
      """
        @Override
        public boolean tryTransfer(long address, int from, int to, int more) {
          boolean changed =
              owner(address) == from
                  && replace(
                      chunk(address),
                      word(Address.length(address), from),
                      word(Address.length(address), to));
          if (changed) {
            replace(chunk(address), word(chunk(address)), word(Address.length(address), to));
          }
          return changed;
        }

      """;

  private static final String FINISHED_BY_RECLAIM =
      """
        @Override
        public void finishOperation(int owner) {
          reclaim(owner);
        }

      """;

  private static final String LOOK_THEN_TAKE =
      """
        @Override
        public boolean tryTransfer(long address, int from, int to, int more) {
          return owner(address) == from
              && replace(chunk(address), word(chunk(address)), word(Address.length(address), to));
        }

      """;

  private static final String LOOK_THEN_TAKE_LEFTOVER =
      """
        @Override
        public boolean tryTransfer(long address, int from, int to, int more) {
          long seen = word(Address.length(address), from);
          return owner(address) == from
              && replace(
                  chunk(address),
                  from == Owner.LEFTOVER ? word(chunk(address)) : seen,
                  word(Address.length(address), to));
        }

      """;

  private final List<Mutation> mutations = new ArrayList<>();

  private Gallery() {}

  static List<Mutation> all() {
    Gallery gallery = new Gallery();
    gallery.space();
    gallery.exhaustion();
    gallery.misuse();
    gallery.reclaim();
    gallery.truthInTheRegion();
    gallery.figures();
    gallery.trust();
    gallery.otherPools();
    gallery.crashes();
    gallery.stops();
    gallery.deathsBesideStops();
    gallery.threads();
    gallery.blindSpots();
    return gallery.mutations;
  }

  private static Edit bump(String original, String replacement) {
    return new Edit(BUMP_FILE, original, replacement);
  }

  private static Edit freelist(String original, String replacement) {
    return new Edit(FREELIST_FILE, original, replacement);
  }

  private static Edit lists(String original, String replacement) {
    return new Edit(LISTS_FILE, original, replacement);
  }

  private void one(String title, Edit edit, String property, String... messages) {
    mutations.add(mutation(title, AllocatorContract.class, property, List.of(messages), edit));
  }

  private void crash(String title, Edit edit, String property, String... messages) {
    mutations.add(mutation(title, CrashContract.class, property, List.of(messages), edit));
  }

  private void add(
      String title,
      Class<? extends AllocatorSubject> contract,
      String property,
      String message,
      Edit... edits) {
    mutations.add(mutation(title, contract, property, List.of(message), edits));
  }

  private static Mutation mutation(
      String title,
      Class<? extends AllocatorSubject> contract,
      String property,
      List<String> messages,
      Edit... edits) {
    Example example = edits[0].file().startsWith("Bump") ? BUMP : FREELIST;
    return new Mutation(title, example, List.of(edits), contract, property, messages);
  }

  private void space() {
    one(
        "a full pool hands out its first block once more",
        bump(
            "    return Address.NULL;",
            """
                replace(0, word(0), word(size, self));
                return address(0, word(size, self));
            """),
        "exhaustionGivesNullAndChangesNothing",
        "overlaps the live block");
    one(
        "lengths are rounded up",
        bump(
            "return address(chunk, word(size, self));",
            "return address(chunk, word(size + 7 & -8, self));"),
        "liveBlocksNeverOverlap",
        "was handed out for");
    one(
        "blocks at the end are not found again",
        bump(
            "int chunk = (cursor + i) % chunks();",
            "int chunk = cursor + i; if (chunk >= chunks()) { break; }"),
        "whatIsFreedCanBeAllocatedAgain",
        "that fit after all were freed");
    one(
        "free() forgets to put the block into its list",
        freelist("    lists.put(block);", "    lists.clearIntent();"),
        "whatIsFreedCanBeAllocatedAgain",
        "is in no list");
    one(
        "flush() forgets what it holds",
        freelist("release(reserves[each][--reserved[each]], word(0, self));", "reserved[each]--;"),
        "whatIsFreedCanBeAllocatedAgain",
        "that fit after all were freed");
    one(
        "close() does not flush",
        freelist("  public void close() {\n    flush();", "  public void close() {"),
        "closingGivesBackWhatIsHeld",
        "that fit after all were freed");
  }

  private void exhaustion() {
    one(
        "a full pool is an exception",
        bump("    return Address.NULL;", "    throw new IllegalStateException(\"full\");"),
        "exhaustionGivesNullAndChangesNothing",
        "IllegalStateException: full");
    one(
        "a full pool waits for a block",
        bump(
            "    return Address.NULL;",
            """
                while (true) {
                  java.util.concurrent.locks.LockSupport.parkNanos(1_000_000_000);
                }
            """),
        "exhaustionGivesNullAndChangesNothing",
        "did not go on for");
    one(
        "too large a size is accepted",
        bump(
            "if (size < 1 || size > BumpProvider.CHUNK) {",
            "if (size < 1 || size > BumpProvider.CHUNK + 1) {"),
        "impossibleSizesAreRefused",
        " instead of throwing");
    one(
        "the largest size is not named",
        bump("size + \" is not from 1 to \" + BumpProvider.CHUNK", "\"bad size \" + size"),
        "impossibleSizesAreRefused",
        "does not name the largest size");
  }

  private void misuse() {
    one(
        "a double free is accepted",
        bump(
            "|| !replace(chunk, word(Address.length(address), from), value)",
            "|| word(chunk) != 0 && !replace(chunk, word(Address.length(address), from), value)"),
        "badFreesAreRefused",
        "could free");
    one(
        "anybody's block can be freed",
        bump("change(address, self, 0);", "change(address, owner(address), 0);"),
        "badFreesAreRefused",
        "could free");
    one(
        "the batch bit is ignored by free()",
        bump(
            "change(address, self, 0);",
            "change(hring.api.spi.alloc.BatchBit.clear(address), self, 0);"),
        "badFreesAreRefused",
        "address in the exception",
        "(in a pack or batch");
    one(
        "anybody's block can be transferred",
        bump(
            "change(address, from, word(Address.length(address), to));",
            "change(address, owner(address), word(Address.length(address), to));"),
        "onlyTheOwnerTransfers",
        "could be transferred");
    one(
        "transfer() does not look at the length",
        bump(
            "change(address, from, word(Address.length(address), to));",
            "int at = chunk(address);\n"
                + "    long live = at < 0 || !isLive(word(at)) ? address : address(at, word(at));\n"
                + "    change(live, from, word(Address.length(live), to));"),
        "onlyTheOwnerTransfers",
        "could be transferred");
    one(
        "a message that came back can be taken from anybody",
        bump(FLUSH, TAKEN_FROM_ANYBODY + FLUSH),
        "onlyTheOwnerTransfers",
        "tryTransfer of");
    one(
        "owner() does not look at the length",
        bump(
            "return word >>> LENGTH_SHIFT == Address.length(address) && isLive(word)",
            "return isLive(word)"),
        "liveBlocksNeverOverlap",
        "which is nearly block");
    one(
        "a batch has the owner of its block",
        bump(
            "int chunk = chunk(address);\n    long word = chunk < 0 ? 0 : word(chunk);",
            "int chunk = chunk(hring.api.spi.alloc.BatchBit.clear(address));\n"
                + "    long word = chunk < 0 ? 0 : word(chunk);"),
        "liveBlocksNeverOverlap",
        "owner of a batch");
    one(
        "free() of many goes on after one that is refused",
        bump(
            "  @Override\n  public void flush() {}",
            """
              @Override
              public void free(long[] addresses, int from, int to) {
                for (int i = from; i < to; i++) {
                  try {
                    free(addresses[i]);
                  } catch (hring.api.InvalidAddressException e) {
                    continue;
                  }
                }
              }

              @Override
              public void flush() {}
            """),
        "manyTogetherAreAsGoodAsOneByOne",
        "was freed twice");
  }

  private void reclaim() {
    one(
        "reclaim() leaves every second block",
        bump(
            "(int) word == owner && replace(chunk, word, 0)",
            "(int) word == owner && chunk % 2 == 0 && replace(chunk, word, 0)"),
        "reclaimIsExact",
        "blocks reclaimed of participant");
    one(
        "reclaim() takes what is in flight",
        bump(
            "isLive(word) && (int) word == owner && replace(chunk, word, 0)",
            "isLive(word) && ((int) word == owner || (int) word == Owner.IN_FLIGHT) &&"
                + " replace(chunk, word, 0)"),
        "reclaimIsExact",
        "blocks reclaimed of participant");
    one(
        "reclaim() robs the living",
        bump("    memory.requireDead(owner);\n", ""),
        "reclaimIsExact",
        ") took ");
    one(
        "finishOperation() takes what the dead owned",
        bump(FLUSH, FINISHED_BY_RECLAIM + FLUSH),
        "reclaimIsExact",
        "owner of block");
    one(
        "reclaim() counts wrong",
        bump(
            "replace(chunk, word, 0)) {\n        blocks++;",
            "replace(chunk, word, 0)) {\n        blocks += 2;"),
        "reclaimIsExact",
        "blocks reclaimed of participant");
    one(
        "reclaim() leaves the reserve of the dead",
        freelist("(live || word == word(0, owner)) && ", "live && "),
        "whoAttachesLaterSeesTheSame",
        "that fit after all were freed");
  }

  private void truthInTheRegion() {
    one(
        "only its own instance knows what is in reserve",
        freelist("replace(block, word, word(0, self))", "replace(block, word, FREED | self)"),
        "liveBlocksNeverOverlap",
        "is in no list");
    add(
        "the truth is in the JVM, not in the region",
        CrossProcessContract.class,
        "historiesAcrossProcesses",
        "owner of block",
        bump(
            "    return SharedMemory.getLongAcquire(memory.metadata(), (long) chunk * Long.BYTES);",
            "    return WORDS.get(slot(chunk));"),
        bump(
            "    return SharedMemory.compareAndSetLong(\n"
                + "        memory.metadata(), (long) chunk * Long.BYTES, expected, value);",
            "    return WORDS.compareAndSet(slot(chunk), expected, value);"),
        bump("  private int chunks() {", SHARED_STATE + "\n  private int chunks() {"));
  }

  private void figures() {
    one(
        "verify() sees nothing",
        bump("    return broken;", "    return List.of();"),
        "noiseIsNoticed",
        "finds nothing broken");
    one(
        "stats() counts what blocks take up as used",
        bump(
            "stats.live((int) word, word >>> LENGTH_SHIFT, BumpProvider.CHUNK);",
            "stats.live((int) word, BumpProvider.CHUNK, BumpProvider.CHUNK);"),
        "liveBlocksNeverOverlap",
        "stats().used");
    one(
        "stats() promises a block that cannot be had",
        bump(
            "stats.free(BumpProvider.CHUNK, 1);",
            "stats.free(chunk % 2 == 0 ? 2L * BumpProvider.CHUNK : 0, 1);"),
        "theLargestFreeBlockCanBeHad",
        "largestFree");
    one(
        "blocks are visited highest first",
        bump(
            "LongConsumer visitor) {\n    for (int chunk = 0; chunk < chunks(); chunk++) {",
            "LongConsumer visitor) {\n    for (int chunk = chunks() - 1; chunk >= 0; chunk--) {"),
        "liveBlocksNeverOverlap",
        "blocks of owner");
  }

  private void trust() {
    one(
        "stats() leave out what is left over",
        bump(
            "      if (isLive(word)) {\n        stats.live(",
            "      if (isLive(word) && (int) word != Owner.LEFTOVER) {\n        stats.live("),
        "onlyTheOwnerTransfers",
        "stats().blocks");
    one(
        "verify() throws when something is damaged",
        bump(
            "broken.add(\"the word of chunk \" + chunk + \" is 0x\" + Long.toHexString(word));",
            "throw new IllegalStateException(\"damaged\");"),
        "damagedWordsGiveCleanExceptions",
        "verify() threw");
    one(
        "owner() throws when something is damaged",
        bump(
            "    long word = chunk < 0 ? 0 : word(chunk);",
            """
                long word = chunk < 0 ? 0 : word(chunk);
                if (word != 0 && !isLive(word)) {
                  throw new IllegalStateException("damaged");
                }
            """),
        "damagedWordsGiveCleanExceptions",
        "owner(");
    one(
        "the head of a list is believed",
        lists("if (block >= 0 && !isOfClass(block, sizeClass)) {", "if (false) {"),
        "aWrongBitGivesCleanExceptions",
        "IndexOutOfBounds");
    one(
        "attach() does not look how much metadata there is",
        new Edit(
            "BumpProvider.java",
            "if (memory.metadata().byteSize() < metadataSize(memory.geometry())) {",
            "if (false) {"),
        "tooLittleMetadataIsRefused",
        "attach() accepted");
  }

  private void otherPools() {
    one(
        "blocks are not aligned in pools of odd sizes",
        new Edit(
            "Layout.java",
            "return geometry.poolSize() / classes / blockSize(classes - 1) * blockSize(classes -"
                + " 1);",
            "return geometry.poolSize() / classes;"),
        "otherPoolsWorkAsWell",
        "at granule");
    one(
        "great owner numbers are not known",
        bump("owner <= memory.geometry().maxOwners()", "owner < 40"),
        "otherPoolsWorkAsWell",
        "the word of chunk");
    add(
        "offsets beyond 2 GiB overflow",
        AllocatorContract.class,
        "aPoolOfManyGigabytesWorksAsWell",
        "owner of 0x",
        bump(
            "int chunk = (cursor + i) % chunks();",
            "int chunk = chunks() - 1 - (cursor + i) % chunks();"),
        bump("(long) chunk * BumpProvider.CHUNK >>>", "chunk * BumpProvider.CHUNK >>>"));
    one(
        "the size of the metadata overflows",
        new Edit(
            "BumpProvider.java",
            "return geometry.poolSize() / CHUNK * Long.BYTES;",
            "return (int) geometry.poolSize() / CHUNK * Long.BYTES;"),
        "metadataHasASizeOrThePoolIsRefused",
        "is negative");
  }

  private void crashes() {
    crash(
        "no intent is written before a block is taken",
        lists("      setIntent(TAKE, tag(head), block);\n", ""),
        "deathAtAnyStepIsRepaired",
        "broken invariants");
    crash(
        "the intent is removed before the block shows its owner",
        freelist(
            "        if (!isFree(word(block))) {",
            "        lists.clearIntent();\n        if (!isFree(word(block))) {"),
        "deathAtAnyStepIsRepaired",
        "broken invariants");
    crash(
        "no intent is written before a block is freed",
        freelist("    lists.announce(block);\n", ""),
        "deathAtAnyStepIsRepaired",
        "broken invariants");
    crash(
        "a winner's claim is not confirmed",
        lists("      if ((int) seen - tag(head) >= 0\n", "      if (true\n"),
        "deathAtAnyStepIsRepaired",
        "died before its access");
    crash(
        "a winner is looked for in its slot only",
        lists("if (tag(head) == tag && owner(head) == owner) {", "if (false) {"),
        "deathAtAnyStepIsRepaired",
        "broken invariants");
    crash(
        "reclaim() does not look at the intent",
        freelist("    if (unfinished >= 0) {", "    if (false) {"),
        "deathAtAnyStepIsRepaired",
        "broken invariants");
    crash(
        "reclaim() leaves the intent to the next one with the number",
        freelist("    lists.forget(owner);\n", ""),
        "deathAtAnyStepIsRepaired",
        "died before its access");
  }

  private void stops() {
    crash(
        "look, then store",
        bump(
            "replace(chunk, 0, word(size, self))", "replace(chunk, word(chunk), word(size, self))"),
        "aStopAtAnyStepHoldsUpNobody",
        "overlaps the live block");
    add(
        "look, then store past SharedMemory",
        CrashContract.class,
        "aStopAtAnyStepHoldsUpNobody",
        "overlaps the live block",
        bump("replace(chunk, 0, word(size, self))", "store(chunk, word(size, self))"),
        bump("  private int chunks() {", STORE + "\n  private int chunks() {"));
    crash(
        "two can take a message that came back",
        bump(FLUSH, LOOK_THEN_TAKE + FLUSH),
        "aStopAtAnyStepHoldsUpNobody",
        "how many of the two could take it");
    crash(
        "who gives a message back writes once more",
        bump(FLUSH, WRITTEN_TWICE + FLUSH),
        "aStopAtAnyStepHoldsUpNobody",
        "owner of block");
    crash(
        "two can take a message that is left over",
        bump(FLUSH, LOOK_THEN_TAKE_LEFTOVER + FLUSH),
        "aStopAtAnyStepHoldsUpNobody",
        "how many of the two could take it");
    crash(
        "the head of a list has no tag",
        lists("(long) (tag(head) + 1) << TAG_SHIFT", "(long) tag(head) << TAG_SHIFT"),
        "aStopAtAnyStepHoldsUpNobody",
        "went on after a stop");
    crash(
        "whoever is in the middle of something is waited for",
        lists(
            "    for (int retries = 0; retries < MAX_RETRIES; retries++) {\n"
                + "      long head = head(sizeClass);\n"
                + "      int block",
            """
            for (int other = 1; other <= layout.maxOwners(); other++) {
              while (other != self
                  && SharedMemory.getLongAcquire(metadata, layout.intent(other)) != 0) {
                Thread.onSpinWait();
              }
            }
            for (int retries = 0; retries < MAX_RETRIES; retries++) {
              long head = head(sizeClass);
              int block\
            """),
        "aStopAtAnyStepHoldsUpNobody",
        "did not come to an end within");
  }

  private void deathsBesideStops() {
    crash(
        "a helper overwrites a later confirmation",
        lists("      if ((int) seen - tag(head) >= 0\n          || ", "      if ("),
        "aDeathBesideAStopIsRepaired",
        "stopped, and meanwhile participant");
  }

  private void threads() {
    crash(
        "two threads of a participant share one intent",
        freelist("public synchronized void free(long address)", "public void free(long address)"),
        "threadsOfAParticipantDoNotDisturbEachOther",
        "thread");
    crash(
        "of two threads that free one block both succeed",
        bump(
            "|| !replace(chunk, word(Address.length(address), from), value)",
            "|| word(chunk) != word(Address.length(address), from) || !replace(chunk, word(chunk),"
                + " value)"),
        "threadsOfAParticipantDoNotDisturbEachOther",
        "how many of the two could free it");
  }

  private void blindSpots() {
    crash(
        "memory is read through a ByteBuffer",
        bump(
            "    return SharedMemory.getLongAcquire(memory.metadata(), (long) chunk * Long.BYTES);",
            """
                return memory.metadata().asByteBuffer().order(java.nio.ByteOrder.nativeOrder())
                    .getLong(chunk * Long.BYTES);
            """),
        "accessesCanBeStepped",
        "MemorySegment.asByteBuffer");
    add(
        "nothing is in the region at all",
        CrashContract.class,
        "accessesCanBeStepped",
        "made no access to memory that can be stepped",
        bump(
            "    return SharedMemory.getLongAcquire(memory.metadata(), (long) chunk * Long.BYTES);",
            "    return WORDS.get(slot(chunk));"),
        bump(
            "    return SharedMemory.compareAndSetLong(\n"
                + "        memory.metadata(), (long) chunk * Long.BYTES, expected, value);",
            "    return WORDS.compareAndSet(slot(chunk), expected, value);"),
        bump("  private int chunks() {", SHARED_STATE + "\n  private int chunks() {"));
  }
}
