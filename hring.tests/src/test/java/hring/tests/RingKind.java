package hring.tests;

import hring.api.Placement;
import hring.api.SenderBuilder;

/** A transport, where it keeps its ring, and whether messages are sent by copy. */
public enum RingKind {
  /** The transport uring with its ring in the region. */
  URING("uring", Placement.IN_REGION, false),

  /** The transport uring with its ring in the kernel. */
  URING_IN_KERNEL("uring", Placement.IN_KERNEL, false),

  /** The transport shm. */
  SHM("shm", Placement.IN_REGION, false),

  /** The transport uring, small messages in packs. */
  URING_SMALL("uring", Placement.IN_REGION, true),

  /** The transport shm, small messages in packs. */
  SHM_SMALL("shm", Placement.IN_REGION, true);

  /** The system property that names the kind of the rings, in this process and its children. */
  public static final String PROPERTY = "hring.test.ringKind";

  private final String transport;
  private final Placement placement;
  private final boolean small;

  RingKind(String transport, Placement placement, boolean small) {
    this.transport = transport;
    this.placement = placement;
    this.small = small;
  }

  /** The name of the transport. */
  public String transport() {
    return transport;
  }

  Placement placement() {
    return placement;
  }

  boolean isSmall() {
    return small;
  }

  /** Whether the way that {@link #PROPERTY} names sends by copy. */
  static boolean isChosenSmall() {
    String name = System.getProperty(PROPERTY);
    return name != null && valueOf(name).small;
  }

  /** Takes this way for a ring. */
  SenderBuilder of(SenderBuilder ring) {
    return ring.transport(transport).placement(placement);
  }

  /** Creates a ring of the kind that {@link #PROPERTY} names, or of the default kind without it. */
  static SenderBuilder chosen(SenderBuilder ring) {
    String name = System.getProperty(PROPERTY);
    return name == null ? ring : valueOf(name).of(ring);
  }
}
