/**
 * The benchmark: hring between two processes, beside its peers and beside the machine's limits.
 *
 * <p>{@code bin/bench} starts {@link hring.bench.Main}, which runs each {@link hring.bench.Case} in
 * JVMs of its own, several times, in turn:
 *
 * <ul>
 *   <li>{@link hring.bench.Cases} lists the cases. Each names a {@link hring.bench.Workload}:
 *       {@code Hring*} are hring's, {@code Aeron*}, {@code Agrona*}, {@code Socket*} and {@code
 *       ByteStream} peers, {@code Nop*}, {@code Shared*}, {@code Bare*} and {@code Memcpy} limits.
 *   <li>{@link hring.bench.SideA} sends and measures, {@link hring.bench.SideB} receives or echoes.
 *       {@link hring.bench.Control} is the page by which they agree on phases.
 *   <li>{@link hring.bench.Results} collects what the runs report; {@link hring.bench.Ratios} and
 *       {@link hring.bench.Table} print medians, their ranges, and ratios within one run. {@link
 *       hring.bench.Distance} tells runs apart by how far apart the cores were.
 * </ul>
 *
 * <p>Figures of different machines or days are not compared, only ratios within one run. {@code
 * docs/performance.md} says what each case measures and what was found.
 */
package hring.bench;
