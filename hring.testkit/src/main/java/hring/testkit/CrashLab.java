package hring.testkit;

import hring.api.Address;
import hring.api.spi.alloc.AllocatorProvider;
import hring.api.spi.alloc.Owner;
import hring.api.spi.alloc.PoolGeometry;
import hring.testkit.LiveBlocks.Block;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/**
 * Ends or holds up each operation before each of its accesses. Runs inside a {@link
 * SteppingLoader}, so it is given nothing but strings.
 */
public final class CrashLab implements Consumer<String[]> {
  /** An operation that makes more accesses than this is taken for an endless loop. */
  private static final long MOST_STEPS = 20_000;

  /** How often, and at which step, who reclaims dies too. */
  private static final int RECLAIM_STEPS = 11;

  private static final int SURVIVOR_ROUNDS = 10;

  /** What the victim is doing. */
  private enum Operation {
    ALLOCATE,
    FREE,
    SEND,
    FLUSH,
    RECLAIM
  }

  private AllocatorProvider provider;
  private PoolGeometry geometry;
  private List<Step> steps;
  private long size;

  /** A case that starts from the same state for each step. */
  private final class Case {
    final LocalSite site = new LocalSite(provider, geometry);
    final History history = new History(site);
    final Party victim;
    final Operation operation;
    final Block block;
    final Party dead;
    long reclaimable;

    Case(Operation operation) {
      this.operation = operation;
      history.run(steps);
      victim = history.parties().removeFirst();
      dead = operation == Operation.RECLAIM ? history.parties().removeLast() : null;
      Block owned = history.blocks().of(victim.owner()).stream().findFirst().orElse(null);
      block = owned == null ? history.allocate(victim, size) : owned;
      if (dead != null) {
        history.allocate(dead, size);
        site.kill(dead);
        Party third = site.join();
        if (third != null) {
          history.parties().add(third);
        }
      }
    }

    long operate() {
      switch (operation) {
        case ALLOCATE -> {
          return victim.allocate(size);
        }
        case FREE -> victim.free(block.address());
        case SEND -> victim.transfer(block.address(), victim.owner(), Owner.IN_FLIGHT);
        case FLUSH -> victim.flush();
        case RECLAIM -> {
          return victim.reclaim(dead.owner());
        }
      }
      return Address.NULL;
    }

    boolean possible() {
      return block != null || operation != Operation.FREE && operation != Operation.SEND;
    }

    /** What is being freed may be free already, and handed out again; or it is not free yet. */
    void forgetWhatMayBeFree() {
      if (operation == Operation.FREE) {
        history.blocks().remove(block);
      } else if (operation == Operation.RECLAIM) {
        List<Block> lost = history.blocks().of(dead.owner());
        lost.forEach(history.blocks()::remove);
        reclaimable = lost.size();
      }
    }

    void survivorsGoOn() {
      for (Party survivor : history.parties()) {
        for (int i = 0; i < SURVIVOR_ROUNDS; i++) {
          history.free(survivor, history.allocate(survivor, i % 2 == 0 ? size : 1));
        }
      }
    }
  }

  /** Made by {@link CrashContract}. */
  public CrashLab() {}

  @Override
  public void accept(String[] arguments) {
    try {
      provider =
          (AllocatorProvider) WorkerMain.instance(arguments[1], CrashLab.class.getClassLoader());
    } catch (ReflectiveOperationException e) {
      throw new LinkageError("cannot make " + arguments[1], e);
    }
    geometry =
        new PoolGeometry(
            Long.parseLong(arguments[2]),
            Integer.parseInt(arguments[3]),
            Integer.parseInt(arguments[4]));
    size = Long.parseLong(arguments[5]);
    steps = new ArrayList<>();
    for (String line : arguments[6].lines().toList()) {
      String[] words = line.split(" ", -1);
      steps.add(
          new Step(
              Step.Kind.valueOf(words[0]),
              Integer.parseInt(words[1]),
              Integer.parseInt(words[2]),
              Long.parseLong(words[3])));
    }
    for (Operation operation : Operation.values()) {
      long step = 1;
      while (arguments[0].equals("die") ? die(operation, step) : stop(operation, step)) {
        if (++step > MOST_STEPS) {
          throw new AssertionError(operation + " makes more than " + MOST_STEPS + " accesses");
        }
      }
    }
  }

