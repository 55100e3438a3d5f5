/**
 * What hring asks of the Linux kernel besides io_uring: the only package with native access.
 *
 * <ul>
 *   <li>{@link hring.linux.Kernel}: the system calls, each adapted to "value or -errno".
 *   <li>{@link hring.linux.Errno}: from an error number to a sentence with cause and remedy.
 *   <li>{@link hring.linux.Parking} and {@link hring.linux.Doorbell}: how receivers sleep on the
 *       region's wake word and how the sender wakes them, for any transport.
 *   <li>{@link hring.linux.LinuxCalls}: files, the locks that tell who is alive, and wakes, as the
 *       service {@link hring.api.spi.region.SystemCalls} that hring.api needs.
 *   <li>{@link hring.linux.NativeLibrary}: a library that may be installed, such as liburing.
 * </ul>
 *
 * <p>The package is exported to hring's transports only. An application grants native access to
 * this module, {@code --enable-native-access=hring.linux}, or to {@code ALL-UNNAMED} on the class
 * path.
 */
package hring.linux;
