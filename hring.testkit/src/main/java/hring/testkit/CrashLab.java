package hring.testkit;

import hring.api.Address;
import hring.api.InvalidAddressException;
import hring.api.spi.alloc.Allocator;
import hring.api.spi.alloc.AllocatorProvider;
import hring.api.spi.alloc.Owner;
import hring.api.spi.alloc.PoolGeometry;
import hring.api.spi.alloc.ProviderOptions;
import hring.testkit.LiveBlocks.Block;
import hring.testkit.Scene.Operation;
import hring.testkit.Scene.Others;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Interrupts each operation before each of its accesses. Runs inside a {@link SteppingLoader}, so
 * it is given nothing but strings.
 */
public final class CrashLab implements Consumer<String[]> {
  /** With more steps than this, one scene for each takes too long. */
  private static final long MOST_STEPS = 20_000;

  /** Far more than operations have accesses, and prime: spreads what goes with each step. */
  private static final int SPREAD = 7919;

  /** Others leave so many blocks to one that is stopped while it allocates. */
  private static final int SOME = 3;

  private static final int SHARE = 16;
  private static final Operation[] SEND = {Operation.SEND};
  private static final Operation[] FREE = {Operation.FREE};

  /** So many pairs of steps of two operations are tried, about. */
  private static final long MOST_PAIRS = 250;

  private AllocatorProvider provider;
  private PoolGeometry geometry;
  private List<Step> steps;
  private long size;
  private PristineCheck pristine;

  /** The most accesses that a reclaim was seen to make. */
  private long reclaimSteps = 1;

  /** Made by {@link CrashContract}. */
  public CrashLab() {}

  @Override
  public void accept(String[] arguments) {
    try {
      provider =
          (AllocatorProvider)
              PoolWorkerMain.instance(arguments[1], CrashLab.class.getClassLoader());
      provider = provider.withOptions(new ProviderOptions(arguments[7]));
    } catch (ReflectiveOperationException e) {
      throw new LinkageError("cannot make " + arguments[1], e);
    }
    geometry =
        new PoolGeometry(
            Long.parseLong(arguments[2]),
            Integer.parseInt(arguments[3]),
            Integer.parseInt(arguments[4]));
    // Small ones, of which there are many: for threads more than an allocator holds in reserve, and
    // enough that each of three participants in one scene can still change what all share.
    boolean many = arguments[0].equals("threads") || arguments[0].equals("both");
    long asked = Long.parseLong(arguments[5]);
    // But large ones stay large: they may go another way.
    boolean large = asked > geometry.poolSize() / SHARE;
    size = Math.max(1, asked / (many && !large ? SHARE : 1));
    steps = arguments[6].lines().map(Step::parse).toList();
    Watchdog.run(
        () -> {
          pristine = new PristineCheck(new LocalSite(provider, geometry), size);
          switch (arguments[0]) {
            case "reach" -> reach();
            case "die" -> {
              eachStep(Operation.values(), this::die);
              eachStep(Operation.values(), this::dieWhileOthersRest);
            }
            case "stop" -> {
              eachStep(Operation.values(), this::stop);
              eachStep(Operation.values(), this::stopAndGiveBack);
              eachStep(new Operation[] {Operation.ALLOCATE}, this::stopAndLeaveSome);
              for (int open : new int[] {Owner.RETURNED, Owner.LEFTOVER}) {
                eachStep(SEND, (scene, step) -> takeTwice(scene, step, open));
                eachStep(SEND, (scene, step) -> takeAndReturnTwice(scene, step, open));
                eachStep(SEND, (scene, step) -> returnAndLeave(scene, step, open));
              }
            }
            case "both" -> {
              for (Operation operation : List.of(Operation.ALLOCATE, Operation.FREE)) {
                eachPair(operation, scene -> last(scene).allocate(size));
                eachPair(operation, CrashLab::freeAndFlush);
              }
            }
            case "threads" -> {
              eachStep(Operation.values(), (scene, step) -> stopOneThread(scene, step, true));
              // What the other one keeps at hand stays there while the first one goes on.
              eachStep(FREE, (scene, step) -> stopOneThread(scene, step, false));
              eachStep(FREE, this::freeTwice);
              eachStep(Operation.values(), this::dieWithTwoThreads);
            }
            default -> throw new IllegalArgumentException(arguments[0]);
          }
        });
  }

  /** An interruption of an operation at a step; false if the operation has fewer. */
  @FunctionalInterface
  private interface Interruption {
    boolean at(Scene scene, long step);
  }

