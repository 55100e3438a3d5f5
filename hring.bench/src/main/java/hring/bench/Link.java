package hring.bench;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ByteChannel;
import java.nio.channels.FileChannel;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** The kernel's own byte streams between two processes. */
final class Link {
  private static final String SOCKET = "socket";
  private static final String PIPE = "pipe";

  private Link() {}

  /** Accepts side B's connection. */
  static ByteChannel acceptSocket(SideA side) throws IOException {
    try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      server.bind(UnixDomainSocketAddress.of(side.directory().resolve(SOCKET)));
      side.opened();
      return server.accept();
    }
  }

  static ByteChannel connectSocket(SideB side) throws IOException {
    return SocketChannel.open(UnixDomainSocketAddress.of(side.directory().resolve(SOCKET)));
  }

  /** Creates the pipe; a named one, since the two processes share nothing but a directory. */
  static WritableByteChannel openPipe(SideA side) throws IOException, InterruptedException {
    Path pipe = side.directory().resolve(PIPE);
    int exit = new ProcessBuilder("mkfifo", pipe.toString()).inheritIO().start().waitFor();
    if (exit != 0) {
      throw new IOException("mkfifo ended with " + exit);
    }
    side.opened();
    return FileChannel.open(pipe, StandardOpenOption.WRITE);
  }

  static ReadableByteChannel openPipe(SideB side) throws IOException {
    return FileChannel.open(side.directory().resolve(PIPE), StandardOpenOption.READ);
  }
}
