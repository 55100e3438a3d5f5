package hring.api;

import hring.api.spi.alloc.BlockTable;
import hring.api.spi.alloc.Owner;
import hring.api.spi.region.RegionFiles;
import hring.api.spi.region.RegionName;
import hring.api.spi.transport.BatchList;
import hring.api.spi.transport.TransportOptions;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Objects;

/** The options of a ring that is to be opened. Each has a default that suits most. */
public final class SenderBuilder {
  /** The default size of the pool: 4 MiB. */
  public static final long DEFAULT_POOL_SIZE = 4L << 20;

  /** The default number of entries that can be queued before they are submitted: 64. */
  public static final int DEFAULT_SUBMISSION_ENTRIES = 64;

  /** The default number of entries that can be in flight: 4096. */
  public static final int DEFAULT_COMPLETION_ENTRIES = 4096;

  /** The default limit of messages in a batch: 511. */
  public static final int DEFAULT_MAX_BATCH = 511;

  /** The default limit of deliveries of a message: 10. */
  public static final int DEFAULT_DELIVERY_LIMIT = 10;

  /** The default limit of receivers attached at a time: 63. */
  public static final int DEFAULT_MAX_RECEIVERS = 63;

  final String name;

  /** Null for the first that can make the ring. */
  String transport;

  String allocator = "slab";
  long poolSize = DEFAULT_POOL_SIZE;

  /** Null for what suits the pool. */
  Integer granule;

  int submissionEntries = DEFAULT_SUBMISSION_ENTRIES;
  int completionEntries = DEFAULT_COMPLETION_ENTRIES;
  int maxBatch = DEFAULT_MAX_BATCH;
  int maxReceivers = DEFAULT_MAX_RECEIVERS;
  Placement placement = Placement.IN_REGION;
  int deliveryLimit = DEFAULT_DELIVERY_LIMIT;
  DeathPolicy deathPolicy = DeathPolicy.DISCARD;
  Delivery delivery = Delivery.TO_ONE;

  /** How far a receiver may be behind before it is evicted, in messages and in bytes. */
  long maxMessages = Long.MAX_VALUE;

  long maxBytes = Long.MAX_VALUE;
  long tracer = TransportOptions.NO_TRACER;
  Duration patience = Duration.ZERO;
  boolean preTouch;
  RegionFiles files = new RegionFiles(RegionFiles.SHM, RegionFiles.USER_ONLY, null);

  SenderBuilder(String name) {
    this.name = RegionName.requireValid(name);
  }

  /**
   * Chooses the allocator.
   *
   * <table>
   * <caption>Which allocator, which limits, what it costs</caption>
   * <tr><th></th><th>"slab", the default</th><th>"buddy"</th></tr>
   * <tr><td>for</td><td>messages of every size, mixed or not</td><td>powers of two, which are then
   *     aligned to their size</td></tr>
   * <tr><td>largest message</td><td>half the pool</td><td>the largest power of two in the
   *     pool</td></tr>
   * <tr><td>rounds lengths up by</td><td>an eighth at most</td><td>up to the next power of
   *     two</td></tr>
   * <tr><td>a message may be refused although as much is free</td><td>if it is scattered</td><td>if
   *     it is scattered</td></tr>
   * <tr><td>metadata per granule of the pool</td><td>4 bytes and, for each page or 64 granules, some
   *     75 bytes</td><td>12 bytes</td></tr>
   * <tr><td>time</td><td>least; a few accesses to memory for each block, freed in order or
   *     not</td><td>about three times as much</td></tr>
   * </table>
   *
   * @param name the name of one that is present, "slab" by default; perhaps with options, as {@code
   *     "mine?block=256&reserve=4"}: at most 128 bytes of printable ASCII after the question mark.
   *     Its documentation lists them; the allocators of hring have none
   * @return this
   */
  public SenderBuilder allocator(String name) {
    allocator = name;
    return this;
  }

