package hring.api;

import hring.api.internal.attach.Attachment;
import hring.api.internal.naming.PatternWatch;
import hring.api.internal.naming.RingFile;
import hring.api.internal.naming.RingWatch;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** Finds the rings that a group is to join, and attaches to them. Used by the group's thread. */
final class GroupJoiner {
  private static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final PatternWatch watch;
  private final long uid;
  private final WaitStrategy waitStrategy;
  private final FailurePolicy failurePolicy;
  private final GroupListener listener;

  /** When to try again to attach to a file that refused. */
  private final Map<Path, Long> retries = new HashMap<>();

  /** Whether it was told that the directory cannot be read; false again once it was read. */
  private boolean toldOfDirectory;

  GroupJoiner(ReceiverGroupBuilder options, PatternWatch watch, long uid) {
    this.watch = watch;
    this.uid = uid;
    waitStrategy = options.waitStrategy;
    failurePolicy = options.failurePolicy;
    listener = options.listener;
  }

  /**
   * Lists the files whose rings may have to be joined.
   *
   * @throws RegionException if the directory cannot be read: thrown once, until it can be read
   *     again. Meanwhile there are no candidates
   */
  List<RingFile> candidates() {
    List<RingFile> found;
    try {
      found = watch.candidates();
    } catch (RegionException e) {
      if (toldOfDirectory) {
        return List.of();
      }
      toldOfDirectory = true;
      throw e;
    }
    toldOfDirectory = false;
    if (!retries.isEmpty()) {
      retries.keySet().retainAll(found.stream().map(RingFile::path).collect(Collectors.toSet()));
    }
    return found;
  }

  /** Returns whether the ring of a candidate is open, and it is not too early to try again. */
  boolean isOpen(RingFile file, long now) {
    Long retry = retries.get(file.path());
    return (retry == null || now - retry >= 0) && watch.isOpen(file);
  }

  /** Attaches to the ring of a candidate; empty if it has ended, or refuses: that is told. */
  Optional<GroupMember> tryJoin(RingFile file, long now) {
    String ring = file.name().name();
    Receiver receiver;
    try {
      receiver =
          ReceiverBuilder.attached(
              ring, Attachment.to(file.path(), uid), waitStrategy, null, failurePolicy);
    } catch (NameException e) {
      // It has ended just now.
      return Optional.empty();
    } catch (RuntimeException e) {
      if (!RingWatch.hasEnded(file.path()) && retries.put(file.path(), now + RETRY_NANOS) == null) {
        listener.refused(ring, e);
      }
      return Optional.empty();
    }
    retries.remove(file.path());
    watch.done(file.path());
    return Optional.of(new GroupMember(ring, receiver));
  }
}
