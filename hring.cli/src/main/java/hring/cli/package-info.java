/**
 * The command {@code hring}, a program of its own that uses hring.api alone; transports and
 * allocators are found on its module path.
 *
 * <p>One class for each subcommand, which reads its options with picocli:
 *
 * <ul>
 *   <li>{@link hring.cli.SendCommand} and {@link hring.cli.RecvCommand}: standard input and output,
 *       a line or everything read as one message.
 *   <li>{@link hring.cli.ListCommand} and {@link hring.cli.RemoveCommand}: {@code ls} and {@code
 *       rm}.
 *   <li>{@link hring.cli.DoctorCommand}: what works on this machine, tried with a second process
 *       ({@link hring.cli.RingTrials}), and why not.
 *   <li>{@link hring.cli.DemoCommand}: a sender and a receiver in two processes, with figures.
 * </ul>
 *
 * <p>Shared by them: {@link hring.cli.RingOptions} (the options of a ring), {@link
 * hring.cli.ErrorReport} (an exception as a sentence and an {@link hring.cli.ExitCode}), {@link
 * hring.cli.OptionNames} (texts of the library name methods; users know options), and {@link
 * hring.cli.Patience} (waits that end by a signal).
 *
 * <p>{@code bin/hring} starts {@link hring.cli.Main}. Standard output carries messages and results
 * alone; everything else goes to standard error.
 */
package hring.cli;
