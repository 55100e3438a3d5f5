package hring.api;

import hring.api.internal.Pause;
import hring.api.internal.Providers;
import hring.api.internal.RingDirectory;
import hring.api.spi.Allocator;
import hring.api.spi.AllocatorProvider;
import hring.api.spi.Inbound;
import hring.api.spi.Participant;
import hring.api.spi.Region;
import hring.api.spi.RegionFiles;
import hring.api.spi.RegionName;
import hring.api.spi.TransportProvider;
import java.nio.file.Path;
import java.time.Duration;

/** The options of a receiver that is to be attached. */
public final class ReceiverBuilder {
  private final String name;
  private Path directory = RegionFiles.SHM;
  private WaitStrategy waitStrategy = WaitStrategy.SPIN_THEN_PARK;
  private String user;
  private Duration patience = Duration.ZERO;

  ReceiverBuilder(String name) {
    this.name = RegionName.requireValid(name);
  }

  /**
   * Chooses how to wait for messages.
   *
   * @param strategy {@link WaitStrategy#SPIN_THEN_PARK} by default
   * @return this
   */
  public ReceiverBuilder waitStrategy(WaitStrategy strategy) {
    waitStrategy = strategy;
    return this;
  }

  /**
   * Looks in another directory than {@code /dev/shm}.
   *
   * @param directory the directory that the sender was given
   * @return this
   */
  public ReceiverBuilder directory(Path directory) {
    this.directory = directory;
    return this;
  }

  /**
   * Trusts a ring of another user. By default only rings of this process's own user are attached
   * to: any user can put a file of any name into {@code /dev/shm}.
   *
   * @param user the name or the number of the user whose ring it must be
   * @return this
   */
  public ReceiverBuilder fromUser(String user) {
    this.user = user;
    return this;
  }

  /**
   * Waits for the sender if it has not opened the ring yet.
   *
   * @param timeout how long to wait at most; by default not at all
   * @return this
   */
  public ReceiverBuilder waitFor(Duration timeout) {
    patience = timeout;
    return this;
  }

  /**
   * Attaches to the ring. The calling thread becomes the receiver's thread.
   *
   * @return the receiver
   * @throws NameException if there is no such ring of the trusted user, or its sender has ended
   * @throws ProviderException if the ring's transport or allocator is not present here
   * @throws RegionException if the region may not be opened, or is not sound
   * @throws TransportException if the ring cannot be reached; the message says what is missing
   * @throws WrongThreadException if the calling thread is virtual
   */
  public Receiver attach() {
    RingDirectory rings = new RingDirectory(directory);
    Pause pause = new Pause(patience);
    long uid = user == null ? RingDirectory.ownUid() : uid(user);
    while (true) {
      try {
        return attach(rings.find(name, uid));
      } catch (NameException e) {
        if (!pause.step()) {
          throw e;
        }
      }
    }
  }

  private static long uid(String user) {
    boolean number = user.chars().allMatch(c -> c >= '0' && c <= '9');
    return number ? Long.parseLong(user) : RingDirectory.uidOf(user);
  }

  private Receiver attach(Path file) {
    Region region = Region.attach(file, true);
    Participant participant = null;
    Inbound inbound = null;
    try {
      TransportProvider transport = Providers.transport(region.header().transport());
      AllocatorProvider allocators = Providers.allocator(region.header().allocator());
      participant = region.participants().begin();
      Allocator allocator = allocators.attach(region.allocatorMemory(), participant.owner());
      inbound = transport.attach(region, participant);
      Receiver receiver = new Receiver(name, region, inbound, allocator, participant, waitStrategy);
      // Last: a sender that waits for a receiver may end as soon as it sees one.
      participant.activate();
      return receiver;
    } catch (InternalError e) {
      throw undo(region, participant, inbound, region.fault(e));
    } catch (RuntimeException e) {
      throw undo(region, participant, inbound, e);
    }
  }

  private static RuntimeException undo(
      Region region, Participant participant, Inbound inbound, RuntimeException cause) {
    try {
      if (participant != null) {
        participant.leave();
      }
    } catch (InternalError e) {
      cause.addSuppressed(region.fault(e));
    }
    region.discard(inbound, cause);
    return cause;
  }
}
