// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces;

/**
 * Is told the logits at every position of a prompt and of what is generated, the last token's own
 * position excepted: prompt length + generated - 1 rows.
 */
@FunctionalInterface
public interface LogitsListener {
  /** Tells whether a prompt's logits are wanted; computing those of a whole prompt costs time. */
  default boolean wants(int prompt) {
    return true;
  }

  /**
   * Takes the logits at one position. Positions come in ascending order.
   *
   * @param prompt which prompt, from 0
   * @param position which position, from 0
   * @param logits [V], float32; valid during the call alone
   */
  void logits(int prompt, int position, float[] logits);
}
