package hring.api.spi.transport;

import hring.api.Placement;
import hring.api.TransportException;
import hring.api.spi.region.Region;

/**
 * How a ring will be created: decided before its region exists, because the region must have room
 * for the ring.
 */
public interface TransportPlan {
  /**
   * Returns where the ring's entries will live.
   *
   * @return the placement that was asked for or found to work
   */
  Placement placement();

  /**
   * Returns how much room the ring needs in the region.
   *
   * @return the size of the rings section in bytes, 0 if the ring lives elsewhere
   */
  long ringsSize();

  /**
   * Creates the ring. The calling thread becomes the only one that may use it.
   *
   * @param region a region that nobody else sees yet, with a rings section of {@link #ringsSize}
   *     bytes, all zero
   * @return the sender's end
   * @throws TransportException if the kernel refuses; the message names the cause and the setting
   *     that decides
   */
  Outbound open(Region region);
}
