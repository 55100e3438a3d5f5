/**
 * Tests of hring as a whole, with real processes. What can be tested in one module is tested there;
 * allocators and transports are proven by the contracts of {@code hring.testkit}.
 *
 * <ul>
 *   <li>Messages arrive: {@code ExchangeTest}, {@code NextEntryProperties}, {@code
 *       BackpressureTest}, {@code HandlerTest}, {@code WakeTest}, {@code ParkTest}.
 *   <li>Waiting: {@code WaitTest}.
 *   <li>Receivers and senders die: {@code DeathTest}, {@code RecoveryTest}, {@code ReturnsTest},
 *       and {@code DeathStepsTest}, which lets a {@code SteppedReceiver} die after each access.
 *   <li>Closing, and who may call what: {@code CloseTest}, {@code ConfinementTest}, {@code
 *       TerminationTest}, {@code MisuseTest}.
 *   <li>Names, users, namespaces, left-overs: {@code FollowTest}, {@code LeftOverTest}, {@code
 *       UserTest}, {@code NamespaceTest}.
 *   <li>Damage: {@code CorruptedRegionProperties}, {@code NextEntryTest}.
 *   <li>Resources: {@code ResourceTest} (what runs out), {@code GarbageTest} (no objects are made).
 * </ul>
 *
 * <p>A class that extends {@code EachRingKind} or {@code EachTransport} runs once for each
 * transport and placement; its rings come from {@code TestRings.ring}. Messages are numbered
 * ({@code SequenceMessages}). Other processes are started by {@code ChildJvm} of the testkit.
 */
package hring.tests;
