// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.ffm.conformance;

import java.util.Locale;

/** Why TTNN gives a call another outcome on another board. */
enum Difference {
  CORES("11 x 10 cores on Blackhole, 8 x 8 on Wormhole"),
  L1("more L1 on Blackhole, and buffers that grow with the number of cores"),
  ALIGNMENT("rows in DRAM are aligned to 64 bytes on Blackhole, to 32 on Wormhole");

  private final String text;

  Difference(String text) {
    this.text = text;
  }

  static Difference of(String name) {
    return valueOf(name.toUpperCase(Locale.ROOT));
  }

  String text() {
    return text;
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
