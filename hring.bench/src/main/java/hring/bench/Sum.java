package hring.bench;

import io.aeron.logbuffer.FragmentHandler;
import io.aeron.logbuffer.Header;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.MessageHandler;

/** Reads messages of a peer where they lie, and adds up their words. */
final class Sum implements MessageHandler, FragmentHandler {
  private long sum;

  @Override
  public void onMessage(int type, MutableDirectBuffer buffer, int index, int length) {
    sum += Payload.read(Payload.EVERYTHING, buffer.addressOffset() + index, length);
  }

  @Override
  public void onFragment(DirectBuffer buffer, int offset, int length, Header header) {
    sum += Payload.read(Payload.EVERYTHING, buffer.addressOffset() + offset, length);
  }

  void add(long value) {
    sum += value;
  }

  long take() {
    long taken = sum;
    sum = 0;
    return taken;
  }
}
