// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.ffm.conformance;

import java.util.Locale;

/** A board that TTNN is asked on. */
enum Board {
  N150(1),
  N300(2),
  T3K(8),
  P150(1),
  P150X4(4);

  private final int devices;

  Board(int devices) {
    this.devices = devices;
  }

  static Board of(String name) {
    return valueOf(name.toUpperCase(Locale.ROOT));
  }

  /** Whether it has the devices for the call's mesh. */
  boolean takes(Call call) {
    return call.mesh().size() <= devices;
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
