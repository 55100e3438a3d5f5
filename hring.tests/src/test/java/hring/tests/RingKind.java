package hring.tests;

import hring.api.Placement;
import hring.api.SenderBuilder;

/** A transport, and where it keeps its ring. */
public enum RingKind {
  /** The transport uring with its ring in the region. */
  URING("uring", Placement.IN_REGION),

  /** The transport uring with its ring in the kernel. */
  URING_IN_KERNEL("uring", Placement.IN_KERNEL),

  /** The transport shm. */
  SHM("shm", Placement.IN_REGION);

  /** The system property that names the kind of the rings, in this process and its children. */
  public static final String PROPERTY = "hring.test.ringKind";

  private final String transport;
  private final Placement placement;

  RingKind(String transport, Placement placement) {
    this.transport = transport;
    this.placement = placement;
  }

  String transport() {
    return transport;
  }

  Placement placement() {
    return placement;
  }

  /** Creates a ring of this kind. */
  SenderBuilder of(SenderBuilder ring) {
    return ring.transport(transport).placement(placement);
  }

  /** Creates a ring of the kind that {@link #PROPERTY} names, or of the default kind without it. */
  static SenderBuilder chosen(SenderBuilder ring) {
    String name = System.getProperty(PROPERTY);
    return name == null ? ring : valueOf(name).of(ring);
  }
}
