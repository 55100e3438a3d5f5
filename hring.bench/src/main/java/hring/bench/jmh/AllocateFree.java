package hring.bench.jmh;

import hring.api.spi.alloc.Allocator;
import hring.bench.LocalPool;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import java.lang.foreign.Arena;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * One allocate and one free, in one thread. In each step one block of a window of live ones is
 * freed, and a new one takes its place. With a window of 1 that is allocate and free in turn.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Fork(
    value = 3,
    jvmArgs = {"--enable-native-access=ALL-UNNAMED", "-XX:+UseParallelGC", "-Xmx512m"})
public class AllocateFree {
  /** Made by JMH. */
  public AllocateFree() {}

  /** What all allocators have in common: which length is next, and which slot. */
  @State(Scope.Thread)
  public static class Steps {
    /** The length in bytes, or mixed lengths. */
    @Param({"8", "64", "1024", "65536", "mixed"})
    public String size;

    /** How many blocks are live, a power of two up to 65,536. */
    @Param("1")
    public int window;

    /**
     * Which block is freed: the one that was allocated first (fifo), the window up and down, so
     * that after each turn those that were allocated last go first (lifo), or any (random).
     */
    @Param("fifo")
    public String order;

    private int[] sizes;
    private int step;
    private int random;

    /** Made by JMH. */
    public Steps() {}

    /** Draws the lengths. */
    @Setup
    public void draw() {
      if (Integer.bitCount(window) != 1) {
        throw new IllegalArgumentException("window " + window + " is not a power of two");
      }
      sizes = Sizes.of(size);
    }

    final int nextSize() {
      return sizes[++step & sizes.length - 1];
    }

    final int slot() {
      return switch (order) {
        case "lifo" -> (step & window) == 0 ? window - 1 - (step & window - 1) : step & window - 1;
        case "random" -> {
          // A linear congruential generator: its high bits are good enough, and it costs little.
          random = random * 1_664_525 + 1_013_904_223;
          yield random >>> 1 >>> Integer.numberOfLeadingZeros(window);
        }
        default -> step & window - 1;
      };
    }
  }

  /** An allocator of hring and the addresses that are live. */
  @State(Scope.Thread)
  public abstract static class HringState {
    private static final long SMALL_POOL = 64L << 20;
    private static final long LARGE_POOL = 1L << 30;
    private static final int LARGE_WINDOW = 1024;

    private LocalPool pool;
    private Allocator allocator;
    private long[] live;

    private HringState() {}

    abstract String allocatorName();

    /** Fills the window. */
    @Setup
    public void open(Steps steps) {
      pool =
          LocalPool.withoutMemory(
              allocatorName(), steps.window > LARGE_WINDOW ? LARGE_POOL : SMALL_POOL);
      allocator = pool.allocator();
      live = new long[steps.window];
      for (int i = 0; i < live.length; i++) {
        live[i] = allocator.allocate(steps.nextSize());
      }
    }

    /** Frees the window. */
    @TearDown
    public void close() {
      for (long address : live) {
        allocator.free(address);
      }
      pool.close();
    }

    final long step(Steps steps) {
      int size = steps.nextSize();
      int slot = steps.slot();
      allocator.free(live[slot]);
      long address = allocator.allocate(size);
      live[slot] = address;
      return address;
    }
  }

  /** The slab allocator. */
  public static class SlabState extends HringState {
    /** Made by JMH. */
    public SlabState() {}

    @Override
    String allocatorName() {
      return "slab";
    }
  }

  /** The buddy allocator. */
  public static class BuddyState extends HringState {
    /** Made by JMH. */
    public BuddyState() {}

    @Override
    String allocatorName() {
      return "buddy";
    }
  }

  /** Any allocator that is found, also one from elsewhere. */
  public static class NamedState extends HringState {
    /** Its name, and its options. */
    @Param("slab")
    public String allocator;

    /** Made by JMH. */
    public NamedState() {}

    @Override
    String allocatorName() {
      return allocator;
    }
  }

  /** The C library's blocks that are live. */
  @State(Scope.Thread)
  public static class MallocState {
    private long[] live;

    /** Made by JMH. */
    public MallocState() {}

    /** Fills the window. */
    @Setup
    public void open(Steps steps) {
      live = new long[steps.window];
      for (int i = 0; i < live.length; i++) {
        live[i] = Malloc.malloc(steps.nextSize());
      }
    }

    /** Frees the window. */
    @TearDown
    public void close() {
      for (long address : live) {
        Malloc.free(address);
      }
    }
  }

  /** Netty's buffers that are live. */
  @State(Scope.Thread)
  public static class NettyState {
    private ByteBuf[] live;

    /** Made by JMH. */
    public NettyState() {}

    /** Fills the window. */
    @Setup
    public void open(Steps steps) {
      live = new ByteBuf[steps.window];
      for (int i = 0; i < live.length; i++) {
        live[i] = PooledByteBufAllocator.DEFAULT.directBuffer(steps.nextSize());
      }
    }

    /** Releases the window. */
    @TearDown
    public void close() {
      for (ByteBuf buffer : live) {
        buffer.release();
      }
    }
  }

  /** The arenas that are open. */
  @State(Scope.Thread)
  public static class ArenaState {
    private Arena[] live;

    /** Made by JMH. */
    public ArenaState() {}

    /** Fills the window. */
    @Setup
    public void open(Steps steps) {
      live = new Arena[steps.window];
      for (int i = 0; i < live.length; i++) {
        live[i] = Arena.ofConfined();
      }
    }

    /** Closes the window. */
    @TearDown
    public void close() {
      for (Arena arena : live) {
        arena.close();
      }
    }
  }

  /** The slab allocator of hring. */
  @Benchmark
  public long slab(Steps steps, SlabState state) {
    return state.step(steps);
  }

  /** The buddy allocator of hring. */
  @Benchmark
  public long buddy(Steps steps, BuddyState state) {
    return state.step(steps);
  }

  /** An allocator by its name: {@code -p allocator=...}. */
  @Benchmark
  public long named(Steps steps, NamedState state) {
    return state.step(steps);
  }

  /** {@code malloc} and {@code free} through FFM. */
  @Benchmark
  public long malloc(Steps steps, MallocState state) {
    int size = steps.nextSize();
    int slot = steps.slot();
    Malloc.free(state.live[slot]);
    long address = Malloc.malloc(size);
    state.live[slot] = address;
    return address;
  }

  /** Netty's pooled direct buffers. */
  @Benchmark
  public ByteBuf netty(Steps steps, NettyState state) {
    int size = steps.nextSize();
    int slot = steps.slot();
    state.live[slot].release();
    ByteBuf buffer = PooledByteBufAllocator.DEFAULT.directBuffer(size);
    state.live[slot] = buffer;
    return buffer;
  }

  /** A confined arena for each block; its memory is zeroed, which is part of what it does. */
  @Benchmark
  public long arena(Steps steps, ArenaState state) {
    int size = steps.nextSize();
    int slot = steps.slot();
    state.live[slot].close();
    state.live[slot] = Arena.ofConfined();
    return state.live[slot].allocate(size).address();
  }
}
