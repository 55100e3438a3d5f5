package hring.api.internal;

import hring.api.HringException;
import hring.api.ProviderException;
import hring.api.spi.alloc.Allocator;
import hring.api.spi.alloc.AllocatorMemory;
import hring.api.spi.alloc.AllocatorProvider;
import hring.api.spi.alloc.PoolGeometry;
import hring.api.spi.alloc.ProviderOptions;
import java.util.function.Supplier;

/**
 * A provider whose mistakes are reported as its own: it may come from anybody, and what it returns
 * is checked before it is used.
 */
final class CheckedAllocatorProvider implements AllocatorProvider {
  /** More than any machine has, and far from where sums of sizes overflow. */
  private static final long MAX_METADATA = 1L << 48;

  private final AllocatorProvider provider;

  CheckedAllocatorProvider(AllocatorProvider provider) {
    this.provider = provider;
  }

  @Override
  public String name() {
    return provider.name();
  }

  @Override
  public AllocatorProvider withOptions(ProviderOptions options) {
    AllocatorProvider configured = call("withOptions()", () -> provider.withOptions(options));
    if (configured == null) {
      throw defect("withOptions() returned null", null);
    }
    return new CheckedAllocatorProvider(configured);
  }

  @Override
  public long metadataSize(PoolGeometry geometry) {
    long size = call("metadataSize()", () -> provider.metadataSize(geometry));
    if (size < 0 || size > MAX_METADATA) {
      throw defect("metadataSize() returned " + size + " for " + geometry, null);
    }
    return size;
  }

  @Override
  public void format(AllocatorMemory memory) {
    call(
        "format()",
        () -> {
          provider.format(memory);
          return true;
        });
  }

  @Override
  public Allocator attach(AllocatorMemory memory, int owner) {
    Allocator allocator = call("attach()", () -> provider.attach(memory, owner));
    if (allocator == null) {
      throw defect("attach() returned null", null);
    }
    return allocator;
  }

  private <T> T call(String method, Supplier<T> body) {
    try {
      return body.get();
    } catch (HringException | IllegalArgumentException e) {
      // The provider's contract allows these two exceptions.
      throw e;
    } catch (RuntimeException | LinkageError e) {
      throw defect(method + " threw " + e, e);
    }
  }

  private ProviderException defect(String what, Throwable cause) {
    return new ProviderException(
        "allocator '"
            + provider.name()
            + "': "
            + what
            + "; this is a defect of "
            + Providers.describe(provider)
            + ", not of hring; report it to its author",
        cause);
  }
}
