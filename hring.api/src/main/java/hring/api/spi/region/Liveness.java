package hring.api.spi.region;

/** The result of a look at a participant's lock. */
public enum Liveness {
  /** A process holds the lock. */
  ALIVE,
  /** Nobody holds the lock: the process has ended, however that came. */
  DEAD,
  /** The look itself failed. Never a reason to take anything from anybody: look again. */
  UNKNOWN
}
