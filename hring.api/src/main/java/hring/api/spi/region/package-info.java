/**
 * The shared memory file of a ring: how it is made, what its bytes mean, who takes part. For
 * authors of transports, and for whoever debugs a ring; authors of allocators need none of it.
 *
 * <p>A {@link hring.api.spi.region.Region} is one file in {@code /dev/shm}, mapped by every
 * participant:
 *
 * <pre>
 *   header | participants | rings | metadata | pool
 * </pre>
 *
 * <ul>
 *   <li>The header's fields are in {@link hring.api.spi.region.HeaderLayout}; what never changes
 *       after the region got its name is read and checked once, into a {@link
 *       hring.api.spi.region.RegionHeader}.
 *   <li>{@link hring.api.spi.region.Participants} is the table of slots, one for each sender or
 *       receiver ({@link hring.api.spi.region.ParticipantLayout}); {@link
 *       hring.api.spi.region.Participant} is the own one.
 *   <li>{@link hring.api.spi.region.ClaimCursor} is the one word that receivers compete for.
 *   <li>The rings belong to the transport, the metadata to the allocator, the pool to whoever owns
 *       the block.
 * </ul>
 *
 * <p><b>Trust.</b> Whoever may write to the file may write anything into it at any time. What is
 * read from it is checked before use; damage is a {@link hring.api.RegionException}, never a crash,
 * a hang or access outside the mapping.
 *
 * <p>This package uses {@code spi.alloc} and is used by {@code spi.transport}. {@code
 * docs/layout.md} describes the same bytes for readers in other languages.
 */
package hring.api.spi.region;
