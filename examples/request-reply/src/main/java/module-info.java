/** A server that answers the requests of clients in other processes. */
module com.example.requestreply {
  exports com.example.requestreply;

  requires hring.api;
}
