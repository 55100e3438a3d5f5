package hring.api.internal.closing;

/**
 * Looks from outside whether a thread is in the middle of a call of a sender, a receiver or a
 * group.
 *
 * <p>{@link Thread#getStackTrace} stops the thread at a safepoint: what it wrote before is seen
 * afterwards, and the frames are those of that moment, of compiled code too.
 */
final class CallStack {
  private static final String SENDER = "hring.api.Sender";
  private static final String RECEIVER = "hring.api.Receiver";
  private static final String GROUP = "hring.api.ReceiverGroup";

  /** Puts a slice beside the address, between poll and the application's handler. */
  private static final String SLICING = "hring.api.Receiver$Slicing";

  private CallStack() {}

  /**
   * Looks at a thread.
   *
   * @param thread any thread
   * @param handling whether it is in a handler of messages, of whichever receiver: then a poll is
   *     nothing but what called the handler
   * @return false if it has ended, or runs the application's code
   */
  static boolean isInCall(Thread thread, boolean handling) {
    for (StackTraceElement frame : thread.getStackTrace()) {
      // The innermost decides: what lies further out has called the application's handler.
      switch (frame.getClassName()) {
        case SENDER -> {
          return true;
        }
        case RECEIVER, GROUP -> {
          return !handling || !frame.getMethodName().equals("poll");
        }
        case SLICING -> {
          return false;
        }
        default -> {
          // A frame of somebody else, or of a class that these call.
        }
      }
    }
    return false;
  }
}
