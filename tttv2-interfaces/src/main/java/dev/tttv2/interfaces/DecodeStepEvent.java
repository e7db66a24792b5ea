// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** A decode step of an engine, with reading its result and choosing the next tokens. */
@Name("dev.tttv2.DecodeStep")
@Label("Decode Step")
@Category("TTTv2")
@StackTrace(false)
final class DecodeStepEvent extends Event {
  @Label("Sequences")
  int sequences;

  @Label("Rows")
  @Description("Rows of the step, idle ones included")
  int rows;
}