  /**
   * Insists on a transport. Without it, the ring gets {@code uring} where this kernel can place its
   * ring in the region, and else {@code shm}: with both, every receiver that may open the region's
   * file can attach. {@link Sender#description} says which it is, and why.
   *
   * <p>{@code shm} publishes by plain stores and makes no system call but to wake a receiver that
   * sleeps; the kernel has no part in it, so it works wherever shared memory does. It is the faster
   * one for messages that are submitted by themselves or in small numbers: on one machine an entry
   * for each message took 4.4 times as long over {@code uring}, a round trip 1.3 times, and batches
   * the same time. {@code uring} has the kernel post each entry, one system call for each {@link
   * Sender#submit}.
   *
   * @param name the name of one that is present, perhaps with options as in {@link #allocator}; the
   *     transports of hring have none
   * @return this
   */
  public SenderBuilder transport(String name) {
    transport = name;
    return this;
  }

  /**
   * Chooses the size of the pool.
   *
   * @param bytes the size in bytes, a multiple of the granule; 4 MiB by default
   * @return this
   */
  public SenderBuilder poolSize(long bytes) {
    poolSize = bytes;
    return this;
  }

  /**
   * Chooses the unit of addressing: blocks start at multiples of it. The smaller it is, the more
   * small messages share a line of the processor's cache, which makes streams of them faster; the
   * allocators' tables need 4 bytes for each granule, beside the pool.
   *
   * @param bytes a power of two from 8 to 4096; by default 16 for pools up to 64 MiB, 64 for larger
   *     ones
   * @return this
   */
  public SenderBuilder granule(int bytes) {
    granule = bytes;
    return this;
  }

  /**
   * Chooses the sizes of the ring.
   *
   * @param submission how many entries can be queued before they are submitted, a power of two; 64
   *     by default
   * @param completion how many entries can be in flight, a power of two, at least {@code
   *     submission}; 4096 by default. An entry is one message, or one batch of them
   * @return this
   */
  public SenderBuilder ringEntries(int submission, int completion) {
    submissionEntries = submission;
    completionEntries = completion;
    return this;
  }

  /**
   * Chooses how many messages may travel as one entry of the ring.
   *
   * <p>A batch does not bind its messages together: receivers claim it in pieces, as many messages
   * as they ask for.
   *
   * @param messages 1 sends each message by itself; 511 by default, 8191 at most; less is used in
   *     small pools
   * @return this
   * @throws IllegalArgumentException if it is out of range
   */
  public SenderBuilder maxBatch(int messages) {
    if (messages < 1 || messages > BatchList.MAX_MESSAGES) {
      throw new IllegalArgumentException(
          "a batch of " + messages + " messages: it must be from 1 to " + BatchList.MAX_MESSAGES);
    }
    maxBatch = messages;
    return this;
  }

  /**
   * Chooses how many receivers can be attached at a time. Each has a slot of 4352 bytes in the
   * region, and allocators keep something for each too.
   *
   * @param receivers 1 to 249; 63 by default
   * @return this
   * @throws IllegalArgumentException if it is out of range
   */
  public SenderBuilder maxReceivers(int receivers) {
    if (receivers < 1 || receivers >= Owner.MAX) {
      throw new IllegalArgumentException(
          receivers + " receivers: it must be from 1 to " + (Owner.MAX - 1));
    }
    maxReceivers = receivers;
    return this;
  }

  /**
   * Chooses what happens to messages that were handed to a receiver and not freed when it dies, or
   * when it is closed. Under either policy its blocks are reclaimed, within 200 ms after a death,
   * and messages that it had claimed and that were never handed out go to other receivers.
   *
   * @param policy {@link DeathPolicy#DISCARD} by default
   * @return this
   */
  public SenderBuilder onReceiverDeath(DeathPolicy policy) {
    deathPolicy = policy;
    return this;
  }

