package hring.api.spi.region;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The facts about a region that its file's first bytes show, without mapping it.
 *
 * @param version the version of the layout, 0 if the file does not start as a region
 * @param state what {@link Region#state} would return, -1 if the layout is another one
 */
public record HeaderStart(int version, int state) {
  /** Of a file that is no region. */
  public static final HeaderStart NONE = new HeaderStart(0, -1);

  private static final int NEEDED = (int) HeaderLayout.STATE + Integer.BYTES;

  /**
   * Reads the first bytes of a file.
   *
   * @param file the file
   * @return what they tell
   * @throws IOException if they cannot be read
   */
  public static HeaderStart read(OpenFile file) throws IOException {
    byte[] bytes = new byte[NEEDED];
    int read = file.readStart(bytes);
    ByteBuffer header = ByteBuffer.wrap(bytes, 0, read).order(ByteOrder.nativeOrder());
    if (read < HeaderLayout.REGION_SIZE
        || header.getLong((int) HeaderLayout.MAGIC_OFFSET) != HeaderLayout.MAGIC) {
      return NONE;
    }
    int version = header.getInt((int) HeaderLayout.VERSION_OFFSET);
    boolean known = version == HeaderLayout.VERSION && read == NEEDED;
    return new HeaderStart(version, known ? header.getInt((int) HeaderLayout.STATE) : NONE.state);
  }
}
