package hring.testkit;

import hring.api.Address;
import java.util.Arrays;

/** A participant in a worker process. */
record RemoteParty(int owner, PoolWorker worker) implements Party {
  @Override
  public long allocate(long size) {
    return worker.call("allocate", size);
  }

  /** One by one: an answer of the worker is one number. */
  @Override
  public long[] allocate(long size, int count) {
    long[] addresses = new long[count];
    int next = 0;
    while (next < count && (addresses[next] = allocate(size)) != Address.NULL) {
      next++;
    }
    return Arrays.copyOf(addresses, next);
  }

  @Override
  public void free(long address) {
    worker.call("free", address);
  }

  @Override
  public void free(long[] addresses) {
    for (long address : addresses) {
      free(address);
    }
  }

  @Override
  public void transfer(long address, int from, int to) {
    worker.call("transfer", address, from, to);
  }

  @Override
  public int reclaim(int dead) {
    return (int) worker.call("reclaim", dead);
  }

  @Override
  public void flush() {
    worker.call("flush");
  }

  @Override
  public void close() {
    worker.call("close");
  }

  @Override
  public void fill(long address, long seed) {
    worker.call("fill", address, seed);
  }

  @Override
  public boolean holds(long address, long seed) {
    return worker.call("holds", address, seed) != 0;
  }

  @Override
  public long capacity(long size, long bound) {
    // All of it in the process of the party: thousands of calls take long.
    return worker.call("capacity", size, bound);
  }
}
