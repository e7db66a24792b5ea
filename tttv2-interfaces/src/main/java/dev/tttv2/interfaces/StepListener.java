// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces;

/**
 * Is told of every step of a {@link VLLMGenerator}, on the thread that makes them: what it does
 * must not take time. What it throws is logged and forgotten.
 */
@FunctionalInterface
public interface StepListener {
  /** Listens to nothing. */
  StepListener NONE = (step, stats) -> {};

  /**
   * Takes note of a step that has run.
   *
   * @param step the step
   * @param stats how things stand after it
   */
  void step(EngineStep step, EngineStats stats);
}
