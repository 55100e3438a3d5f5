package hring.testkit;

import hring.api.spi.alloc.Owner;
import hring.testkit.LiveBlocks.Block;
import hring.testkit.Scene.Operation;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * Another thread of the same participant, which works while one is stopped. If that is the thread
 * that allocates, this one only does what any thread may: it frees and sends.
 */
final class SecondThread implements LongSupplier {
  private static final int ROUNDS = 4;
  private static final int SENDS_ONE_OF = 4;

  private final Scene scene;
  private final long size;
  private final boolean flushes;

  SecondThread(Scene scene, long size, boolean flushes) {
    this.scene = scene;
    this.size = size;
    this.flushes = flushes;
  }

  @Override
  public long getAsLong() {
    History history = scene.history;
    LocalParty self = scene.victim;
    boolean allocates = scene.operation != Operation.ALLOCATE && scene.operation != Operation.FLUSH;
    if (allocates) {
      for (int i = 0; i < ROUNDS; i++) {
        history.allocate(self, i % 2 == 0 ? size : 1);
      }
    }
    List<Block> own = history.blocks().of(self.owner());
    own.remove(scene.block);
    for (int i = 0; i < own.size(); i++) {
      Block block = own.get(i);
      if (i % SENDS_ONE_OF != 0) {
        history.free(self, block);
      } else {
        scene.secondSends(block);
        self.transfer(block.address(), self.owner(), Owner.IN_FLIGHT);
        history.blocks().changeOwner(block, Owner.IN_FLIGHT);
        scene.secondSends(null);
      }
    }
    if (allocates && flushes) {
      self.flush();
    }
    return 0;
  }
}
