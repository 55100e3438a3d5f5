package hring.cli;

import hring.api.DeathPolicy;
import hring.api.Delivery;
import hring.api.Hring;
import hring.api.Placement;
import hring.api.Sender;
import hring.api.SenderBuilder;
import hring.api.spi.region.RegionFiles;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** The options of commands that open a ring. */
final class RingOptions {
  @Option(
      names = "--allocator",
      paramLabel = "NAME[?OPTIONS]",
      description =
          "The allocator that manages the pool (default: ${DEFAULT-VALUE}), with its options if it"
              + " has some: 'mine?block=256'.")
  private String allocator = "slab";

  @Option(
      names = "--transport",
      paramLabel = "NAME[?OPTIONS]",
      description =
          "uring or shm (default: uring where the kernel can place its ring in the region, else"
              + " shm).")
  private String transport;

  @Option(
      names = "--pool",
      paramLabel = "BYTES",
      converter = ByteSize.class,
      description = "The size of the pool: 64K, 4M, 1G (default: 4M).")
  private long pool = SenderBuilder.DEFAULT_POOL_SIZE;

  @Option(
      names = "--ring-entries",
      paramLabel = "SQ[,CQ]",
      description =
          "How many words can be queued, and how many can be in flight; powers of two"
              + " (default: 64,4096).")
  private String ringEntries;

  @Option(
      names = "--max-batch",
      paramLabel = "MESSAGES",
      description =
          "How many messages travel as one completion at most (default: ${DEFAULT-VALUE}, fewer in"
              + " small pools); 1 sends each by itself. Whatever was read is sent as soon as the"
              + " input has nothing more to read.")
  private int maxBatch = SenderBuilder.DEFAULT_MAX_BATCH;

  @Option(
      names = "--max-receivers",
      paramLabel = "NUMBER",
      description =
          "How many receivers can be attached at a time, to 249 (default: ${DEFAULT-VALUE}).")
  private int maxReceivers = SenderBuilder.DEFAULT_MAX_RECEIVERS;

  @Option(
      names = "--delivery",
      paramLabel = "TO",
      converter = EnumName.OfDelivery.class,
      description =
          "Who gets a message: to-one of the receivers (the default), or to-each that is attached.")
  private Delivery delivery = Delivery.TO_ONE;

  @Option(
      names = "--evict-behind",
      paramLabel = "MESSAGES",
      description =
          "With --delivery to-each: goes on without a receiver that has so many messages left to"
              + " free; it fails then, and says how many it missed. Default: waits for the"
              + " slowest.")
  private Long evictBehind;

  @Option(
      names = "--evict-behind-bytes",
      paramLabel = "BYTES",
      converter = ByteSize.class,
      description = "The same, by the bytes of these messages.")
  private Long evictBehindBytes;

  @Option(
      names = "--on-receiver-death",
      paramLabel = "POLICY",
      converter = EnumName.OfDeathPolicy.class,
      description =
          "What becomes of the messages that a receiver had taken and not finished when it was"
              + " killed: discard (the default), or redeliver to another receiver.")
  private DeathPolicy deathPolicy = DeathPolicy.DISCARD;

  @Option(
      names = "--delivery-limit",
      paramLabel = "TIMES",
      description =
          "How often a message is handed out at most, 1 to 15 (default: ${DEFAULT-VALUE}); then it"
              + " is discarded and counted.")
  private int deliveryLimit = SenderBuilder.DEFAULT_DELIVERY_LIMIT;

  @Option(
      names = "--placement",
      paramLabel = "WHERE",
      converter = EnumName.OfPlacement.class,
      description =
          "in-region (the default) or in-kernel, where receivers need the right to trace the"
              + " sender.")
  private Placement placement = Placement.IN_REGION;

  @Option(
      names = "--mode",
      paramLabel = "rw-rw----",
      description =
          "Who may attach: the mode of the region's file; receivers read and write it"
              + " (default: rw-------).")
  private String mode;

  @Option(
      names = "--group",
      paramLabel = "GROUP",
      description = "The group that the region's file is given to.")
  private String group;

  @Option(
      names = "--allow-any-tracer",
      description =
          "In-kernel placement under Yama scope 1: lets every process of this user trace this one.")
  private boolean allowAnyTracer;

  @Option(
      names = "--pre-touch",
      description =
          "Maps every page of the pool before the first message, rather than when it is used.")
  private boolean preTouch;

  @Option(
      names = "--dir",
      paramLabel = "DIRECTORY",
      description = "The directory of the region, on a tmpfs (default: /dev/shm).")
  private Path directory = RegionFiles.SHM;

  Path directory() {
    return directory;
  }

  /** Opens the ring. */
  Sender open(String name) {
    return builder(name).open();
  }

  /** Opens the ring, and lets a process that is known already attach to it wherever it is. */
  Sender openFor(String name, long receiver) {
    SenderBuilder builder = builder(name);
    if (!allowAnyTracer) {
      builder.allowTracer(receiver);
    }
    return builder.open();
  }

  private SenderBuilder builder(String name) {
    SenderBuilder builder =
        Hring.sender(name)
            .allocator(allocator)
            .transport(transport)
            .poolSize(pool)
            .maxBatch(maxBatch)
            .maxReceivers(maxReceivers)
            .deliveryLimit(deliveryLimit)
            .delivery(delivery)
            .onReceiverDeath(deathPolicy)
            .placement(placement)
            .directory(directory);
    if (evictBehind != null) {
      builder.evictBehind(evictBehind);
    }
    if (evictBehindBytes != null) {
      builder.evictBehindBytes(evictBehindBytes);
    }
    if (ringEntries != null) {
      setRingEntries(builder);
    }
    if (mode != null) {
      builder.mode(mode);
    }
    if (group != null) {
      builder.group(group);
    }
    if (allowAnyTracer) {
      builder.allowAnyTracer();
    }
    if (preTouch) {
      builder.preTouch();
    }
    return builder;
  }

  private void setRingEntries(SenderBuilder builder) {
    String[] parts = ringEntries.split(",", -1);
    try {
      int submission = Integer.parseInt(parts[0]);
      int completion =
          parts.length > 1
              ? Integer.parseInt(parts[1])
              : Math.max(submission, SenderBuilder.DEFAULT_COMPLETION_ENTRIES);
      if (parts.length <= 2) {
        builder.ringEntries(submission, completion);
        return;
      }
    } catch (NumberFormatException e) {
      // The sentence below says what is accepted.
    }
    throw new Failure(
        ExitCode.USAGE,
        "--ring-entries " + ringEntries + " is not one or two numbers; write it like 64,4096");
  }
}
