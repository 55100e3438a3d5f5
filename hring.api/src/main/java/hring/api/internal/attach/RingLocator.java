package hring.api.internal.attach;

import hring.api.NameException;
import hring.api.RegionException;
import hring.api.internal.naming.RingDirectory;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Finds the ring of a name, and of a user that is trusted: the first, and its successors.
 *
 * @param directory where the regions lie
 * @param name the name of the ring
 * @param uid the user that it must belong to
 */
public record RingLocator(RingDirectory directory, String name, long uid) {

  /**
   * Attaches to the ring.
   *
   * @return the attachment, not activated
   * @throws NameException if there is no such ring now
   */
  public Attachment attach() {
    Path file = directory.find(name, uid);
    try {
      return Attachment.to(file, uid);
    } catch (RegionException e) {
      if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
        throw e;
      }
      throw new NameException(
          "the ring '" + name + "' was closed while this receiver attached to it", e);
    }
  }

  /**
   * Attaches to the ring if there is one now.
   *
   * @return the attachment, not activated; empty if there is no such ring
   */
  public Optional<Attachment> tryAttach() {
    try {
      return Optional.of(attach());
    } catch (NameException e) {
      // Not yet: the caller asks again.
      return Optional.empty();
    }
  }
}
