package hring.testkit;

import hring.api.Address;
import hring.api.spi.alloc.Allocator;
import hring.api.spi.alloc.Owner;
import hring.api.spi.alloc.PoolGeometry;
import hring.testkit.LiveBlocks.Block;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.Tuple.Tuple2;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;

/**
 * The contract of {@link Allocator} as properties, in one process: several participants of one
 * pool, and a model of what is live. An allocator joins with a subclass that says which provider it
 * is:
 *
 * <pre>{@code
 * class MyAllocatorTest extends AllocatorContract {
 *   @Override
 *   protected AllocatorProvider provider() {
 *     return new MyProvider();
 *   }
 * }
 * }</pre>
 *
 * <p>The provider is asked for its {@linkplain Allocator#largestBlock largest block} on a pool of
 * {@link #geometry}; sizes run from 1 to {@link #largestSize}. A failure prints the shortest
 * history that jqwik found, the seed, and a command that repeats it.
 */
public abstract class AllocatorContract extends AllocatorSubject {
  private static final int MAX_STEPS = 60;

  /** For subclasses. */
  protected AllocatorContract() {}

  /**
   * Generates histories.
   *
   * @return lists of steps
   */
  @Provide
  protected Arbitrary<List<Step>> histories() {
    return Steps.histories(largestSize(), MAX_STEPS);
  }

  /**
   * Generates histories for a sixteenth of the pool.
   *
   * @return lists of steps
   */
  @Provide
  protected Arbitrary<List<Step>> smallHistories() {
    return Steps.histories(
        Math.min(largestSize(), smallSite().join().allocator().largestBlock()), MAX_STEPS);
  }

  /**
   * Generates histories and what metadata is damaged with.
   *
   * @return lists of steps, and words and where they go
   */
  @Provide
  protected Arbitrary<Tuple2<List<Step>, List<DamagedWord>>> historiesAndDamage() {
    return Combinators.combine(histories(), damage()).as(Tuple::of);
  }

  private static Arbitrary<List<DamagedWord>> damage() {
    return Combinators.combine(Arbitraries.longs(), Arbitraries.longs())
        .as(DamagedWord::new)
        .list()
        .ofMinSize(1)
        .ofMaxSize(4);
  }

  /**
   * Generates histories and addresses that nobody handed out.
   *
   * @return lists of steps, and any bits
   */
  @Provide
  protected Arbitrary<Tuple2<List<Step>, List<AnyAddress>>> historiesAndGarbage() {
    // One argument: shrinking would exchange elements of two lists.
    return Combinators.combine(histories(), garbage()).as(Tuple::of);
  }

  private static Arbitrary<List<AnyAddress>> garbage() {
    return Arbitraries.longs().map(AnyAddress::new).list().ofMinSize(2).ofMaxSize(8);
  }

  /**
   * Point 1, and the model's whole view of points 6 and 8 after each step.
   *
   * @param steps a history
   */
  @Property(tries = 60)
  public void liveBlocksNeverOverlap(@ForAll("histories") List<Step> steps) {
    check(() -> new History(site()).run(steps));
  }

  /**
   * Point 2.
   *
   * @param steps a history
   */
  @Property(tries = 30)
  public void whatIsFreedCanBeAllocatedAgain(@ForAll("histories") List<Step> steps) {
    check(
        () -> {
          LocalSite site = site();
          History history = new History(site);
          history.run(steps);
          history.freeAll();
          new PristineCheck(site(), largestSize()).check(site, history.parties());
        });
  }

  /**
   * Point 3.
   *
   * @param steps a history
   */
  @Property(tries = 30)
  public void exhaustionGivesNullAndChangesNothing(@ForAll("histories") List<Step> steps) {
    check(() -> Exhaustion.check(site(), steps, largestSize()));
  }

  /**
   * Point 3: sizes that can never fit.
   *
   * @param size any number of bytes
   */
  @Property(tries = 50)
  public void impossibleSizesAreRefused(@ForAll long size) {
    check(() -> Exhaustion.checkImpossible(site(), size));
  }

  /**
   * Point 4.
   *
   * @param history a history, and addresses that nobody handed out
   */
  @Property(tries = 40)
  public void badFreesAreRefused(
      @ForAll("historiesAndGarbage") Tuple2<List<Step>, List<AnyAddress>> history) {
    check(() -> BadFrees.check(site(), history.get1(), history.get2(), largestSize()));
  }

  /**
   * Point 4, for {@link Allocator#transfer}.
   *
   * @param steps a history
   */
  @Property(tries = 40)
  public void onlyTheOwnerTransfers(@ForAll("histories") List<Step> steps) {
    check(() -> Transfers.check(site(), steps));
  }

  /**
   * Points 1 to 4, for the methods that take many blocks at a time.
   *
   * @param steps a history
   * @param size the length of the blocks, as a number from which one that fits is made
   * @param count how many
   * @param bad which one is replaced by one that is refused
   */
  @Property(tries = 60)
  public void manyTogetherAreAsGoodAsOneByOne(
      @ForAll("histories") List<Step> steps,
      @ForAll @LongRange(max = Long.MAX_VALUE) long size,
      @ForAll @IntRange(min = 1, max = 200) int count,
      @ForAll @IntRange(max = 1000) int bad) {
    check(() -> BatchChecks.check(site(), steps, 1 + size % largestSize(), count, bad));
  }

