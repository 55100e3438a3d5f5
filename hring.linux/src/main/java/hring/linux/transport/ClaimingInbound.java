package hring.linux.transport;

import hring.api.TransportException;
import hring.api.spi.region.HeaderLayout;
import hring.api.spi.region.Participant;
import hring.api.spi.region.Region;
import hring.api.spi.transport.Claims;
import hring.api.spi.transport.Entries;
import hring.api.spi.transport.Inbound;
import java.lang.foreign.Arena;
import java.util.function.BooleanSupplier;

/**
 * A receiver's end of any ring whose entries this process can read: claims by {@link Claims}, sleep
 * by {@link Parking}. It makes no system call but to sleep and to ask for the sender.
 */
public final class ClaimingInbound implements Inbound {
  private final Region region;
  private final Claims claims;
  private final Parking parking;
  private final Arena arena;
  private final String description;

  /** Kept, so that parking makes no garbage. */
  private final BooleanSupplier needlessToPark = this::isNeedlessToPark;

  /**
   * Creates a receiver's end.
   *
   * @param region the region
   * @param participant the receiver's slot
   * @param entries the ring
   * @param arena what the ring needs; closed with this end, by any thread: a shared one
   * @param description how the ring is reached, human-readable
   * @throws TransportException if native access is not allowed
   */
  public ClaimingInbound(
      Region region, Participant participant, Entries entries, Arena arena, String description) {
    this.region = region;
    this.arena = arena;
    this.description = description;
    claims = Claims.of(region, participant, entries);
    parking = new Parking(region, participant, arena);
  }

  @Override
  public Claims claims() {
    return claims;
  }

  @Override
  public void park(long nanos) {
    parking.park(nanos, needlessToPark);
  }

  private boolean isNeedlessToPark() {
    return claims.hasEntries() || region.state() != HeaderLayout.STATE_OPEN;
  }

  @Override
  public void wake() {
    try (Arena own = Arena.ofConfined()) {
      new Doorbell(region, own).wakeAll();
    } catch (IllegalStateException | InternalError | TransportException e) {
      // Only a hint. The region was unmapped meanwhile (before the call, or in the middle of it:
      // EFAULT), and nobody of this process sleeps there any more; or it was truncated, and
      // sleepers find that when their time is up.
    }
  }

  @Override
  public String description() {
    return description;
  }

  @Override
  public void close() {
    arena.close();
  }
}
