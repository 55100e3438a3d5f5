package hring.api.spi.transport;

import hring.api.Placement;
import hring.api.TransportException;
import hring.api.spi.region.Region;

/** How a ring will be made: known before the region, because the region has to have room for it. */
public interface TransportPlan {
  /**
   * Tells where the rings will live.
   *
   * @return the placement that was asked for or found to work
   */
  Placement placement();

  /**
   * Tells how much room the rings need in the region.
   *
   * @return the size of the rings section in bytes, 0 if they live elsewhere
   */
  long ringsSize();

  /**
   * Makes the ring. The calling thread becomes the only one that may use it.
   *
   * @param region a region that nobody else sees yet, with a rings section of {@link #ringsSize}
   *     bytes, all zero
   * @return the sender's end
   * @throws TransportException if the kernel refuses; the message names the cause and the knob
   */
  Outbound open(Region region);
}
