// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces;

import dev.tttv2.core.Tensor;

/** The part of an encoder before its layers: makes the residual stream of inputs. */
interface EncoderStem {
  /**
   * Checks inputs before any of them is run.
   *
   * @throws IllegalArgumentException if they are not what the model takes
   */
  void check(EncoderInputs inputs);

  /** Returns how many rows each input has in the output, S. */
  int rows(EncoderInputs inputs);

  /** Returns some of the inputs, which passed {@link #check}. */
  Part part(EncoderInputs inputs, int from, int to);

  /** Inputs that are run together. */
  interface Part {
    /**
     * Embeds the inputs.
     *
     * @return [B, 1, s, H], TILE, where s is at most {@link #rows}; the caller closes it
     */
    Tensor embed();

    /**
     * Makes what attention adds to its scores.
     *
     * @return [B, 1, s, s], TILE; or null if the attention's plan says all; the caller closes it
     */
    Tensor mask();

    /** Tells whether a row means something: padding does not. */
    boolean isReal(int input, int row);
  }
}
