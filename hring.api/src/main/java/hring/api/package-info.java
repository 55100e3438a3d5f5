/** For applications: open a Sender or a Receiver with Hring. */
package hring.api;