  /** Lets the victim die at a step; false if the operation has fewer. */
  private boolean die(Operation operation, long step) {
    Case state = new Case(operation);
    if (!state.possible()) {
      return false;
    }
    try {
      StepHook.dieAt(step);
      state.operate();
      return false;
    } catch (StepHook.Died e) {
      StepHook.disarm();
      describe(operation + ", death before access " + step, () -> repair(state, step));
      return true;
    } finally {
      StepHook.disarm();
    }
  }

  private void repair(Case state, long step) {
    History history = state.history;
    Party victim = state.victim;
    state.forgetWhatMayBeFree();
    state.survivorsGoOn();
    state.site.kill(victim);
    Party first = history.parties().getFirst();
    boolean second = history.parties().size() > 1;
    if (second && diesReclaiming(first, victim, step % RECLAIM_STEPS + 1)) {
      history.parties().remove(first);
      state.site.kill(first);
    }
    Party survivor = history.parties().getLast();
    reclaim(state, survivor, victim.owner());
    if (!history.parties().contains(first)) {
      reclaim(state, survivor, first.owner());
    }
    if (state.dead != null) {
      reclaim(state, survivor, state.dead.owner());
    }
    // Not before: a reclaim that its caller did not survive is half done until it is called again.
    Referee.expect(List.of(), state.site.observer().verify(), "broken invariants after reclaim");
    history.referee().check();
    history.freeAll();
    AsNew.check(new LocalSite(provider, geometry), state.site, history.parties(), size);
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

  private static void reclaim(Case state, Party survivor, int dead) {
    survivor.reclaim(dead);
    Referee.expect(0, survivor.reclaim(dead), "blocks reclaimed of " + dead + " once more");
    for (Block block : state.history.blocks().of(dead)) {
      int owner = state.site.observer().owner(block.address());
      if (owner == Owner.IN_FLIGHT
          && state.operation == Operation.SEND
          && block.equals(state.block)) {
        state.history.blocks().changeOwner(block, owner);
      } else {
        state.history.blocks().remove(block);
      }
    }
    Referee.expect(
        List.of(),
        state.history.referee().list(state.site.observer(), dead),
        "blocks left of participant " + dead);
  }

  /** Holds the victim up at a step; false if the operation has fewer. */
  private boolean stop(Operation operation, long step) {
    Case state = new Case(operation);
    if (!state.possible()) {
      return false;
    }
    AtomicReference<Throwable> failure = new AtomicReference<>();
    AtomicReference<StepHook> hook = new AtomicReference<>();
    long[] result = new long[1];
    CountDownLatch armed = new CountDownLatch(1);
    Thread thread =
        Thread.ofPlatform()
            .daemon()
            .uncaughtExceptionHandler((_, thrown) -> failure.set(thrown))
            .start(
                () -> {
                  hook.set(StepHook.stopAt(step));
                  armed.countDown();
                  try {
                    result[0] = state.operate();
                  } finally {
                    hook.get().finished();
                  }
                });
    boolean[] inTheMiddle = new boolean[1];
    try {
      armed.await();
      hook.get().awaitStop();
      inTheMiddle[0] = hook.get().isStopped();
      describe(
          operation + ", stopped before access " + step,
          () -> {
            state.forgetWhatMayBeFree();
            state.survivorsGoOn();
          });
    } catch (InterruptedException e) {
      throw new AssertionError("interrupted", e);
    } finally {
      hook.get().resume();
    }
    join(thread);
    StepHook.disarm();
    describe(
        operation + ", went on after a stop before access " + step,
        () -> afterStop(state, result[0], failure.get()));
    return inTheMiddle[0];
  }

  private void afterStop(Case state, long result, Throwable failure) {
    if (failure != null) {
      throw new AssertionError("it failed", failure);
    }
    History history = state.history;
    switch (state.operation) {
      case ALLOCATE -> {
        if (result != Address.NULL) {
          Block block = history.blocks().add(result, size, state.victim.owner());
          state.victim.fill(result, block.seed());
        }
      }
      case SEND -> history.blocks().changeOwner(state.block, Owner.IN_FLIGHT);
      case RECLAIM -> Referee.expect(state.reclaimable, result, "blocks reclaimed");
      default -> {}
    }
    history.parties().add(state.victim);
    history.referee().check();
    history.freeAll();
    AsNew.check(new LocalSite(provider, geometry), state.site, history.parties(), size);
  }

  private static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      throw new AssertionError("interrupted", e);
    }
  }

  private static void describe(String when, Runnable check) {
    try {
      check.run();
    } catch (AssertionError | RuntimeException e) {
      throw new AssertionError(when + ": " + e.getMessage(), e);
    }
  }
}
