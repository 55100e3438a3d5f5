package hring.uring;

import hring.api.Placement;
import hring.api.RegionException;
import hring.api.TransportException;
import hring.api.spi.region.Participant;
import hring.api.spi.region.Region;
import hring.api.spi.transport.Inbound;
import hring.api.spi.transport.TransportOptions;
import hring.api.spi.transport.TransportPlan;
import hring.api.spi.transport.TransportProvider;
import hring.linux.Errno;
import hring.linux.Kernel;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/** The transport named "uring". */
public final class UringProvider implements TransportProvider {
  /** IORING_MAX_ENTRIES of the kernel. */
  static final int MAX_SUBMISSIONS = 32768;

  /** IORING_MAX_CQ_ENTRIES of the kernel. */
  static final int MAX_COMPLETIONS = 65536;

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
    TransportOptions options =
        new TransportOptions(
            PROBE_SUBMISSIONS, PROBE_COMPLETIONS, null, TransportOptions.NO_TRACER);
    try (Arena arena = Arena.ofConfined()) {
      UringCalls calls = SyscallBackend.calls(arena);
      findings.add("calls the kernel by " + calls.name());
      for (SetupStep step : SetupStep.LADDER) {
        String failure = failure(calls, step, options);
        works |= failure == null;
        findings.add(
            step.placement()
                + " with "
                + step.flagNames()
                + " (Linux "
                + step.since()
                + "): "
                + (failure == null ? "works" : failure));
      }
    } catch (TransportException e) {
      findings.add(e.getMessage());
    }
    return new Probe(works, findings);
  }

  /** Tries a step; null if it works. */
  private static String failure(UringCalls calls, SetupStep step, TransportOptions options) {
    try {
      int error = attempt(calls, step, options);
      return error == 0 ? null : UringErrors.setupFailure(error).getMessage();
    } catch (TransportException e) {
      return e.getMessage();
    }
  }

  @Override
  public TransportPlan plan(TransportOptions options) {
    requireEntries("submission", options.submissionEntries(), 1, MAX_SUBMISSIONS);
    requireEntries(
        "completion", options.completionEntries(), options.submissionEntries(), MAX_COMPLETIONS);
    int error = -Errno.EINVAL;
    try (Arena arena = Arena.ofConfined()) {
      UringCalls calls = SyscallBackend.calls(arena);
      for (SetupStep step : SetupStep.LADDER) {
        if (options.placement() == null || options.placement() == step.placement()) {
          error = attempt(calls, step, options);
          if (error == 0) {
            return new UringPlan(step, options);
          }
          if (!isWorthAnotherStep(error)) {
            break;
          }
        }
      }
    }
    if (options.placement() == Placement.IN_REGION && isWorthAnotherStep(error)) {
      throw new TransportException(
          "this kernel cannot place a ring of "
              + options.completionEntries()
              + " completion entries in the region ("
              + Errno.name(-error)
              + "): Linux 6.10 can, 6.5 to 6.9 only with 128 entries or fewer; leave the placement"
              + " open");
    }
    throw UringErrors.setupFailure(error);
  }

  /**
   * EINVAL: an unknown flag. EFAULT: memory that this kernel cannot use for a ring. Anything else
   * no flag will change.
   */
  private static boolean isWorthAnotherStep(int error) {
    return error == -Errno.EINVAL || error == -Errno.EFAULT;
  }

  /** Makes a ring and takes it down again: a kernel's version number proves nothing. */
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

  private static void requireEntries(String what, int entries, int min, int max) {
    if (Integer.bitCount(entries) != 1 || entries < min || entries > max) {
      throw new IllegalArgumentException(
          entries + " " + what + " entries: it must be a power of two from " + min + " to " + max);
    }
  }

  @Override
  public Inbound attach(Region region, Participant participant) {
    Arena arena = Arena.ofConfined();
    try {
      RingArea area = RingArea.read(region);
      boolean inRegion = region.header().placement() == Placement.IN_REGION;
      if (inRegion && area.size() > region.rings().byteSize()) {
        throw new RegionException(
            region.file()
                + " is no sound region: its ring of "
                + area.size()
                + " bytes does not fit into its rings section of "
                + region.rings().byteSize());
      }
      MemorySegment memory =
          inRegion ? region.rings() : SenderRing.map(region.header(), area.size(), arena);
      CompletionQueue completions =
          new CompletionQueue(memory, area, region.header().completionEntries());
      return new UringInbound(
          region,
          participant,
          completions,
          arena,
          inRegion ? "reads the region" : "maps the sender's ring");
    } catch (RuntimeException | Error e) {
      arena.close();
      throw e;
    }
  }
}
