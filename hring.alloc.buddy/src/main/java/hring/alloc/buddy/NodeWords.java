package hring.alloc.buddy;

import hring.api.RegionException;
import hring.api.spi.alloc.SharedMemory;
import java.lang.foreign.MemorySegment;

/** The words of the tree in shared memory, and the only class that accesses them. */
final class NodeWords {
  private final MemorySegment words;
  private final long count;

  NodeWords(MemorySegment words) {
    this.words = words;
    this.count = words.byteSize() / Long.BYTES;
  }

  /**
   * Returns a word.
   *
   * @throws RegionException if a sound tree cannot have such a word or index
   */
  long get(long index) {
    if (index >= count) {
      throw damaged("node " + index + " is split, though it has no halves");
    }
    // Partner: compareAndSet() below: a participant that finds a half free, or a word open, sees
    // everything that was written before it became so.
    long word = SharedMemory.getLongAcquire(words, index * Long.BYTES);
    if (!NodeWord.isSound(word)) {
      throw damaged(String.format("word %d is 0x%016x", index, word));
    }
    return word;
  }

  /** Replaces a word if it is as expected; returns whether it was. */
  boolean compareAndSet(long index, long expected, long value) {
    // Partner: the acquire in get(), by any participant.
    return SharedMemory.compareAndSetLong(words, index * Long.BYTES, expected, value);
  }

  /** Writes a word of a tree that nobody else sees yet. */
  void format(long index, long word) {
    // Partner: the acquire in get(), by participants that attach once the region is published.
    SharedMemory.setLongRelease(words, index * Long.BYTES, word);
  }

  long count() {
    return count;
  }

  static RegionException damaged(String what) {
    return new RegionException(
        "the buddy allocator's metadata is damaged: " + what + "; open the ring anew");
  }
}
