package hring.api.spi.region;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;

import hring.api.Address;
import hring.api.spi.alloc.BatchBit;
import hring.api.spi.transport.BatchList;
import hring.api.spi.transport.Claims;
import hring.api.spi.transport.Entries;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The claim cursor counts entries modulo 2^43; here it comes round. Whether a claim took place can
 * be told at each moment, before, at and after the turn.
 */
@Timeout(60)
class ClaimTurnTest {
  private static final long TURN = 1L << 43;
  private static final int SIZE = 8;
  private static final int BATCH = 5;
  private static final int CLAIMS = 60;

  private final Region region = RegionFixture.published();
  private final Participants participants = region.participants();
  private final ClaimCursor cursor = region.claimCursor();
  private final Ring ring = new Ring();
  private final ClaimRecord record = new ClaimRecord();
  private final Receiver[] receivers = {new Receiver(), new Receiver()};

  @AfterEach
  void remove() {
    for (Receiver receiver : receivers) {
      receiver.participant.leave();
    }
    region.delete();
    region.close();
  }

  @Test
  void eachMessageIsClaimedOnceAndEachClaimIsKnown() {
    startAt(TURN - 7);
    long next = 1;
    for (int i = 0; i < CLAIMS; i++) {
      // Each has several claims in a row, so that some are confirmed by the other, some by none.
      Receiver receiver = receivers[i / 3 % 2];
      ring.fill();
      int claimed = receiver.claims.claim(receiver.messages, 1 + i % 3);
      assertThat(claimed).isPositive();
      for (int m = 0; m < claimed; m++) {
        assertThat(receiver.messages[m]).isEqualTo(Address.of(next++, 1));
      }
      participants.readClaim(receiver.participant.owner(), cursor, record);
      assertThat(record.count()).isEqualTo(claimed);
      receiver.claimed = claimed;
      for (Receiver other : receivers) {
        participants.readClaim(other.participant.owner(), cursor, record);
        assertThat(record.count()).isEqualTo(other.claimed);
      }
    }
    assertThat(ClaimCursor.count(cursor.read())).isLessThan(CLAIMS);
  }

  @Test
  void aRecordThatDidNotTakePlaceIsKnownAlthoughTheSlotConfirmsItsEndFromATurnAgo() {
    startAt(TURN - 1);
    ring.fill();
    Receiver receiver = receivers[0];
    long before = ClaimCursor.position(cursor.read());
    long end = ClaimCursor.position(TURN, 0);
    participants
        .slot(receiver.participant.owner())
        .set(JAVA_LONG, ParticipantLayout.CLAIM_CONFIRMED, end);
    receiver.participant.recordClaim(before, end, new long[] {Address.of(1, 1)}, 1, Address.NULL);
    participants.readClaim(receiver.participant.owner(), cursor, record);
    assertThat(record.count()).isZero();
  }

  @Test
  void aConfirmationThatComesLateDoesNotUndoANewerOne() {
    startAt(TURN - 2);
    ring.fill();
    Receiver first = receivers[0];
    first.claims.claim(first.messages, 1);
    long seen = cursor.read();
    ring.fill();
    first.claims.claim(first.messages, 1);
    receivers[1].claims.claim(receivers[1].messages, 1);
    participants.confirmClaim(cursor, seen);
    participants.readClaim(first.participant.owner(), cursor, record);
    assertThat(record.count()).isEqualTo(1);
  }

  @Test
  void differencesWrapAroundAtATurn() {
    assertThat(ClaimCursor.beyond(TURN + 3, TURN - 2)).isEqualTo(5);
    assertThat(ClaimCursor.beyond(TURN + 3, 1)).isEqualTo(2);
    assertThat(ClaimCursor.beyond(3, TURN - 2)).isEqualTo(5);
    assertThat(ClaimCursor.beyond(TURN - 2, 3)).isEqualTo(-5);
    assertThat(ClaimCursor.count(ClaimCursor.position(TURN + 9, 4))).isEqualTo(9);
  }

  private void startAt(long count) {
    region.headerMemory().set(JAVA_LONG, HeaderLayout.CLAIM_CURSOR, ClaimCursor.position(count, 0));
    ring.posted = count;
  }

  private final class Receiver {
    final Participant participant = participants.join();
    final Claims claims = new Claims(region, participant, ring);
    final long[] messages = new long[Claims.MAX_CLAIM];
    int claimed;
  }

  /** Single messages and batches in turn, numbered from 1 on. */
  private final class Ring implements Entries {
    private final BatchList lists = new BatchList(region);
    private final long[] entries = new long[SIZE];
    private long posted;
    private long number = 1;

    void fill() {
      while (ClaimCursor.beyond(posted, ClaimCursor.count(cursor.read())) < SIZE) {
        int slot = (int) posted & SIZE - 1;
        if (posted % 2 == 0) {
          entries[slot] = Address.of(number++, 1);
        } else {
          long[] messages = new long[BATCH];
          for (int i = 0; i < BATCH; i++) {
            messages[i] = Address.of(number++, 1);
          }
          long block = Address.of(slot * 2L, BatchList.bytes(BATCH));
          lists.write(block, messages, BATCH);
          entries[slot] = BatchBit.set(block);
        }
        posted++;
      }
    }

    @Override
    public int size() {
      return SIZE;
    }

    @Override
    public int postedBeyond(long count) {
      return (int) ClaimCursor.beyond(posted, count);
    }

    @Override
    public long entry(long count) {
      return entries[(int) count & SIZE - 1];
    }

    @Override
    public void read(long count, long[] into, int length) {
      for (int i = 0; i < length; i++) {
        into[i] = entry(count + i);
      }
    }
  }
}
