package hring.bench;

import java.io.IOException;
import java.nio.file.Path;

/** A number to and fro in two cache lines of shared memory: the limit of any round trip. */
final class SharedRoundTrip implements Workload {
  private static TwoLines lines(Path directory) throws IOException {
    return new TwoLines(directory.resolve("lines"));
  }

  @Override
  public void sideA(SideA side) throws IOException {
    side.roundTrips(lines(side.directory())::go);
  }

  @Override
  public void sideB(SideB side) throws IOException {
    TwoLines lines = lines(side.directory());
    long last = 0;
    side.ready();
    while (side.goesOn()) {
      long value = lines.answer(last);
      if (value != last) {
        side.received(1, value);
        last = value;
      }
    }
  }
}