  /**
   * Point 6.
   *
   * @param steps a history
   */
  @Property(tries = 40)
  public void reclaimIsExact(@ForAll("histories") List<Step> steps) {
    check(() -> ReclaimCheck.check(site(), steps));
  }

  /**
   * Point 7: no instance has anything that another one needs.
   *
   * @param steps a history
   */
  @Property(tries = 40)
  public void whoAttachesLaterSeesTheSame(@ForAll("histories") List<Step> steps) {
    check(
        () -> {
          LocalSite site = site();
          History history = new History(site);
          history.run(steps);
          Allocator late = site.observeAgain();
          history.referee().check(late);
          history.parties().forEach(site::kill);
          LocalParty heir = site.join();
          for (Party dead : history.parties()) {
            history.reclaim(heir, dead.owner());
          }
          history.parties().clear();
          history.parties().add(heir);
          history.freeAll();
          new PristineCheck(site(), largestSize()).check(site, history.parties());
        });
  }

  /**
   * Point 8: the figures that tell what is free.
   *
   * @param steps a history
   */
  @Property(tries = 40)
  public void theLargestFreeBlockCanBeHad(@ForAll("histories") List<Step> steps) {
    check(
        () -> {
          LocalSite site = site();
          History history = new History(site);
          history.run(steps);
          history.parties().forEach(Party::flush);
          long largest = site.observer().stats().largestFree();
          LocalParty party = (LocalParty) history.parties().getFirst();
          long limit = party.allocator().largestBlock();
          Referee.expect(true, largest <= limit, "stats().largestFree " + largest + " <= " + limit);
          if (largest > 0) {
            Block block = history.allocate(party, largest);
            Referee.expect(false, block == null, "NULL for stats().largestFree, " + largest);
          }
          history.referee().check();
        });
  }

  /**
   * The reserves of an instance are given back when it is closed; its live blocks stay.
   *
   * @param steps a history
   */
  @Property(tries = 30)
  public void closingGivesBackWhatIsHeld(@ForAll("histories") List<Step> steps) {
    check(
        () ->
            Closing.check(site(), steps, new PristineCheck(site(), largestSize()), largestSize()));
  }

  /**
   * Points 1, 2, 6 and 8 on pools of other sizes: any granule, sizes that nothing divides, up to as
   * many owners as there can be. A pool that is too small may be refused.
   *
   * @param granuleShift the binary logarithm of the granule
   * @param granules how many granules the pool has
   * @param maxOwners the greatest owner number
   * @param steps a history
   */
  @Property(tries = 60)
  public void otherPoolsWorkAsWell(
      @ForAll @IntRange(min = 3, max = 12) int granuleShift,
      @ForAll @IntRange(min = 1, max = 700) int granules,
      @ForAll @IntRange(min = 4, max = Owner.MAX) int maxOwners,
      @ForAll("histories") List<Step> steps) {
    PoolGeometry geometry =
        new PoolGeometry((long) granules << granuleShift, 1 << granuleShift, maxOwners);
    check(() -> Geometries.check(configured(), geometry, steps));
  }

  /**
   * Pools up to the largest that there can be: each gets a size of metadata or a reason.
   *
   * @param granuleShift the binary logarithm of the granule
   * @param granules how many granules the pool has
   * @param maxOwners the greatest owner number
   */
  @Property(tries = 100)
  public void metadataHasASizeOrThePoolIsRefused(
      @ForAll @IntRange(min = 3, max = 12) int granuleShift,
      @ForAll @LongRange(min = 1, max = Address.MAX_OFFSET) long granules,
      @ForAll @IntRange(min = 1, max = Owner.MAX) int maxOwners) {
    PoolGeometry geometry =
        new PoolGeometry(granules << granuleShift, 1 << granuleShift, maxOwners);
    check(() -> Geometries.metadataSize(configured(), geometry));
  }

  /** Points 1 and 2 where offsets in bytes have more than 32 bits: 5 GiB in a sparse file. */
  @Example
  public void aPoolOfManyGigabytesWorksAsWell() {
    check(() -> Geometries.checkHuge(configured()));
  }

  /** Trust: metadata that is shorter than the allocator asked for. */
  @Example
  public void tooLittleMetadataIsRefused() {
    check(() -> Geometries.checkTooLittleMetadata(configured(), geometry()));
  }

  /**
   * Trust: a few words of the metadata damaged while in use.
   *
   * @param history a history, and which words are damaged
   */
  @Property(tries = 200)
  public void damagedWordsGiveCleanExceptions(
      @ForAll("historiesAndDamage") Tuple2<List<Step>, List<DamagedWord>> history) {
    check(() -> Damage.words(configured(), site(), history.get1(), history.get2()));
  }

  /**
   * Trust: where a bit of the metadata is wrong, every operation gives a result or a clean
   * exception. Random words rarely look right; with one bit wrong they nearly do, and each word of
   * a small pool has its turn.
   *
   * @param steps a history
   * @param first where to start: in pools with much metadata some bits are left out
   */
  @Property(tries = 2)
  public void aWrongBitGivesCleanExceptions(
      @ForAll("smallHistories") List<Step> steps, @ForAll long first) {
    check(() -> Damage.bits(configured(), smallSite(), steps, first));
  }

  /**
   * Trust and point 8: metadata that is all noise is noticed.
   *
   * @param steps a history
   * @param seed of the noise
   */
  @Property(tries = 50)
  public void noiseIsNoticed(@ForAll("histories") List<Step> steps, @ForAll long seed) {
    check(() -> Damage.noise(configured(), site(), steps, seed));
  }
}