  private void eachStep(Operation[] operations, Interruption interruption) {
    for (Operation operation : operations) {
      long step = 0;
      Scene scene;
      do {
        if (++step > MOST_STEPS) {
          throw new AssertionError(operation + " makes more than " + MOST_STEPS + " accesses");
        }
        scene = new Scene(new LocalSite(provider, geometry), steps, size, operation);
      } while (scene.possible() && interruption.at(scene, step));
    }
  }

  /**
   * Stops an operation at each step, while another participant dies at each of its own; of too many
   * pairs of steps, some that are spread evenly.
   */
  private void eachPair(Operation operation, Consumer<Scene> dying) {
    Scene first = flushed(operation);
    if (!first.possible()) {
      return;
    }
    Scene second = flushed(operation);
    long stops = Stepping.count(first::operate);
    long deaths = Stepping.count(() -> dying.accept(second));
    long stride = Math.max(1, stops * deaths / MOST_PAIRS);
    for (long step = 1; step <= stops; step++) {
      for (long death = 1 + step % stride; death <= deaths; death += stride) {
        stopWhileAnotherDies(flushed(operation), step, dying, death);
      }
    }
  }

  /** A scene in which the last participant was the last to change what all share. */
  private Scene flushed(Operation operation) {
    Scene scene = new Scene(new LocalSite(provider, geometry), steps, size, operation);
    scene.victim.flush();
    scene.history.allocate(last(scene), size);
    return scene;
  }

  private static Party last(Scene scene) {
    return scene.history.parties().getLast();
  }

  private static void freeAndFlush(Scene scene) {
    Block block = scene.history.pick(last(scene).owner(), 0);
    if (block != null) {
      // Also of the model: it may be free already when its owner dies.
      scene.history.blocks().remove(block);
      last(scene).free(block.address());
      last(scene).flush();
    }
  }

  private void stopWhileAnotherDies(Scene scene, long step, Consumer<Scene> dying, long death) {
    StoppedThread victim = StoppedThread.start(scene::operate, step);
    scene.forgetWhatMayBeFree();
    Party second = last(scene);
    StepHook hook = StepHook.dieAt(death);
    try {
      dying.accept(scene);
    } catch (StepHook.Died e) {
      // That is what it was armed for.
    } finally {
      StepHook.disarm();
    }
    String what =
        "stopped, and meanwhile participant "
            + second.owner()
            + (hook.place() == null
                ? " died after an operation,"
                : " died before its access " + death + " at " + hook.place() + ",")
            + " itself";
    scene.history.parties().remove(second);
    scene.site.kill(second);
    try {
      describe(scene, what, victim.hook(), step, () -> scene.othersGoOn(Others.TAKE_ALL));
    } finally {
      victim.resume();
    }
    describe(
        scene,
        what,
        victim.hook(),
        step,
        () -> {
          scene.complete(victim.result());
          reclaim(scene, scene.victim, second.owner());
          finish(scene);
        });
  }

  /** Checks that accesses are seen: one operation may need none, but not those on a whole pool. */
  private void reach() {
    LocalSite site = new LocalSite(provider, geometry);
    LocalParty party = site.join();
    List<Long> blocks = new ArrayList<>();
    requireAccess(
        "allocate",
        () -> {
          long address = party.allocate(size);
          return address != Address.NULL && blocks.add(address);
        });
    int self = party.owner();
    List<Long> sent = new ArrayList<>(blocks);
    requireAccess(
        "transfer",
        () -> {
          party.transfer(sent.getLast(), self, self);
          sent.removeLast();
          return !sent.isEmpty();
        });
    List<Long> freed = new ArrayList<>(blocks.subList(blocks.size() / 2, blocks.size()));
    requireAccess(
        "free",
        () -> {
          party.free(freed.removeLast());
          return !freed.isEmpty();
        });
    LocalParty survivor = site.join();
    site.kill(party);
    requireAccess("reclaim", () -> survivor.reclaim(self) < 0);
  }

  private static void requireAccess(String name, BooleanSupplier operation) {
    long accesses = 0;
    boolean more = true;
    while (more) {
      more = operation.getAsBoolean();
      accesses += Activity.current().accesses();
    }
    if (accesses == 0) {
      throw new AssertionError(
          name
              + " was tried on a whole pool and made no access to memory that can be stepped: the"
              + " contract would prove nothing; use hring.api's SharedMemory for all access to the"
              + " metadata and keep all that matters there");
    }
  }

  /** Lets the victim die at a step. */
  private boolean die(Scene scene, long step) {
    return die(
        scene, step, step % 2 == 0 ? Others.TAKE_ALL : Others.TAKE_ALL_AND_FREE_EVERY_SECOND);
  }

