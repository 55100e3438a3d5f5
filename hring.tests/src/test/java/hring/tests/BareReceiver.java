package hring.tests;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;

import hring.api.Address;
import hring.api.internal.Providers;
import hring.api.internal.batch.Adoption;
import hring.api.internal.batch.MessageReader;
import hring.api.internal.batch.Messages;
import hring.api.internal.batch.SliceCache;
import hring.api.internal.recovery.Outstanding;
import hring.api.internal.recovery.Recovery;
import hring.api.spi.alloc.Allocator;
import hring.api.spi.alloc.Owner;
import hring.api.spi.region.ClaimCursor;
import hring.api.spi.region.Participant;
import hring.api.spi.region.Region;
import hring.api.spi.transport.Claims;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What a receiver is made of, without a thread that looks after its ring; it can die. */
final class BareReceiver implements AutoCloseable {
  final Region region;
  final Participant participant;
  final MortalAllocator fate;
  final Allocator allocator;
  final Adoption adoption;
  final Recovery recovery;
  final Outstanding outstanding;
  private final MessageReader reader;
  private final RawRing ring;
  private final Claims claims;
  private boolean gone;

  BareReceiver(Path file) {
    region = Region.attach(file, true);
    participant = region.participants().join();
    fate =
        new MortalAllocator(
            Providers.allocator(region.header().allocator(), region.header().allocatorOptions())
                .attach(region.allocatorMemory(), participant.owner()));
    allocator = fate.view();
    ring = RawRing.of(region.headerMemory(), region.rings(), region.header());
    claims = new Claims(region, participant, new SteppedReceiver.Raw(region, ring));
    Messages held = new Messages(region, allocator, participant.owner());
    adoption = new Adoption(region, held, participant, claims);
    reader =
        new MessageReader(allocator, held, claims, participant, adoption, new SliceCache(region));
    recovery = new Recovery(region, allocator, participant.owner());
    outstanding = new Outstanding(region, allocator);
  }

  /** Claims so many messages of one batch, and hands some of them out. */
  long[] claim(int count, int begun) {
    long[] claimed = new long[count];
    assertThat(claims.claim(claimed, count)).isEqualTo(count);
    if (!claims.isPacked()) {
      assertThat(allocator.transfer(claimed, 0, count, Owner.IN_FLIGHT, participant.owner()))
          .isEqualTo(count);
    }
    long list = claims.endedList();
    if (list != Address.NULL) {
      allocator.transfer(list, Owner.IN_FLIGHT, participant.owner());
      participant.ownList(list);
      allocator.free(list);
      participant.forgetList();
    }
    participant.begin(begun);
    return Arrays.copyOf(claimed, begun);
  }

  /** Handles all there is; gives the numbers, as negative ones those that were marked. */
  List<Long> receiveAll() {
    List<Long> received = new ArrayList<>();
    for (int count = 1; count > 0; ) {
      count = reader.fill(Claims.MAX_CLAIM);
      reader.handle(address -> received.add(number(address)), count, null);
    }
    return received;
  }

  private long number(long address) {
    long number = region.messages().get(JAVA_LONG, new SliceCache(region).offset(address));
    return reader.deliveries() > 0 ? -number : number;
  }

  /** Whether all that was sent is handled, as a sender sees it that looks now. */
  boolean isAllHandled() {
    int unclaimed = ring.posted() - (int) ClaimCursor.count(region.claimCursor().read());
    return unclaimed == 0 && outstanding.isNone();
  }

  /** Dies: the kernel would release its lock. */
  void die() {
    gone = true;
    participant.abandon();
  }

  void leave() {
    recovery.leave(participant);
    gone = true;
  }

  @Override
  public void close() {
    if (!gone) {
      leave();
    }
    region.close();
  }
}
