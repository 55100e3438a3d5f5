package hring.api;

import hring.api.internal.RingDirectory;
import hring.api.internal.RingObserver;
import hring.api.spi.RegionFiles;
import java.nio.file.Path;
import java.util.List;

/**
 * The way in: opens rings, attaches to them, and lists them.
 *
 * <pre>{@code
 * try (Sender sender = Hring.sender("prices").allocator("slab").poolSize(4 << 20).open()) {
 *   long address = sender.allocate(Long.BYTES);        // Address.NULL when the pool is exhausted
 *   sender.segment(address).set(JAVA_LONG, 0, 123);
 *   if (sender.tryQueue(address)) sender.submit();     // false when the ring is full
 * }
 *
 * try (Receiver receiver = Hring.receiver("prices").attach()) {
 *   receiver.poll((address, payload) -> System.out.println(payload.get(JAVA_LONG, 0)), 64);
 * }
 * }</pre>
 */
public final class Hring {
  private Hring() {}

  /**
   * Begins to open a ring.
   *
   * @param name the name of the ring: 1 to 200 letters, digits, '_', '.' and '-', not starting with
   *     '.' or '-'
   * @return the options, all at their defaults
   * @throws IllegalArgumentException if the name is not valid
   */
  public static SenderBuilder sender(String name) {
    return new SenderBuilder(name);
  }

  /**
   * Begins to attach to a ring.
   *
   * @param name the name of the ring
   * @return the options, all at their defaults
   * @throws IllegalArgumentException if the name is not valid
   */
  public static ReceiverBuilder receiver(String name) {
    return new ReceiverBuilder(name);
  }

  /**
   * Lists the rings of this machine, alive or stale, by name.
   *
   * @return what can be seen of each
   * @throws RegionException if {@code /dev/shm} cannot be read
   */
  public static List<RingInfo> rings() {
    return rings(RegionFiles.SHM);
  }

  /**
   * Lists the rings in another directory than {@code /dev/shm}.
   *
   * @param directory the directory
   * @return what can be seen of each
   * @throws RegionException if the directory cannot be read
   */
  public static List<RingInfo> rings(Path directory) {
    return new RingDirectory(directory).files().stream().map(RingObserver::observe).toList();
  }
}
