package hring.api.internal.attach;

import hring.api.NameException;
import hring.api.RegionException;
import hring.api.TransportException;
import hring.api.internal.naming.RingDirectory;
import hring.api.internal.naming.RingWatch;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Finds the ring of a name, and of a user that is trusted: the first, and its successors. Used by
 * one thread.
 */
public final class RingLocator {
  private final RingDirectory directory;
  private final String name;
  private final long uid;
  private final boolean preTouch;
  private final RingWatch watch;

  /**
   * Creates a locator.
   *
   * @param directory where the regions lie
   * @param name the name of the ring
   * @param uid the user that it must belong to
   * @param preTouch whether to map all pages of what is attached to
   */
  public RingLocator(RingDirectory directory, String name, long uid, boolean preTouch) {
    this.directory = directory;
    this.name = name;
    this.uid = uid;
    this.preTouch = preTouch;
    watch = new RingWatch(directory, name, uid);
  }

  /**
   * Attaches to the ring.
   *
   * @return the attachment, not activated
   * @throws NameException if there is no such ring now; the message tells what there is
   */
  public Attachment attach() {
    return attach(directory.find(name, uid));
  }

  private Attachment attach(Path file) {
    try {
      Attachment attachment = Attachment.to(file, uid);
      if (preTouch) {
        attachment.preTouch();
      }
      return attachment;
    } catch (RegionException e) {
      if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
        throw e;
      }
      throw new NameException(
          "the ring '" + name + "' was closed while this receiver attached to it", e);
    }
  }

  /**
   * Attaches to the ring if there is one now. While there is none, a look costs some system calls,
   * and reads the directory only when something in it has changed.
   *
   * @return the attachment, not activated; empty if there is no such ring
   */
  public Optional<Attachment> tryAttach() {
    Optional<Path> file = watch.look();
    if (file.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(attach(file.get()));
    } catch (NameException e) {
      // Closed just now: the caller asks again.
      return Optional.empty();
    } catch (RegionException | TransportException e) {
      // So it looks, too, if the sender ends in the middle of this: what it shares is gone.
      if (RingWatch.hasEnded(file.get())) {
        return Optional.empty();
      }
      throw e;
    }
  }
}
