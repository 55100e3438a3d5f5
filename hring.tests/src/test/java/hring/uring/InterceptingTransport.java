package hring.uring;

import hring.api.SenderBuilder;
import hring.api.spi.region.Region;
import hring.api.spi.transport.Outbound;
import hring.api.spi.transport.TransportPlan;
import hring.tests.TestRings;
import hring.tests.WrappedTransport;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * The transport uring with its calls of io_uring_enter(2) intercepted, see {@link #interceptor}.
 */
public final class InterceptingTransport extends WrappedTransport {
  private static final String NAME = "intercepted";

  /** Called instead of io_uring_enter(2). Static, so for one test at a time. */
  static volatile EnterInterceptor interceptor = UringCalls::enter;

  /** For {@link java.util.ServiceLoader}. */
  public InterceptingTransport() {
    super(NAME, new UringProvider());
  }

  /** A ring of this transport, with so many entries of each kind and a completion per message. */
  static SenderBuilder ring(String name, int entries) {
    return TestRings.ring(name).transport(NAME).ringEntries(entries, entries).maxBatch(1);
  }

  @Override
  protected Outbound open(TransportPlan plan, Region region) {
    return ((UringPlan) plan).open(region, InterceptedCalls::new);
  }

  /** Replaces a call of io_uring_enter(2). */
  interface EnterInterceptor {
    int enter(UringCalls calls, int ring, int toSubmit, int flags);
  }

  private record InterceptedCalls(UringCalls calls) implements UringCalls {
    InterceptedCalls(Arena arena) {
      this(SyscallBackend.calls(arena));
    }

    @Override
    public int setup(int entries, MemorySegment params) {
      return calls.setup(entries, params);
    }

    @Override
    public int enter(int ring, int toSubmit, int flags) {
      return interceptor.enter(calls, ring, toSubmit, flags);
    }

    @Override
    public int register(int fd, int opcode, MemorySegment argument, int count) {
      return calls.register(fd, opcode, argument, count);
    }

    @Override
    public String name() {
      return calls.name();
    }
  }
}