  /**
   * The same, and nobody does anything before it is reclaimed, but for one of its blocks: as what
   * is handed over to another one that frees it.
   */
  private boolean dieWhileOthersRest(Scene scene, long step) {
    scene.history.allocate(scene.victim, size);
    return die(scene, step, Others.REST);
  }

  private boolean die(Scene scene, long step, Others others) {
    StepHook hook = StepHook.dieAt(step);
    try {
      scene.operate();
      return false;
    } catch (StepHook.Died e) {
      StepHook.disarm();
      scene.forgetWhatMayBeFree();
      describe(scene, "died", hook, step, () -> recover(scene, step, others));
      return true;
    } finally {
      StepHook.disarm();
    }
  }

  private void recover(Scene scene, long step, Others others) {
    History history = scene.history;
    LocalParty victim = scene.victim;
    scene.othersGoOn(others);
    scene.site.kill(victim);
    Party first = history.parties().getFirst();
    if (others == Others.REST) {
      handOver(scene, (LocalParty) first);
    }
    // Over all the accesses of a reclaim, not the first few: most of its work may come later.
    long death = 1 + step * SPREAD % reclaimSteps;
    boolean firstDies = diesReclaiming(first, victim, death);
    if (firstDies) {
      history.parties().remove(first);
      scene.site.kill(first);
    }
    try {
      recover(scene, firstDies ? first : null);
    } catch (AssertionError | RuntimeException e) {
      if (!firstDies) {
        throw e;
      }
      throw new AssertionError(
          "participant "
              + first.owner()
              + ", which reclaimed, died before its access "
              + death
              + ": "
              + e.getMessage(),
          e);
    }
  }

  /** Takes a block of the victim's, as one that reclaims may, and frees it. */
  private static void handOver(Scene scene, LocalParty survivor) {
    survivor.allocator().finishOperation(scene.victim.owner());
    List<Block> left = scene.history.blocks().of(scene.victim.owner());
    if (!left.isEmpty() && !scene.maySend(left.getLast())) {
      Block block = left.getLast();
      survivor.transfer(block.address(), scene.victim.owner(), survivor.owner());
      scene.history.free(survivor, scene.history.blocks().changeOwner(block, survivor.owner()));
    }
  }

  /** Reclaims what the victim left, and what one left that died reclaiming it, or null. */
  private void recover(Scene scene, Party first) {
    History history = scene.history;
    Party survivor = history.parties().getLast();
    reclaim(scene, survivor, scene.victim.owner());
    if (first != null) {
      reclaim(scene, survivor, first.owner());
    }
    if (scene.dead != null) {
      reclaim(scene, survivor, scene.dead.owner());
    }
    // Not before: a reclaim that its caller did not survive is half done until it is called again.
    Referee.expect(List.of(), scene.site.observer().verify(), "broken invariants after reclaim");
    history.referee().check();
    nextWithItsNumber(scene, survivor);
    finish(scene);
  }

  /** The next participant with the dead one's number must not inherit its half-done operation. */
  private void nextWithItsNumber(Scene scene, Party survivor) {
    LocalParty next = scene.site.join(scene.victim.owner());
    scene.history.allocate(next, size);
    scene.site.kill(next);
    scene.history.reclaim(survivor, next.owner());
    scene.history.referee().check();
  }

  private static boolean diesReclaiming(Party party, Party dead, long step) {
    try {
      StepHook.dieAt(step);
      party.reclaim(dead.owner());
      return false;
    } catch (StepHook.Died e) {
      return true;
    } finally {
      StepHook.disarm();
    }
  }

  private void reclaim(Scene scene, Party survivor, int dead) {
    reclaimSteps = Math.max(reclaimSteps, Stepping.count(() -> survivor.reclaim(dead)));
    Referee.expect(0, survivor.reclaim(dead), "blocks reclaimed of " + dead + " once more");
    for (Block block : scene.history.blocks().of(dead)) {
      int owner = scene.site.observer().owner(block.address());
      if (owner == Owner.IN_FLIGHT && scene.maySend(block)) {
        scene.history.blocks().changeOwner(block, owner);
      } else {
        scene.history.blocks().remove(block);
      }
    }
    Referee.expect(
        List.of(),
        Referee.named(scene.history.referee().list(scene.site.observer(), dead)),
        "blocks left of participant " + dead);
    scene.site.release(dead);
  }

  /** Stops the victim at a step; the others take all that is left, and then it goes on. */
  private boolean stop(Scene scene, long step) {
    return stop(scene, step, Others.TAKE_ALL);
  }

