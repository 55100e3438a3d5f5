package hring.api.spi.alloc;

/**
 * An allocator that rings can be opened with. Providers are found by {@link
 * java.util.ServiceLoader}: a module says {@code provides hring.api.spi.alloc.AllocatorProvider
 * with ...}. The name is stored in the region, and participants that attach look up the same name.
 */
public interface AllocatorProvider {
  /**
   * Returns the name, for {@code Hring.sender(...).allocator(name)}.
   *
   * @return 1 to 31 characters from a-z, 0-9 and '-', starting with a letter; unique among the
   *     providers present
   */
  String name();

  /**
   * Returns a provider with the options that the opener of the ring chose. Called once before the
   * methods below, by the opener and by every participant that attaches; with {@link
   * ProviderOptions#NONE} if none were given.
   *
   * @param options the options; those of a region come from another process, which may have written
   *     anything
   * @return the provider to use: this one, or one that keeps the options in its fields
   * @throws IllegalArgumentException if one is unknown or not valid; the message names it, its
   *     value and what is allowed. A provider that does not override this refuses all
   */
  default AllocatorProvider withOptions(ProviderOptions options) {
    options.requireNone("allocator " + name());
    return this;
  }

  /**
   * Returns how much metadata this allocator needs for a pool.
   *
   * @param geometry the sizes of the pool
   * @return the size of the metadata section in bytes, 0 to 2<sup>48</sup>
   * @throws IllegalArgumentException if the pool is too small for this allocator, or too large; the
   *     message names the limit
   */
  long metadataSize(PoolGeometry geometry);

  /**
   * Writes the metadata of an empty pool. Called once, by the creator, before anybody else can see
   * the region.
   *
   * @param memory metadata of {@link #metadataSize} bytes, all zero
   */
  void format(AllocatorMemory memory);

  /**
   * Attaches a participant to a pool that was formatted by a provider of the same name, perhaps in
   * another process.
   *
   * @param memory the metadata, checked for its size only
   * @param owner the participant's number, 1 to {@link PoolGeometry#maxOwners}, or {@link
   *     Owner#NONE} for an observer
   * @return the participant's allocator, not null
   * @throws hring.api.RegionException if the metadata does not describe such a pool
   */
  Allocator attach(AllocatorMemory memory, int owner);
}
