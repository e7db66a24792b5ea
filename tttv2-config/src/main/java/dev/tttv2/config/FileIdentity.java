// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;

/**
 * What tells a file from its other versions without reading it.
 *
 * @param path its real path
 * @param version its size, inode, device, time of modification and time of change; the last cannot
 *     be set back by tools that keep modification times
 * @param changed the later of both times
 */
record FileIdentity(Path path, String version, Instant changed) {

  /** Looks a file up now. */
  static FileIdentity of(Path file) throws IOException {
    Path real = file.toRealPath();
    if (real.getFileSystem().supportedFileAttributeViews().contains("unix")) {
      Map<String, Object> a =
          Files.readAttributes(real, "unix:size,ino,dev,lastModifiedTime,ctime");
      FileTime modified = (FileTime) a.get("lastModifiedTime");
      FileTime changed = (FileTime) a.get("ctime");
      return new FileIdentity(
          real,
          "%s %s %s %s %s".formatted(a.get("size"), a.get("ino"), a.get("dev"), modified, changed),
          later(modified.toInstant(), changed.toInstant()));
    }
    BasicFileAttributes a = Files.readAttributes(real, BasicFileAttributes.class);
    return new FileIdentity(
        real,
        "%d %s %s".formatted(a.size(), a.fileKey(), a.lastModifiedTime()),
        a.lastModifiedTime().toInstant());
  }

  /**
   * Tells whether the file last changed so long ago that another change would show in its times,
   * which are only so fine.
   */
  boolean isSettled(Duration granularity) {
    return changed.plus(granularity).isBefore(Instant.now());
  }

  private static Instant later(Instant a, Instant b) {
    return a.isAfter(b) ? a : b;
  }

  /**
   * Tells whether something is there that is neither file nor directory: a pipe or a device, which
   * one would wait for.
   */
  static boolean isPipe(Path file) {
    return Files.exists(file) && !Files.isRegularFile(file) && !Files.isDirectory(file);
  }
}
