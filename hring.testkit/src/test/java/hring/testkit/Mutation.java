package hring.testkit;

import java.util.List;

/**
 * An allocator of the examples that breaks one promise.
 *
 * @param title what is wrong with it, as a row of the table in docs/testkit.md
 * @param example which allocator is changed
 * @param edits how
 * @param contract the contract that must catch it
 * @param property the property of the contract that does
 * @param messages what the failure must say, one of these, so that it is caught for what it is
 */
record Mutation(
    String title,
    Example example,
    List<Edit> edits,
    Class<? extends AllocatorSubject> contract,
    String property,
    List<String> messages) {

  /** Replaces text, which must be there exactly once, in a file. */
  record Edit(String file, String original, String replacement) {
    String apply(String text) {
      int at = text.indexOf(original);
      if (at < 0 || text.indexOf(original, at + 1) >= 0) {
        throw new AssertionError(
            "'" + original + "' must be in " + file + " exactly once; adapt the gallery");
      }
      return text.replace(original, replacement);
    }
  }

  @Override
  public String toString() {
    return title;
  }
}
