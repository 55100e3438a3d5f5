package hring.uring;

import hring.api.Placement;
import hring.api.spi.region.Region;
import hring.api.spi.transport.Outbound;
import hring.api.spi.transport.TransportOptions;
import hring.api.spi.transport.TransportPlan;
import hring.linux.Errno;
import hring.linux.Kernel;
import java.lang.foreign.Arena;
import java.util.function.Function;

/**
 * The step of the ladder that was seen to work with these sizes.
 *
 * @param step which flags
 * @param options what was asked for
 */
record UringPlan(SetupStep step, TransportOptions options) implements TransportPlan {
  @Override
  public Placement placement() {
    return step.placement();
  }

  @Override
  public long ringsSize() {
    return step.placement() == Placement.IN_REGION
        ? Ring.ringsSize(options.submissionEntries(), options.completionEntries())
        : 0;
  }

  @Override
  public Outbound open(Region region) {
    return open(region, SyscallBackend::calls);
  }

  /**
   * Creates the ring.
   *
   * @param region the region
   * @param way finds the way to call the kernel, for as long as an arena lives
   */
  Outbound open(Region region, Function<Arena, UringCalls> way) {
    // Shared: whoever closes need not be the thread that opened.
    Arena arena = Arena.ofShared();
    Ring ring = null;
    try {
      UringCalls calls = way.apply(arena);
      Ring.Attempt attempt =
          Ring.make(
              calls,
              step,
              options.submissionEntries(),
              options.completionEntries(),
              region.rings(),
              arena);
      if (attempt.ring() == null) {
        throw UringErrors.setupFailure(attempt.error(), Machine.look());
      }
      ring = attempt.ring();
      allowTracer(new Kernel(arena));
      return new UringOutbound(calls, describe(), step.anyThread(), ring, region, arena);
    } catch (RuntimeException | Error e) {
      try (arena) {
        if (ring != null) {
          ring.close();
        }
      }
      throw e;
    }
  }

  private String describe() {
    return step.placement() == Placement.IN_REGION
        ? step.flagNames()
        : step.flagNames()
            + " ("
            + UringErrors.whoCanAttach(options.tracer(), Machine.look())
            + ")";
  }

  private void allowTracer(Kernel kernel) {
    // With entries in the region, receivers need no right to trace, so nothing is opened.
    if (options.tracer() == TransportOptions.NO_TRACER || step.placement() != Placement.IN_KERNEL) {
      return;
    }
    int result = kernel.allowTracer(options.tracer());
    // EINVAL with a living process, or any: this kernel has no Yama, so nothing is forbidden
    // either.
    if (result < 0 && result != -Errno.EINVAL) {
      throw Errno.failure("prctl(PR_SET_PTRACER, " + options.tracer() + ")", result);
    }
  }
}
