package hring.tests;

import hring.api.RegionException;

/** An allocator that finds its metadata damaged whenever it is to repair what a dead one left. */
public final class FragileProvider extends WatchedSlab {
  /** For the ServiceLoader. */
  public FragileProvider() {
    super("fragile");
  }

  @Override
  void before(String method) {
    if (method.equals("finishOperation")) {
      throw new RegionException("damaged on purpose");
    }
  }
}
