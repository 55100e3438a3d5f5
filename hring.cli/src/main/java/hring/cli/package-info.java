/** The command hring: one class a subcommand, and what they share. */
package hring.cli;