  /** The same, with others that give some of it back. */
  private boolean stopAndGiveBack(Scene scene, long step) {
    return stop(scene, step, Others.TAKE_ALL_AND_FREE_EVERY_SECOND);
  }

  private boolean stop(Scene scene, long step, Others others) {
    StoppedThread victim = StoppedThread.start(scene::operate, step);
    int beingFreed = scene.forgetWhatMayBeFree();
    try {
      describe(scene, "stopped", victim.hook(), step, () -> scene.othersGoOn(others));
    } finally {
      victim.resume();
    }
    describe(
        scene,
        "went on after a stop",
        victim.hook(),
        step,
        () -> {
          long result = victim.result();
          if (scene.operation == Operation.RECLAIM) {
            Referee.expect((long) beingFreed, result, "blocks reclaimed");
          }
          scene.complete(result);
          finish(scene);
        });
    return victim.wasStopped();
  }

  /**
   * Stops an allocation at a step; the others take all but some blocks. When it goes on there is
   * room, so it may not say that there is none.
   */
  private boolean stopAndLeaveSome(Scene scene, long step) {
    Scene twin = new Scene(new LocalSite(provider, geometry), steps, size, scene.operation);
    long room = last(twin).capacity(size, geometry.granules());
    StoppedThread victim = StoppedThread.start(scene::operate, step);
    try {
      leave(SOME, room, scene);
    } finally {
      victim.resume();
    }
    describe(
        scene,
        "went on after others had taken all but " + SOME + " blocks,",
        victim.hook(),
        step,
        () -> {
          long result = victim.result();
          if (room > SOME && result == Address.NULL) {
            throw new AssertionError("it returned NULL, though there was room all the time");
          }
          scene.complete(result);
          finish(scene);
        });
    return victim.wasStopped();
  }

  /** Takes all but some blocks; gives the first few back and takes as many again, maybe others. */
  private void leave(int some, long room, Scene scene) {
    Party party = last(scene);
    List<Block> taken = new ArrayList<>();
    for (long i = some; i < room; i++) {
      Block block = scene.history.allocate(party, size);
      if (block != null) {
        taken.add(block);
      }
    }
    int again = Math.min(2 * some, taken.size());
    taken.subList(0, again).forEach(block -> scene.history.free(party, block));
    for (int i = 0; i < again; i++) {
      scene.history.allocate(party, size);
    }
    party.flush();
  }

  /** Stops who takes a message that came back at a step; another one takes the same. */
  private boolean takeTwice(Scene scene, long step, int open) {
    long address = scene.block.address();
    LocalParty victim = scene.victim;
    LocalParty other = (LocalParty) scene.history.parties().getFirst();
    giveBack(victim, address, open);
    StoppedThread first = StoppedThread.start(() -> take(victim, address, open), step);
    long second;
    try {
      second = take(other, address, open);
    } finally {
      first.resume();
    }
    describe(
        scene,
        "stopped while it took a block that came back, and another one took it too",
        first.hook(),
        step,
        () -> {
          long taken = first.result();
          Referee.expect(1L, taken + second, "how many of the two could take it");
          Party owner = taken == 1 ? victim : other;
          scene.history.parties().add(victim);
          scene.history.blocks().changeOwner(scene.block, owner.owner());
          finish(scene);
        });
    return first.wasStopped();
  }

  /** The same, and the other one gives it back once more: both deliveries count. */
  private boolean takeAndReturnTwice(Scene scene, long step, int open) {
    long address = scene.block.address();
    Allocator victim = scene.victim.allocator();
    LocalParty other = (LocalParty) scene.history.parties().getFirst();
    giveBack(scene.victim, address, open);
    StoppedThread first = StoppedThread.start(() -> take(scene.victim, address, open), step);
    long second;
    try {
      second = take(other, address, open);
      if (second == 1) {
        giveBack(other, address, open);
      }
    } finally {
      first.resume();
    }
    describe(
        scene,
        "stopped while it took a block that came back, and another one took and returned it",
        first.hook(),
        step,
        () -> {
          if (first.result() == 0) {
            Referee.expect(
                1L, take(scene.victim, address, open), "whether it could be taken at last");
          }
          int deliveries = victim.deliveries(address);
          if (deliveries != 0) {
            Referee.expect((int) second + 1, deliveries, "deliveries");
          }
          scene.history.parties().add(scene.victim);
          finish(scene);
        });
    return first.wasStopped();
  }

