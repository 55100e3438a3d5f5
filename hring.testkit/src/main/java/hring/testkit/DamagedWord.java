package hring.testkit;

/**
 * A word of the metadata that is overwritten. Whatever the number is, it makes sense: {@code where}
 * is taken modulo how many words there are.
 *
 * @param where which word
 * @param what the value that it gets
 */
public record DamagedWord(long where, long what) {
  @Override
  public String toString() {
    return "word #" + where + " := 0x" + Long.toHexString(what);
  }
}
