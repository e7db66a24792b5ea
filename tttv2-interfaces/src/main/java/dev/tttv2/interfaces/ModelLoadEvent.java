// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces;

import jdk.jfr.Category;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/**
 * A model that was loaded to a device. Whoever loads it begins and commits the event: {@link
 * DemoBase} and the command line do.
 */
@Name("dev.tttv2.ModelLoad")
@Label("Model Load")
@Category("TTTv2")
@StackTrace(false)
public final class ModelLoadEvent extends Event {
  @Label("Model")
  private final String model;

  @Label("Precision")
  private final String precision;

  /**
   * Makes an event that has not begun.
   *
   * @param model the checkpoint
   * @param precision the name of the precisions
   */
  public ModelLoadEvent(String model, String precision) {
    this.model = model;
    this.precision = precision;
  }
}