  /**
   * Chooses whom a message is delivered to, if several receivers are attached.
   *
   * @param delivery {@link Delivery#TO_ONE} by default
   * @return this
   */
  public SenderBuilder delivery(Delivery delivery) {
    this.delivery = Objects.requireNonNull(delivery);
    return this;
  }

  /**
   * Evicts a receiver that is too far behind, in a ring that delivers {@linkplain Delivery#TO_EACH
   * to each}: the sender goes on without it, and its next call that looks for messages throws an
   * {@link EvictedException} with the number that it missed; then it gets what is submitted from
   * there on. Messages that it had claimed are left alone until it has freed them. By default
   * nobody is evicted: the slowest receiver makes the sender wait.
   *
   * <p>What was submitted last does not count, since no receiver had time to begin it: one that has
   * freed all that was submitted before is not evicted, however large a batch ({@link #maxBatch})
   * is. So where messages go in batches, a receiver may be behind by one batch more.
   *
   * <p>If the pool or the ring is full before a receiver is so far behind, the sender has to wait
   * all the same; a receiver that frees nothing at all for 100 ms meanwhile is evicted. So both are
   * better made larger than what is allowed here and a batch more.
   *
   * @param messages how many messages that were submitted before the last submission it may have
   *     left to free, at least 1
   * @return this
   * @throws IllegalArgumentException if it is less than 1
   */
  public SenderBuilder evictBehind(long messages) {
    maxMessages = requirePositive(messages, "messages");
    return this;
  }

  /**
   * Evicts a receiver that is too far behind, as {@link #evictBehind} does. If both are chosen, the
   * one that is reached first counts.
   *
   * @param bytes how many bytes the messages may have that were submitted before the last
   *     submission, and that it has left to free, at least 1
   * @return this
   * @throws IllegalArgumentException if it is less than 1
   */
  public SenderBuilder evictBehindBytes(long bytes) {
    maxBytes = requirePositive(bytes, "bytes");
    return this;
  }

  private static long requirePositive(long limit, String unit) {
    if (limit < 1) {
      throw new IllegalArgumentException(
          "a receiver that may be " + limit + " " + unit + " behind: it must be at least 1");
    }
    return limit;
  }

  /** What does not go together is refused before anything is made. */
  void requireConsistent() {
    boolean evicts = maxMessages < Long.MAX_VALUE || maxBytes < Long.MAX_VALUE;
    if (evicts && delivery != Delivery.TO_EACH) {
      throw new IllegalArgumentException(
          "receivers are evicted only from a ring that delivers to each: choose"
              + " delivery(Delivery.TO_EACH), or leave evictBehind out");
    }
    if (deathPolicy == DeathPolicy.REDELIVER && delivery == Delivery.TO_EACH) {
      throw new IllegalArgumentException(
          "a ring that delivers to each has nobody to deliver a dead receiver's messages to, since"
              + " the others have them: leave onReceiverDeath(REDELIVER) out");
    }
  }

  /**
   * Chooses how often a message is handed out at most. If it comes back after the last delivery,
   * because its receiver died ({@link DeathPolicy#REDELIVER}) or gave it back, it is discarded and
   * counted: a message that kills its receivers does not circle for ever.
   *
   * @param times 1 to 15; 10 by default
   * @return this
   * @throws IllegalArgumentException if it is out of range
   */
  public SenderBuilder deliveryLimit(int times) {
    if (times < 1 || times > BlockTable.MAX_DELIVERIES) {
      throw new IllegalArgumentException(
          "a delivery limit of " + times + ": it must be from 1 to " + BlockTable.MAX_DELIVERIES);
    }
    deliveryLimit = times;
    return this;
  }

  /**
   * Chooses where the ring's entries live. They live in the kernel only if this asks for it: a
   * receiver then needs the right to trace the sender's process, which most systems do not give to
   * other processes.
   *
   * @param placement {@link Placement#IN_REGION} by default
   * @return this
   */
  public SenderBuilder placement(Placement placement) {
    this.placement = placement;
    return this;
  }

