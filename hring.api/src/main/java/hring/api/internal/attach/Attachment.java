package hring.api.internal.attach;

import hring.api.Delivery;
import hring.api.NameException;
import hring.api.Placement;
import hring.api.RegionException;
import hring.api.StreamEnd;
import hring.api.TransportException;
import hring.api.internal.Providers;
import hring.api.internal.batch.Adoption;
import hring.api.internal.batch.MessageReader;
import hring.api.internal.batch.Messages;
import hring.api.internal.batch.SliceCache;
import hring.api.internal.broadcast.HeldMessages;
import hring.api.internal.closing.MemoryUse;
import hring.api.internal.closing.Visitors;
import hring.api.internal.naming.RingEnd;
import hring.api.internal.naming.Users;
import hring.api.internal.recovery.Janitor;
import hring.api.internal.recovery.Recovery;
import hring.api.spi.alloc.Allocator;
import hring.api.spi.alloc.AllocatorProvider;
import hring.api.spi.region.Counters;
import hring.api.spi.region.Participant;
import hring.api.spi.region.Region;
import hring.api.spi.transport.Claims;
import hring.api.spi.transport.Inbound;
import hring.api.spi.transport.Subscription;
import hring.api.spi.transport.TransportProvider;
import java.io.IOException;
import java.nio.file.Path;

/**
 * All that a receiver has of one ring: the region, a slot in it, an end of the ring, the allocator.
 * A receiver that follows its sender has one after the other.
 */
public final class Attachment implements AutoCloseable {
  private final Region region;
  private final Participant participant;
  private final Messages held;
  private final Inbound inbound;
  private final SliceCache view;
  private final MessageReader reader;
  private final Recovery recovery;
  private final Janitor janitor;
  private final Visitors visitors = new Visitors();
  private boolean left;

  private Attachment(Region region, Participant participant, Allocator allocator, Inbound inbound) {
    this.region = region;
    this.participant = participant;
    this.inbound = inbound;
    view = new SliceCache(region);
    Claims claims = inbound.claims();
    Allocator own = own(region, participant, allocator, claims);
    held = new Messages(region, own, participant.owner());
    Adoption adoption = new Adoption(region, held, participant, claims);
    reader = new MessageReader(own, held, claims, participant, adoption, view);
    recovery = new Recovery(region, allocator, participant.owner());
    janitor = Janitor.ofReceiver(region, recovery);
  }

  /** Returns what the receiver's messages belong to it by. */
  private static Allocator own(
      Region region, Participant participant, Allocator allocator, Claims claims) {
    if (region.header().delivery() != Delivery.TO_EACH) {
      return allocator;
    }
    if (claims instanceof Subscription subscription) {
      return new HeldMessages(allocator, subscription, participant.owner());
    }
    throw new TransportException(
        "the transport "
            + region.header().transport()
            + " lets receivers compete, and the ring delivers to each: its receivers' end has to be"
            + " made by Claims.of");
  }

  /**
   * Attaches to a region, but does not count as a receiver before {@link #activate}.
   *
   * @param file the region's file
   * @param uid the user that it must belong to
   * @return the attachment; nothing is left of it if this throws
   * @throws hring.api.ProviderException if the ring's transport or allocator is not present here
   * @throws NameException if the file is not in its place any more, or the sender has died
   * @throws hring.api.RegionException if the region may not be opened, or is not sound
   * @throws hring.api.TransportException if the ring cannot be reached
   */
  public static Attachment to(Path file, long uid) {
    Region region = Region.attach(file, true);
    Participant participant = null;
    Inbound inbound = null;
    try {
      Users.requireOwner(region, uid);
      TransportProvider transport =
          Providers.transport(region.header().transport(), region.header().transportOptions());
      AllocatorProvider allocators =
          Providers.allocator(region.header().allocator(), region.header().allocatorOptions());
      participant = region.participants().begin();
      requireSender(region);
      Allocator allocator = allocators.attach(region.allocatorMemory(), participant.owner());
      inbound = transport.attach(region, participant);
      return new Attachment(region, participant, allocator, inbound);
    } catch (InternalError e) {
      throw undo(region, participant, inbound, region.fault(e));
    } catch (IllegalArgumentException e) {
      throw undo(
          region,
          participant,
          inbound,
          new RegionException(file + " is not sound: " + e.getMessage(), e));
    } catch (RuntimeException e) {
      throw undo(region, participant, inbound, e);
    } catch (Error e) {
      throw undo(region, participant, inbound, e);
    }
  }

  /**
   * The sender was alive when the file was found. From the slot's lock on nobody removes the file
   * as a dead one's; until then somebody may have.
   *
   * @param region the region, with a slot of this process
   * @throws NameException if the sender has died, or the file has no name any more
   */
  private static void requireSender(Region region) {
    try {
      if (region.isSenderAlive() && region.hasName()) {
        return;
      }
    } catch (IOException e) {
      throw new RegionException(
          "cannot see whether " + region.file() + " has its name still: " + e.getMessage(), e);
    }
    throw new NameException(
        "the sender of "
            + region.file()
            + ", process "
            + region.header().senderPid()
            + ", ended while this receiver attached to it; start the sender again, or wait for it");
  }

