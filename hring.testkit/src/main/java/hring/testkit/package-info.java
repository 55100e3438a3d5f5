/**
 * Conformance tests for authors of allocators and transports, on JUnit 5 and jqwik; and what tests
 * of applications with several processes need.
 *
 * <p>An author writes a class of a few lines for each contract and names the provider in it:
 *
 * <ul>
 *   <li>{@link hring.testkit.AllocatorContract}: one process, random histories, damage, bad frees,
 *       other geometries, several threads.
 *   <li>{@link hring.testkit.CrashContract}: a participant is stopped or dies at each of its
 *       accesses to shared memory, while others go on.
 *   <li>{@link hring.testkit.CrossProcessContract}: real processes that are killed at random.
 *   <li>{@link hring.testkit.TransportContract}: what a transport must carry, and what it must not
 *       believe. All ends are in one process.
 * </ul>
 *
 * {@link hring.testkit.Stepping} is for scenes of an author's own. An application is tested by
 * {@link hring.testkit.CrossProcess}: workers, which are killed and stopped, and their {@link
 * hring.testkit.Ledger ledgers}.
 *
 * <p>{@code docs/writing-an-allocator.md} is the guide; {@code docs/testkit.md} lists the mistakes
 * that these contracts have been seen to catch, and says what they cannot see.
 */
package hring.testkit;