  /**
   * Stops who gives a message back at a step; if it can be taken already, another one takes it,
   * frees it and gets the room for something else.
   */
  private boolean returnAndLeave(Scene scene, long step, int open) {
    long address = scene.block.address();
    Allocator victim = scene.victim.allocator();
    LocalParty other = (LocalParty) scene.history.parties().getFirst();
    StoppedThread first =
        StoppedThread.start(
            () -> victim.tryTransfer(address, scene.victim.owner(), open, 1) ? 1 : 0, step);
    boolean taken;
    try {
      taken = take(other, address, open) == 1;
      Block block = scene.history.blocks().changeOwner(scene.block, taken ? other.owner() : open);
      if (taken) {
        scene.history.free(other, block);
        scene.history.allocate(other, size);
      }
    } finally {
      first.resume();
    }
    describe(
        scene,
        "stopped while it gave a block back, and another one "
            + (taken ? "took and freed it" : "found it not there yet"),
        first.hook(),
        step,
        () -> {
          Referee.expect(1L, first.result(), "whether its owner could give it back");
          scene.history.parties().add(scene.victim);
          if (!taken) {
            Referee.expect(1L, take(other, address, open), "whether it could be taken at last");
            scene.history.blocks().changeOwner(scene.block, other.owner());
          }
          finish(scene);
        });
    return first.wasStopped();
  }

  private static void giveBack(LocalParty party, long address, int open) {
    Referee.expect(
        true,
        party.allocator().tryTransfer(address, party.owner(), open, 1),
        "whether its owner could give it back");
  }

  private static long take(LocalParty party, long address, int open) {
    return party.allocator().tryTransfer(address, open, party.owner(), 0) ? 1 : 0;
  }

  private void finish(Scene scene) {
    scene.end();
    pristine.check(scene.site, scene.history.parties());
  }

  /** Stops one thread of a participant at a step; another thread of the same one goes on. */
  private boolean stopOneThread(Scene scene, long step, boolean otherFlushes) {
    scene.giveMore();
    StoppedThread first = StoppedThread.start(scene::operate, step);
    scene.forgetWhatMayBeFree();
    StoppedThread second = meanwhile(first, new SecondThread(scene, size, otherFlushes));
    describe(
        scene,
        "one thread stopped",
        first.hook(),
        step,
        () -> {
          second.result();
          scene.complete(first.result());
          finish(scene);
        });
    return first.wasStopped();
  }

  /** Stops a thread that frees a block at a step; another thread frees the same block. */
  private boolean freeTwice(Scene scene, long step) {
    StoppedThread first = StoppedThread.start(scene::operate, step);
    scene.forgetWhatMayBeFree();
    StoppedThread second = meanwhile(first, scene::operate);
    describe(
        scene,
        "one thread stopped and another one freed the same block",
        first.hook(),
        step,
        () -> {
          int succeeded =
              (first.isRefused(InvalidAddressException.class) ? 0 : 1)
                  + (second.isRefused(InvalidAddressException.class) ? 0 : 1);
          Referee.expect(1, succeeded, "how many of the two could free it");
          scene.complete(Address.NULL);
          finish(scene);
        });
    return first.wasStopped();
  }

  /** Stops one thread of a participant at a step; another one goes on; then the process dies. */
  private boolean dieWithTwoThreads(Scene scene, long step) {
    scene.giveMore();
    StoppedThread first = StoppedThread.start(scene::operate, step);
    scene.forgetWhatMayBeFree();
    StoppedThread second = StoppedThread.start(new SecondThread(scene, size, true), Long.MAX_VALUE);
    second.awaitEndOrWait();
    boolean stopped = first.wasStopped();
    // The second one first: it must not go on when the first one dies with a lock.
    second.kill();
    first.kill();
    describe(
        scene,
        "died with another thread",
        first.hook(),
        step,
        () -> {
          first.awaitDeath();
          second.awaitDeath();
          if (stopped) {
            recover(scene, step, Others.TAKE_ALL);
          }
        });
    return stopped;
  }

  private static StoppedThread meanwhile(StoppedThread first, LongSupplier operation) {
    StoppedThread second = StoppedThread.start(operation, Long.MAX_VALUE);
    // A lock within the process is allowed: the second thread then waits for the first.
    second.awaitEndOrWait();
    first.resume();
    return second;
  }

  private static void describe(Scene scene, String what, StepHook hook, long step, Runnable check) {
    try {
      check.run();
    } catch (AssertionError | RuntimeException e) {
      throw new AssertionError(
          scene.what()
              + ", "
              + what
              + (hook.place() == null
                  ? " at its end"
                  : " before its access " + step + " at " + hook.place())
              + ": "
              + e.getMessage(),
          e);
    }
  }
}
