package hring.uring;

import hring.api.spi.region.HeaderLayout;
import hring.api.spi.region.Participant;
import hring.api.spi.region.Region;
import hring.api.spi.transport.Claims;
import hring.api.spi.transport.Inbound;
import hring.linux.Kernel;
import hring.linux.Liveness;
import hring.linux.Parking;
import java.lang.foreign.Arena;
import java.util.function.BooleanSupplier;

/**
 * A receiver's end. It makes no call of io_uring: it reads the completion queue, which lies in the
 * region or is mapped from the sender's ring.
 */
final class UringInbound implements Inbound {
  private final Region region;
  private final Claims claims;
  private final Parking parking;
  private final Liveness sender;
  private final Arena arena;
  private final String description;

  /** Kept, so that parking makes no garbage. */
  private final BooleanSupplier needlessToPark = this::isNeedlessToPark;

  UringInbound(
      Region region,
      Participant participant,
      CompletionQueue completions,
      Arena arena,
      String description) {
    this.region = region;
    this.arena = arena;
    this.description = description;
    claims = new Claims(region, participant, completions);
    Kernel kernel = new Kernel(arena);
    parking = new Parking(region, participant, kernel);
    sender = new Liveness(region.header().sender(), kernel);
  }

  @Override
  public int claim(long[] words, int limit) {
    return claims.claim(words, limit);
  }

  @Override
  public long peek() {
    return claims.peek();
  }

  @Override
  public boolean hasWords() {
    return claims.hasEntries();
  }

  @Override
  public void park(long nanos) {
    parking.park(nanos, needlessToPark);
  }

  private boolean isNeedlessToPark() {
    return hasWords() || region.state() != HeaderLayout.STATE_OPEN;
  }

  @Override
  public boolean isSenderAlive() {
    return sender.isAlive();
  }

  @Override
  public String description() {
    return description;
  }

  @Override
  public void close() {
    try (arena) {
      sender.close();
    }
  }
}
