// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** A part of a prompt that an engine has run. */
@Name("dev.tttv2.Prefill")
@Label("Prefill")
@Category("TTTv2")
@StackTrace(false)
final class PrefillEvent extends Event {
  @Label("Request")
  String request;

  @Label("Start")
  @Description("Position of the part's first token")
  int start;

  @Label("Tokens")
  int tokens;

  @Label("Traced")
  @Description("Whether the layers were replayed; else they ran call by call")
  boolean traced;
}
