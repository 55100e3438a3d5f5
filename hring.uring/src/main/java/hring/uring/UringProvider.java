package hring.uring;

import hring.api.Placement;
import hring.api.RegionException;
import hring.api.TransportException;
import hring.api.spi.region.Participant;
import hring.api.spi.region.Region;
import hring.api.spi.transport.Entries;
import hring.api.spi.transport.Inbound;
import hring.api.spi.transport.TransportOptions;
import hring.api.spi.transport.TransportPlan;
import hring.api.spi.transport.TransportProvider;
import hring.linux.Errno;
import hring.linux.Kernel;
import hring.linux.transport.ClaimingInbound;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/** The transport named "uring". */
public final class UringProvider implements TransportProvider {
  private static final int PROBE_SUBMISSIONS = 8;
  private static final int PROBE_COMPLETIONS = 1024;

  /** For {@link java.util.ServiceLoader}. */
  public UringProvider() {}

  @Override
  public String name() {
    return "uring";
  }

  @Override
  public Probe probe() {
    List<String> findings = new ArrayList<>();
    boolean works = false;
    try (Arena arena = Arena.ofConfined()) {
      UringCalls calls = SyscallBackend.calls(arena);
      findings.add("calls the kernel by " + calls.name());
      for (SetupStep step : SetupStep.LADDER) {
        int error =
            attempt(
                calls,
                step,
                new TransportOptions(
                    PROBE_SUBMISSIONS,
                    PROBE_COMPLETIONS,
                    step.placement(),
                    TransportOptions.NO_TRACER));
        works |= error == 0 && step.placement() == Placement.IN_REGION;
        if (error != 0 && !isWorthAnotherStep(error)) {
          findings.add(UringErrors.setupFailure(error, Machine.look()).getMessage());
          break;
        }
        findings.add(finding(step, error));
      }
    } catch (TransportException e) {
      findings.add(e.getMessage());
    }
    return new Probe(works, findings);
  }

  private static String finding(SetupStep step, int error) {
    return "ring in the "
        + (step.placement() == Placement.IN_REGION ? "region" : "kernel")
        + " with "
        + step.flagNames()
        + " (Linux "
        + step.since()
        + "): "
        + (error == 0 ? "can be made" : "this kernel cannot (" + Errno.name(-error) + ")");
  }

  @Override
  public TransportPlan plan(TransportOptions options) {
    options.requireEntries();
    int error = -Errno.EINVAL;
    try (Arena arena = Arena.ofConfined()) {
      UringCalls calls = SyscallBackend.calls(arena);
      for (SetupStep step : SetupStep.LADDER) {
        if (options.placement() == step.placement()) {
          SetupStep chosen = options.anyThread() ? step.forAnyThread() : step;
          error = attempt(calls, chosen, options);
          if (error == 0) {
            return new UringPlan(chosen, options);
          }
          if (!isWorthAnotherStep(error)) {
            break;
          }
        }
      }
    }
    throw UringErrors.planFailure(error, options, Machine.look());
  }

  /**
   * EINVAL: an unknown flag. EFAULT: memory that this kernel cannot use for a ring. Anything else
   * no flag will change.
   */
  private static boolean isWorthAnotherStep(int error) {
    return error == -Errno.EINVAL || error == -Errno.EFAULT;
  }

  /** Creates a ring and takes it down again: a kernel's version number proves nothing. */
  private static int attempt(UringCalls calls, SetupStep step, TransportOptions options) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment rings =
          new Kernel(arena)
              .mapPrivate(
                  Ring.ringsSize(options.submissionEntries(), options.completionEntries()), arena);
      Ring.Attempt attempt =
          Ring.make(
              calls, step, options.submissionEntries(), options.completionEntries(), rings, arena);
      if (attempt.ring() != null) {
        attempt.ring().close();
      }
      return attempt.error();
    }
  }

  @Override
  public Inbound attach(Region region, Participant participant) {
    // Shared: whoever closes need not be the thread that opened.
    Arena arena = Arena.ofShared();
    try {
      boolean inRegion = region.header().placement() == Placement.IN_REGION;
      return new ClaimingInbound(
          region,
          participant,
          inRegion ? entries(region) : entriesInKernel(region, arena),
          arena,
          inRegion ? "reads the region" : "maps the sender's ring");
    } catch (RuntimeException | Error e) {
      arena.close();
      throw e;
    }
  }

  @Override
  public Entries entries(Region region) {
    if (region.header().placement() != Placement.IN_REGION) {
      throw new TransportException(
          region.file()
              + " has its ring in the kernel, where only its receivers see it: open the ring with"
              + " placement(Placement.IN_REGION)");
    }
    RingArea area = RingArea.read(region);
    if (area.size() > region.rings().byteSize()) {
      throw new RegionException(
          region.file()
              + " is no sound region: its ring of "
              + area.size()
              + " bytes does not fit into its rings section of "
              + region.rings().byteSize());
    }
    return new CompletionQueue(region.rings(), area, region.header().completionEntries());
  }

  private static Entries entriesInKernel(Region region, Arena arena) {
    RingArea area = RingArea.read(region);
    return new CompletionQueue(
        SenderRing.map(region, area.size(), arena), area, region.header().completionEntries());
  }
}
