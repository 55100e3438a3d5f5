package hring.api.internal.attach;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import hring.api.ProviderException;
import hring.api.RegionException;
import hring.api.internal.naming.Users;
import hring.api.spi.region.Region;
import hring.api.spi.region.RegionFixture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class AttachmentTest {
  @Test
  void anOpenedFileMustBelongToTheTrustedUser() {
    long own = Users.own();
    try (Region region = RegionFixture.published()) {
      try {
        assertThatThrownBy(() -> Attachment.to(region.file(), own + 1))
            .isInstanceOf(RegionException.class)
            .hasMessageContaining("belongs to uid " + own)
            .hasMessageContaining("trusts uid " + (own + 1));
        assertThat(region.participants().owners()).isEmpty();
        // It gets as far as to the transport, of which there is none.
        assertThatThrownBy(() -> Attachment.to(region.file(), own))
            .isInstanceOf(ProviderException.class);
      } finally {
        region.delete();
      }
    }
  }
}
