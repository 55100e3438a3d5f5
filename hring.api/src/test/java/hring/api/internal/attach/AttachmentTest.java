package hring.api.internal.attach;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import hring.api.NameException;
import hring.api.ProviderException;
import hring.api.RegionException;
import hring.api.internal.naming.Users;
import hring.api.spi.region.Region;
import hring.api.spi.region.RegionFixture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.StandardCopyOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class AttachmentTest {
  @Test
  void whatIsOpenHasToBelongToTheTrustedUser() throws IOException {
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

  /** The owner of a file is told by its path, and that may lead to another one by now. */
  @Test
  void theFileThatIsMappedHasToBeTheOneWhoseOwnerIsLookedAt() throws IOException {
    try (Region mapped = RegionFixture.published();
        Region other = RegionFixture.published()) {
      try {
        Attachment.requireOwner(mapped, Users.own());
        Object before = Files.getAttribute(mapped.file(), "unix:ino");
        Files.move(other.file(), mapped.file(), StandardCopyOption.REPLACE_EXISTING);
        Object after = Files.getAttribute(mapped.file(), "unix:ino");
        assertThatThrownBy(() -> Attachment.requireOwner(mapped, Users.own()))
            .isInstanceOf(NameException.class)
            .hasMessageContaining(mapped.file() + " was closed")
            .hasMessageContaining("inode " + before + " is mapped, " + after + " has the name");
        mapped.delete();
        assertThatThrownBy(() -> Attachment.requireOwner(mapped, Users.own()))
            .isInstanceOf(RegionException.class)
            .hasMessageContaining(mapped.file().toString());
      } finally {
        mapped.delete();
        other.delete();
      }
    }
  }
}
