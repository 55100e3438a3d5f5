import hring.api.Address;
import hring.api.Hring;
import hring.api.Receiver;
import hring.api.Sender;
import java.lang.foreign.ValueLayout;
import java.time.Duration;

/** Sends one message with an allocator from elsewhere, as an application on the class path does. */
final class OnClassPath {
  private OnClassPath() {}

  public static void main(String[] args) {
    String name = "on-class-path-" + ProcessHandle.current().pid();
    try (Sender sender = Hring.sender(name).allocator(args[0]).open();
        Receiver receiver = Hring.receiver(name).attach()) {
      if (!sender.trySend(new byte[] {42})) {
        throw new AssertionError("a new ring of " + sender.description() + " is full");
      }
      long address = receiver.take(Duration.ofSeconds(60));
      if (address == Address.NULL
          || receiver.segment(address).get(ValueLayout.JAVA_BYTE, 0) != 42) {
        throw new AssertionError("not received by " + receiver.description());
      }
      receiver.free(address);
      System.out.println("on the class path: " + sender.description());
    }
  }
}
