package hring.api.internal.attach;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Tells which file is mapped, whatever its path leads to by now. */
final class MappedFile {
  private static final Path MAPS = Path.of("/proc/self/maps");
  private static final int HEX = 16;

  private MappedFile() {}

  /**
   * Finds the inode of a mapped file.
   *
   * <p>The device, which is there too, is left out: of files on overlayfs and btrfs, stat(2) tells
   * another one.
   *
   * @param memory what is mapped, or a part of it
   * @return the inode's number
   * @throws IOException if it cannot be read, or this is no memory of a mapping
   */
  static long inode(MemorySegment memory) throws IOException {
    // proc_pid_maps(5): "start-end perms offset dev inode pathname"; the path may have any bytes.
    for (String line : Files.readString(MAPS, StandardCharsets.ISO_8859_1).split("\n", 0)) {
      String[] fields = line.split(" +", 6);
      String[] range = fields[0].split("-", 2);
      if (Long.compareUnsigned(Long.parseUnsignedLong(range[0], HEX), memory.address()) <= 0
          && Long.compareUnsigned(memory.address(), Long.parseUnsignedLong(range[1], HEX)) < 0) {
        return Long.parseUnsignedLong(fields[4]);
      }
    }
    throw new FileNotFoundException(
        "no mapping in " + MAPS + " has the address " + Long.toHexString(memory.address()));
  }
}
