/**
 * The micro-benchmarks of the allocators, run by {@code bin/bench --jmh}.
 *
 * <ul>
 *   <li>{@link hring.bench.jmh.AllocateFree} measures one allocate and one free in one thread, in
 *       nanoseconds: for a length or a mix of lengths, with a window of live blocks, freed in a
 *       chosen order. Its parameter {@code allocator} names any allocator on the module path or
 *       class path, so that an author measures one of their own: {@code bin/bench --jmh
 *       AllocateFree --module-path my.jar -p allocator=mine}. Beside it stand {@code malloc} and
 *       Netty's pool.
 *   <li>{@link hring.bench.jmh.Malloc} calls the C library's {@code malloc} and {@code free}.
 *   <li>{@link hring.bench.jmh.Sizes} draws the lengths before the measurement starts.
 * </ul>
 *
 * <p>An allocator works in a pool in the memory of one process ({@code hring.bench.LocalPool}), so
 * these figures say nothing about rings or several processes: the parent package measures those.
 *
 * <p>JMH generates classes from this package and starts them in processes of its own. It may use
 * {@code hring.api.spi.alloc} and the parent package, and no allocator by its class.
 */
package hring.bench.jmh;
