// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.examples.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** What the operating system says about this process's memory. */
final class ProcessMemory {
  private static final Path STATUS = Path.of("/proc/self/status");

  private ProcessMemory() {}

  /**
   * Returns the largest resident memory so far, in MB (10^6 bytes); NaN where the system does not
   * tell.
   */
  static double peakMegabytes() {
    return field("VmHWM:");
  }

  /** Returns the resident memory, in MB (10^6 bytes); NaN where the system does not tell. */
  static double residentMegabytes() {
    return field("VmRSS:");
  }

  private static double field(String name) {
    try {
      for (String line : Files.readString(STATUS, StandardCharsets.ISO_8859_1).split("\n")) {
        if (line.startsWith(name)) {
          // "VmHWM:    123456 kB"
          return Long.parseLong(line.substring(name.length()).trim().split(" ")[0]) * 1024 / 1e6;
        }
      }
    } catch (IOException e) {
      // not Linux
    }
    return Double.NaN;
  }
}
