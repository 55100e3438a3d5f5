package hring.cli;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import hring.api.Address;
import hring.api.Hring;
import hring.api.Receiver;
import hring.api.Sender;
import java.time.Duration;

/** The example of README.md, between the two marks; a test compares and runs it. */
final class ReadmeExample {
  private ReadmeExample() {}

  public static void main(String[] args) {
    // README begin
    try (Sender sender = Hring.sender("prices").allocator("slab").poolSize(4 << 20).open();
        Receiver receiver = Hring.receiver("prices").attach()) { // in another process as well
      long address = sender.allocate(Long.BYTES); // Address.NULL when the pool is exhausted
      sender.segment(address).set(JAVA_LONG, 0, 123);
      if (sender.tryQueue(address)) { // false when the ring is full
        sender.submit();
      }

      long taken = receiver.take(Duration.ofSeconds(1)); // Address.NULL when none came in time
      if (taken != Address.NULL) {
        System.out.println(receiver.segment(taken).get(JAVA_LONG, 0));
        receiver.free(taken);
      }
    }
    // README end
  }
}
