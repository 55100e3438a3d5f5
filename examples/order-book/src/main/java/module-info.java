/** An order book whose processes may be killed at any instant. */
module com.example.orderbook {
  exports com.example.orderbook;

  requires transitive hring.api;
}
