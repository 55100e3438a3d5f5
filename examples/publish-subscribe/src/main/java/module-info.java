/** A publisher of prices, and its subscribers. */
module com.example.prices {
  exports com.example.prices;

  requires hring.api;
}
