/**
 * The system calls that hring needs besides io_uring: the only package with native access.
 *
 * <ul>
 *   <li>{@link hring.linux.Native} makes system calls, by the numbers in {@link
 *       hring.linux.SystemCall}; {@link hring.linux.NativeLibrary} links the functions of a library
 *       that may be installed, such as liburing; {@link hring.linux.NativeAccess} checks that this
 *       module may do so.
 *   <li>{@link hring.linux.Kernel}: the system calls that both ends of a ring need (futex(2),
 *       mmap(2), pidfd_getfd(2)), each returning a value or {@code -errno}.
 *   <li>{@link hring.linux.Errno}: from an error number to a sentence with cause and remedy.
 *   <li>{@link hring.linux.LinuxCalls}, {@link hring.linux.LinuxFile} and {@link
 *       hring.linux.UserNames}: files, the locks that tell who is alive, users, and wakes, as the
 *       service {@link hring.api.spi.region.SystemCalls} that hring.api needs.
 * </ul>
 *
 * <p>{@link hring.linux.transport} has what every transport needs: sleeping, waking and claiming.
 *
 * <p>The package is exported to hring's transports only: whoever may call {@link
 * hring.linux.Kernel} has the native access of this module. An application grants native access to
 * this module, {@code --enable-native-access=hring.linux}, or to {@code ALL-UNNAMED} on the class
 * path.
 */
package hring.linux;
