// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.examples.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** What the operating system says about this process's memory. */
public final class ProcessMemory {
  private static final Path STATUS = Path.of("/proc/self/status");

  private ProcessMemory() {}

  /**
   * Returns the largest resident memory so far, in MB (10^6 bytes); NaN where the system does not
   * tell.
   */
  static double peakMegabytes() {
    try {
      return bytes("VmHWM:") / 1e6;
    } catch (IOException e) {
      return Double.NaN; // not Linux
    }
  }

  /**
   * Returns the resident memory in bytes.
   *
   * @throws IOException where the system does not tell
   */
  public static long residentBytes() throws IOException {
    return bytes("VmRSS:");
  }

  private static long bytes(String field) throws IOException {
    for (String line : Files.readString(STATUS, StandardCharsets.ISO_8859_1).split("\n")) {
      if (line.startsWith(field)) {
        // "VmHWM:    123456 kB"
        return Long.parseLong(line.substring(field.length()).trim().split(" ")[0]) * 1024;
      }
    }
    throw new IOException(STATUS + " has no " + field);
  }
}
