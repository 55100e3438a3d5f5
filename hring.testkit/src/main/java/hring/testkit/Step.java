package hring.testkit;

/**
 * One step of a history. Whatever the numbers are, the step makes sense: {@code who} and {@code
 * pick} are taken modulo what there is. So any part of a history is a history too, and jqwik can
 * shrink it.
 *
 * @param kind what is done
 * @param who which participant does it
 * @param pick which block it is done to; for {@link Kind#ALLOCATE_MANY} it says how many
 * @param size for {@link Kind#ALLOCATE} and {@link Kind#ALLOCATE_MANY} the length in bytes
 */
public record Step(Kind kind, int who, int pick, long size) {
  /** The operation of a step. */
  public enum Kind {
    /** Allocates. */
    ALLOCATE,
    /** Allocates several blocks of one length together. */
    ALLOCATE_MANY,
    /** Frees a block of its own. */
    FREE,
    /** Frees a block of its own and all of its own behind it together, last first. */
    FREE_MANY,
    /** Hands a block over to the ring: from its owner to in flight. */
    SEND,
    /** Claims a block that is in flight. */
    TAKE,
    /** Gives its reserves back. */
    FLUSH,
    /** Hands its blocks over to the ring and closes; another one joins with its number. */
    LEAVE,
    /** Dies, and another one reclaims its blocks; then one joins with its number. */
    DIE
  }

  /** The most blocks that are allocated together. */
  private static final int MANY = 20;

  /** Returns how many blocks an {@link Kind#ALLOCATE_MANY} asks for. */
  int count() {
    return 1 + pick % MANY;
  }

  /** Writes a step on one line, for {@link #parse}. */
  String format() {
    return kind + " " + who + " " + pick + " " + size;
  }

  static Step parse(String line) {
    String[] words = line.split(" ", -1);
    return new Step(
        Kind.valueOf(words[0]),
        Integer.parseInt(words[1]),
        Integer.parseInt(words[2]),
        Long.parseLong(words[3]));
  }

  @Override
  public String toString() {
    return switch (kind) {
      case ALLOCATE -> who + " allocates " + size;
      case ALLOCATE_MANY -> who + " allocates " + count() + " times " + size + " together";
      case FREE -> who + " frees #" + pick;
      case FREE_MANY -> who + " frees all from #" + pick;
      case SEND -> who + " sends #" + pick;
      case TAKE -> who + " takes #" + pick;
      case FLUSH -> who + " flushes";
      case LEAVE -> who + " leaves";
      case DIE -> who + " dies";
    };
  }
}
