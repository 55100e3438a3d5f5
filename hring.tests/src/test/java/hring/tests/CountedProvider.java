package hring.tests;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** An allocator that counts how often each of its methods is called in this process. */
public final class CountedProvider extends WatchedSlab {
  static final Map<String, Integer> CALLS = new ConcurrentHashMap<>();

  /** For the ServiceLoader. */
  public CountedProvider() {
    super("counted");
  }

  @Override
  void before(String method) {
    CALLS.merge(method, 1, Integer::sum);
  }
}
