package hring.tests;

import hring.api.Placement;
import hring.api.spi.transport.TransportProvider;
import hring.shm.ShmProvider;
import hring.testkit.TransportContract;
import hring.uring.UringProvider;
import org.junit.jupiter.api.Nested;

/** hring's own transports keep the contract. */
class TransportContractTest {
  @Nested
  class OfShm extends TransportContract {
    @Override
    protected TransportProvider provider() {
      return new ShmProvider();
    }
  }

  @Nested
  class OfUring extends TransportContract {
    @Override
    protected TransportProvider provider() {
      return new UringProvider();
    }
  }

  @Nested
  class OfUringInKernel extends TransportContract {
    @Override
    protected TransportProvider provider() {
      return new UringProvider();
    }

    @Override
    protected Placement placement() {
      return Placement.IN_KERNEL;
    }
  }
}
