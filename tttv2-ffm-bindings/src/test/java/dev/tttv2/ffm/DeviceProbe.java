// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.ffm;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Opens devices and closes them, one after the other: ID, or ROWSxCOLS of a mesh. */
final class DeviceProbe {
  private DeviceProbe() {}

  /** Prints a line for each: "ok", or the exception's class and message. */
  public static void main(String[] arguments) {
    for (String argument : arguments) {
      try (Arena arena = Arena.ofConfined()) {
        DeviceOptionsStruct options = DeviceOptionsStruct.allocate(arena);
        String[] sides = argument.split("x");
        if (sides.length == 2) {
          options.meshRows(Integer.parseInt(sides[0])).meshCols(Integer.parseInt(sides[1]));
        } else {
          options.deviceId(Integer.parseInt(argument));
        }
        MemorySegment device = TtnnC.deviceOpen(options.segment());
        TtnnC.deviceClose(device);
        System.out.println("ok");
      } catch (TtnnException e) {
        System.out.println(e.getClass().getSimpleName() + " " + e.getMessage());
      }
    }
  }
}