  private static <T extends Throwable> T undo(
      Region region, Participant participant, Inbound inbound, T cause) {
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

  /**
   * Maps all pages of the region. To be called before {@link #activate}.
   *
   * @throws RegionException if the kernel refuses; this is closed then
   */
  public void preTouch() {
    try {
      region.preTouch();
    } catch (RuntimeException | Error e) {
      try (this) {
        throw e;
      }
    }
  }

  /**
   * Counts as a receiver from now on: a sender that waits for one may end as soon as it sees it.
   */
  public void activate() {
    try {
      // Last: a sender that waits for a receiver may close as soon as it sees one.
      janitor.start();
      participant.activate();
    } catch (InternalError e) {
      throw region.fault(e);
    }
  }

  /**
   * Returns whether the ring delivers each message to each receiver.
   *
   * @return false if receivers compete
   */
  public boolean deliversToEach() {
    return region.header().delivery() == Delivery.TO_EACH;
  }

  /**
   * Returns the region.
   *
   * @return the region
   */
  public Region region() {
    return region;
  }

  /**
   * Returns the receiver's number.
   *
   * @return its owner number in this region
   */
  public int owner() {
    return participant.owner();
  }

  /**
   * Returns what the receiver counts.
   *
   * @return its counters in this region
   */
  public Counters counters() {
    return participant.counters();
  }

  /**
   * Returns the messages that the receiver has.
   *
   * @return the receiver's own instance
   */
  public Messages held() {
    return held;
  }

  /**
   * Returns the ring.
   *
   * @return the receiver's end
   */
  public Inbound inbound() {
    return inbound;
  }

  /**
   * Returns the pool.
   *
   * @return a view of it
   */
  public SliceCache view() {
    return view;
  }

  /**
   * Returns the reader of messages.
   *
   * @return the reader
   */
  public MessageReader reader() {
    return reader;
  }

  /**
   * Gives access to what comes back.
   *
   * @return the receiver's own instance
   */
  public Recovery recovery() {
    return recovery;
  }

  /**
   * Throws what could not be reclaimed of other receivers, each failure once.
   *
   * @throws RegionException if there was such a failure
   */
  public void rethrow() {
    janitor.rethrow();
  }

  /**
   * Returns the count of threads that free messages of this ring and are not its receiver's.
   *
   * @return the count
   */
  public Visitors visitors() {
    return visitors;
  }

  /**
   * Ends the use of this ring's memory by other threads than the receiver's.
   *
   * @param what whose it is, for messages
   * @param deadline when to give up, as {@link System#nanoTime} counts
   * @throws hring.api.CloseException if somebody still uses it; nothing else has changed then
   */
  public void endUse(String what, long deadline) {
    MemoryUse.end(what, visitors, region, deadline);
  }

  /**
   * Returns whether the sender has ended. What it submitted before may still be there: look at the
   * ring afterwards. One system call, unless {@link #isMarkedEnded}.
   *
   * @return true if it closed the ring, gave it up, or died
   */
  public boolean hasEnded() {
    return RingEnd.hasEnded(region);
  }

  /**
   * Returns whether the sender has said that nothing will come any more.
   *
   * @return true if it closed the ring, or gave it up
   */
  public boolean isMarkedEnded() {
    return RingEnd.isMarked(region);
  }

  /**
   * Returns how the ring ended. To be called when it {@link #hasEnded}.
   *
   * @return the end
   */
  public StreamEnd end() {
    return RingEnd.of(region);
  }

  /**
   * Returns whether messages are left that were taken and not freed.
   *
   * @return true if there is at least one
   */
  public boolean holdsMessages() {
    boolean[] found = new boolean[1];
    held.forEach(owner(), _ -> found[0] = true);
    return found[0];
  }

  /**
   * Gives back what was taken or claimed, and the slot. Nobody uses the memory any more. May be
   * called again.
   */
  private void leave() {
    if (left) {
      return;
    }
    left = true;
    try {
      janitor.close();
    } finally {
      reader.recordBegun();
      recovery.leave(participant);
    }
  }

  /**
   * Describes the ring, for people.
   *
   * @return its file, its placement, its allocator, and how the transport reaches it
   */
  public String description() {
    Placement placement = region.header().placement();
    return region.file()
        + ", transport "
        + region.header().transport()
        + ", "
        + placement
        + ", allocator "
        + region.header().allocator()
        + ", "
        + inbound.description();
  }

  /**
   * Leaves, and unmaps the region. To be called after {@link #endUse}, or before anybody took a
   * message.
   */
  @Override
  public void close() {
    try (region;
        inbound) {
      leave();
    } catch (InternalError e) {
      throw region.fault(e);
    }
  }
}
