package hring.api.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import hring.api.ProviderException;
import hring.api.RegionException;
import hring.api.spi.Region;
import hring.api.spi.RegionFixture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class AttachmentTest {
  @Test
  void whatIsOpenHasToBelongToTheTrustedUser() {
    long own = RingDirectory.ownUid();
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

  @Test
  void whatWentMeanwhileIsNotAttached() {
    try (Region region = RegionFixture.published()) {
      region.delete();
      assertThatThrownBy(() -> Attachment.to(region.file(), RingDirectory.ownUid()))
          .isInstanceOf(RegionException.class)
          .hasMessageContaining(region.file().toString());
    }
  }
}
