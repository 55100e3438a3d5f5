package com.example.orderbook;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.TreeMap;

/** Matches orders by price, then by time. The same orders give the same trades. */
public final class OrderBook {
  /** What is left of the orders at each price, the best price first. */
  private final TreeMap<Long, Deque<Order>> buying = new TreeMap<>(Comparator.reverseOrder());

  private final TreeMap<Long, Deque<Order>> selling = new TreeMap<>();
  private long trades;

  /** Adds an order, and returns the trades that it makes. */
  public List<Trade> add(Order order) {
    TreeMap<Long, Deque<Order>> others = order.buys() ? selling : buying;
    List<Trade> made = new ArrayList<>();
    long left = order.quantity();
    while (left > 0 && !others.isEmpty() && accepts(order, others.firstKey())) {
      Deque<Order> best = others.firstEntry().getValue();
      Order other = best.removeFirst();
      long quantity = Math.min(left, other.quantity());
      long buy = order.buys() ? order.id() : other.id();
      long sell = order.buys() ? other.id() : order.id();
      made.add(new Trade(trades++, buy, sell, other.price(), quantity));
      left -= quantity;
      if (other.quantity() > quantity) {
        best.addFirst(rest(other, other.quantity() - quantity));
      } else if (best.isEmpty()) {
        others.pollFirstEntry();
      }
    }
    if (left > 0) {
      (order.buys() ? buying : selling)
          .computeIfAbsent(order.price(), _ -> new ArrayDeque<>())
          .addLast(rest(order, left));
    }
    return made;
  }

  private static boolean accepts(Order order, long price) {
    return order.buys() ? price <= order.price() : price >= order.price();
  }

  private static Order rest(Order order, long quantity) {
    return new Order(order.id(), order.buys(), order.price(), quantity);
  }
}
