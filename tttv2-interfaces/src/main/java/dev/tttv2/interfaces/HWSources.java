// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces;

import java.util.Objects;

/**
 * Where the numbers of a {@link HWConfig} are from, by document and version, and which of them are
 * assumed.
 *
 * @param mesh of rows and columns of chips
 * @param cores of the cores of a chip, and of the bandwidth of its DRAM
 * @param clock of the clock
 * @param reported of what a device itself reports: grid, DRAM and L1
 * @param links of the Ethernet links
 */
public record HWSources(String mesh, String cores, String clock, String reported, String links) {
  /**
   * Checks that none is left out.
   *
   * @throws IllegalArgumentException if one is blank; names it
   */
  public HWSources {
    check("mesh", mesh);
    check("cores", cores);
    check("clock", clock);
    check("reported", reported);
    check("links", links);
  }

  private static void check(String what, String source) {
    if (Objects.requireNonNull(source, what).isBlank()) {
      throw new IllegalArgumentException("hardware: the source of %s is blank".formatted(what));
    }
  }

  /** Returns these sources with the open device as that of what it reports. */
  HWSources ofOpenDevice() {
    return new HWSources(mesh, cores, clock, "the open device", links);
  }

  /** Lists the sources on one line. */
  @Override
  public String toString() {
    return "mesh: %s; cores, bandwidth: %s; clock: %s; grid, DRAM, L1: %s; links: %s"
        .formatted(mesh, cores, clock, reported, links);
  }
}
