package hring.api;

import hring.api.internal.Providers;
import hring.api.internal.naming.RingDirectory;
import hring.api.internal.naming.RingObserver;
import hring.api.internal.recovery.JanitorThread;
import hring.api.spi.region.RegionFiles;
import hring.api.spi.region.RegionName;
import hring.api.spi.transport.TransportProvider;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ThreadFactory;

/**
 * Entry point: opens rings, attaches to them, looks on, lists them, and removes stale ones.
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
   * Begins to receive from all rings whose names match a pattern, those included that appear later.
   *
   * @param pattern a glob: {@code *} stands for any characters, {@code ?} for one; the rest is as
   *     {@link java.nio.file.FileSystem#getPathMatcher} says
   * @return the options, all at their defaults
   */
  public static ReceiverGroupBuilder receivers(String pattern) {
    return new ReceiverGroupBuilder(pattern);
  }

  /**
   * Begins to look on at a ring without taking part in it.
   *
   * @param name the name of the ring
   * @return the options, all at their defaults
   * @throws IllegalArgumentException if the name is not valid
   */
  public static TapBuilder tap(String name) {
    return new TapBuilder(name);
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
    return new RingDirectory(directory)
        .files().stream().map(RingObserver::observe).flatMap(Optional::stream).toList();
  }

  /**
   * Removes what dead senders of this user left under a name. Never touches a ring whose sender, or
   * a receiver of which, is alive; safe against a sender that opens the name at the same time.
   *
   * @param directory the directory, {@code /dev/shm} unless the sender was given another
   * @param name the name of the ring
   * @return the files that were removed, none if there was nothing of this name
   * @throws IllegalArgumentException if the name is not valid
   * @throws NameException if a living sender has the name
   * @throws RegionException if a file cannot be removed, or it cannot be seen whether its sender is
   *     alive
   */
  public static List<Path> removeStale(Path directory, String name) {
    RegionName.requireValid(name);
    RingDirectory rings = new RingDirectory(directory);
    rings.requireFree(name);
    RingDirectory.Swept swept = rings.sweep(name);
    if (!swept.failures().isEmpty()) {
      throw swept.failures().getFirst();
    }
    return swept.removed();
  }

  /**
   * Chooses the thread that looks after the rings of this process: several times a second it sees
   * whether somebody attached has died, and reclaims what that process had. There is one such
   * thread for all rings, a daemon. By default the thread that opens or attaches first starts it,
   * and it inherits that thread's group, class loader and set of processors.
   *
   * @param threads creates the thread and does not start it; asked when one is needed and none runs
   */
  public static void janitor(ThreadFactory threads) {
    JanitorThread.factory(Objects.requireNonNull(threads));
  }

  /**
   * Tries every transport that is present, and lists the allocators.
   *
   * @return what was found
   * @throws ProviderException if two providers have one name, or one cannot be loaded
   */
  public static Diagnosis diagnose() {
    List<Diagnosis.Transport> transports = new ArrayList<>();
    Providers.transports()
        .forEach(
            (name, provider) -> {
              TransportProvider.Probe probe = provider.probe();
              transports.add(new Diagnosis.Transport(name, probe.works(), probe.findings()));
            });
    return new Diagnosis(transports, List.copyOf(Providers.allocators().keySet()));
  }
}