  /**
   * Allows one process to fetch the ring from this one where Yama restricts tracing ({@code
   * kernel.yama.ptrace_scope} 1). Only for {@link Placement#IN_KERNEL}. It is a right over this
   * whole process, see PR_SET_PTRACER in prctl(2), and only the last one given counts.
   *
   * @param pid the receiver's process id
   * @return this
   * @throws IllegalArgumentException if it is no process id
   */
  public SenderBuilder allowTracer(long pid) {
    if (pid < 1) {
      throw new IllegalArgumentException("process id " + pid + " is not positive");
    }
    tracer = pid;
    return this;
  }

  /**
   * Allows every process of this user to trace this one where Yama restricts it, as {@link
   * #allowTracer} does for one. It opens this process to debuggers too.
   *
   * @return this
   */
  public SenderBuilder allowAnyTracer() {
    tracer = TransportOptions.ANY_TRACER;
    return this;
  }

  /**
   * Chooses another directory than {@code /dev/shm}.
   *
   * @param directory a directory on a tmpfs
   * @return this
   */
  public SenderBuilder directory(Path directory) {
    files = new RegionFiles(directory, files.permissions(), files.group());
    return this;
  }

  /**
   * Chooses who may attach. A receiver needs to read and to write.
   *
   * @param permissions the mode of the region's file as ls(1) writes it, {@code "rw-------"} by
   *     default
   * @return this
   * @throws IllegalArgumentException if it is not of that form
   */
  public SenderBuilder mode(String permissions) {
    try {
      files =
          new RegionFiles(
              files.directory(), PosixFilePermissions.fromString(permissions), files.group());
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "'" + permissions + "' is no mode; write it as ls does, for instance rw-rw----", e);
    }
    return this;
  }

  /**
   * Sets the group of the region's file.
   *
   * @param group the name or the number of a group that this user is in
   * @return this
   */
  public SenderBuilder group(String group) {
    files = new RegionFiles(files.directory(), files.permissions(), group);
    return this;
  }

  /**
   * Waits while another sender has the name, as when a service is restarted and the old process has
   * not ended yet.
   *
   * @param timeout how long to wait at most; by default not at all
   * @return this
   */
  public SenderBuilder waitFor(Duration timeout) {
    patience = timeout;
    return this;
  }

  /**
   * Maps every page of the region when the ring is opened, so that no message waits for a page that
   * is used for the first time. Opening takes longer, in proportion to the pool, and the tables of
   * the pages take memory, 16 bytes for each 4 KiB of the pool. Each receiver maps pages of its
   * own: see {@link ReceiverBuilder#preTouch}.
   *
   * @return this
   */
  public SenderBuilder preTouch() {
    preTouch = true;
    return this;
  }

  /**
   * Opens the ring. The calling thread becomes the sender's thread.
   *
   * @return the sender
   * @throws IllegalArgumentException if an option is out of its range, or does not go with another
   * @throws NameException if another sender has the name, and keeps it while this one waits
   * @throws ProviderException if the transport or the allocator is not present
   * @throws TransportException if the transport is refused here
   * @throws RegionException if there is no room or no permission for the region; nothing is left
   *     behind
   * @throws WrongThreadException if the calling thread is virtual
   */
  public Sender open() {
    return new RingOpener(this, false).open();
  }

  /**
   * Opens the ring for any number of threads of this process, virtual ones included.
   *
   * @return the sender, which belongs to no thread
   * @throws IllegalArgumentException if an option is out of its range
   * @throws NameException if another sender has the name, and keeps it while this one waits
   * @throws ProviderException if the transport or the allocator is not present
   * @throws TransportException if the transport is refused here, or takes submissions from one
   *     thread only; those of hring do not
   * @throws RegionException if there is no room or no permission for the region; nothing is left
   *     behind
   */
  public ConcurrentSender openConcurrent() {
    return new ConcurrentSender(new RingOpener(this, true).open());
  }
}
