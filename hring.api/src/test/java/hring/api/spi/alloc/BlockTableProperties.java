package hring.api.spi.alloc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import hring.api.Address;
import hring.api.InvalidAddressException;
import java.lang.foreign.Arena;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;

class BlockTableProperties {
  private static final PoolGeometry GEOMETRY = new PoolGeometry(64L << 20, 64, Owner.MAX);

  private final BlockTable table =
      new BlockTable(Arena.ofAuto().allocate(BlockTable.bytes(GEOMETRY), 64), GEOMETRY);

  @Property
  void knowsABlockByItsExactAddressAndOwner(
      @ForAll @IntRange(max = 1000) int granules,
      @ForAll @IntRange(min = 1, max = 63 << 20) int length,
      @ForAll @IntRange(min = 1, max = Owner.MAX) int owner,
      @ForAll @LongRange(min = -70, max = 70) long off) {
    long address = Address.of(granules, length);
    table.enter(address, owner);
    assertThat(table.owner(address)).isEqualTo(owner);
    assertThat(table.blockAt(granules)).isEqualTo(address);
    if (off != 0 && length + off > 0) {
      assertThat(table.owner(Address.of(granules, length + off))).isEqualTo(Owner.NONE);
    }
    long oneMiBMore = length + (1L << 20);
    assertThat(table.owner(Address.of(granules, oneMiBMore))).isEqualTo(Owner.NONE);
    table.transfer(address, owner, Owner.IN_FLIGHT);
    assertThat(table.isOwnedBy(address, Owner.IN_FLIGHT)).isTrue();
    assertThatThrownBy(() -> table.transfer(address, owner, 1))
        .isInstanceOf(InvalidAddressException.class)
        .hasMessageContaining("in flight");
    table.remove(address);
    assertThat(table.owner(address)).isEqualTo(Owner.NONE);
    assertThat(table.blockAt(granules)).isEqualTo(Address.NULL);
  }

  @Property
  void aReturnedBlockIsTakenOnceAndKeepsItsDeliveries(
      @ForAll @IntRange(max = 1000) int granules,
      @ForAll @IntRange(min = 1, max = 3 << 20) int length,
      @ForAll @IntRange(max = BlockTable.MAX_DELIVERIES) int deliveries) {
    long address = Address.of(granules, length);
    table.enter(address, 3);
    assertThat(table.deliveries(address)).isZero();
    assertThat(table.tryTransfer(address, 4, Owner.RETURNED, deliveries)).isFalse();
    assertThat(table.tryTransfer(address, 3, Owner.RETURNED, deliveries)).isTrue();
    assertThat(table.deliveries(address)).isEqualTo(deliveries);
    assertThat(table.tryTransfer(address, Owner.RETURNED, 5, 0)).isTrue();
    assertThat(table.tryTransfer(address, Owner.RETURNED, 6, 0)).isFalse();
    assertThat(table.deliveries(address)).isEqualTo(deliveries);
    assertThat(table.tryTransfer(address, 5, 5, 1)).isTrue();
    assertThat(table.deliveries(address))
        .isEqualTo(Math.min(deliveries + 1, BlockTable.MAX_DELIVERIES));
    assertThat(table.owner(address)).isEqualTo(5);
    assertThat(table.blockAt(granules)).isEqualTo(address);
    assertThat(table.areOwnedBy(new long[] {address}, 0, 1, 5)).isTrue();
    assertThat(table.tryTransfer(address + 1, 5, 6, 0)).isFalse();
    table.remove(address);
    assertThat(table.owner(address)).isEqualTo(Owner.NONE);
    assertThat(table.deliveries(address)).isZero();
    table.enter(address, 7);
    assertThat(table.deliveries(address)).isZero();
    table.remove(address);
  }

  @Property
  void refusesAnyOtherBits(@ForAll long garbage) {
    assertThat(table.owner(garbage)).isEqualTo(Owner.NONE);
    assertThat(table.tryTransfer(garbage, 1, 2, 3)).isFalse();
    assertThatThrownBy(() -> table.transfer(garbage, 1, 2))
        .isInstanceOf(InvalidAddressException.class);
  }
}
