package com.example.orderbook;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The orders that the engine has accepted, in their order. It survives the death of the process,
 * not that of the machine: for that, {@code force} would be needed after each entry.
 */
public final class Journal implements AutoCloseable {
  private final FileChannel file;
  private final Set<Long> ids = new HashSet<>();
  private final List<Order> orders = new ArrayList<>();
  private final ByteBuffer entry = ByteBuffer.allocateDirect(Order.BYTES);

  /** Opens a journal, and makes it if there is none. */
  public Journal(Path path) throws IOException {
    file =
        FileChannel.open(
            path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    long position = 0;
    while (file.read(entry.clear(), position) == Order.BYTES) {
      Order order = Order.read(MemorySegment.ofBuffer(entry.flip()));
      ids.add(order.id());
      orders.add(order);
      position += Order.BYTES;
    }
    // Whoever died while it wrote the last entry had not accepted that order.
    file.truncate(position).position(position);
  }

  /** Returns the orders that were there when it was opened. */
  public List<Order> orders() {
    return List.copyOf(orders);
  }

  /** Accepts an order; returns false if it was accepted before. */
  public boolean accept(Order order) throws IOException {
    if (!ids.add(order.id())) {
      return false;
    }
    order.write(MemorySegment.ofBuffer(entry.clear()));
    if (file.write(entry) != Order.BYTES) {
      throw new IOException("an order was cut in the journal");
    }
    return true;
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
