package hring.api.internal.naming;

import hring.api.spi.region.RegionName;
import java.nio.file.Path;

/**
 * A file whose name is that of a region.
 *
 * @param path the file
 * @param name what its name says
 * @param uid the user it belongs to
 * @param user that user's name
 */
public record RingFile(Path path, RegionName name, long uid, String user) {}
