package hring.api.internal.naming;

import hring.api.StreamEnd;
import hring.api.StreamState;
import hring.api.spi.region.HeaderLayout;
import hring.api.spi.region.Region;

/** Whether, and how, the sender of a region has ended. */
public final class RingEnd {
  private RingEnd() {}

  /**
   * Returns whether the sender has ended. What it submitted before may still be there: look at the
   * ring afterwards. One system call, unless it {@link #isMarked}.
   *
   * @param region its region
   * @return true if it closed the ring, gave it up, or died
   */
  public static boolean hasEnded(Region region) {
    return isMarked(region) || !region.isSenderAlive();
  }

  /**
   * Returns whether the sender has said that nothing will come any more.
   *
   * @param region its region
   * @return true if it closed the ring, or gave it up
   */
  public static boolean isMarked(Region region) {
    int state = region.state();
    return state == HeaderLayout.STATE_CLOSED || state == HeaderLayout.STATE_ABORTED;
  }

  /**
   * Returns how a ring ended. To be called when it {@link #hasEnded}.
   *
   * @param region its region
   * @return the end
   */
  public static StreamEnd of(Region region) {
    return switch (region.state()) {
      case HeaderLayout.STATE_CLOSED ->
          new StreamEnd(StreamState.SENDER_CLOSED, "the sender closed the ring");
      case HeaderLayout.STATE_ABORTED -> new StreamEnd(StreamState.ABORTED, region.abortReason());
      default ->
          new StreamEnd(
              StreamState.SENDER_DIED,
              "the sender, process "
                  + region.header().senderPid()
                  + ", ended without closing the ring");
    };
  }
}
