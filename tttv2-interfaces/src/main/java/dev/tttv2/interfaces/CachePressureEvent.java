// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** An engine's cache was full, and sequences had to give back their blocks. */
@Name("dev.tttv2.CachePressure")
@Label("Cache Pressure")
@Category("TTTv2")
@StackTrace(false)
final class CachePressureEvent extends Event {
  @Label("Preempted")
  @Description("Sequences that gave back their blocks, and will be computed anew")
  int preempted;

  @Label("Running")
  int running;

  @Label("Waiting")
  int waiting;

  @Label("Used Blocks")
  int usedBlocks;

  @Label("Blocks")
  int blocks;
}
