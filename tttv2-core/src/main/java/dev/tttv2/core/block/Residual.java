// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.core.block;

/**
 * How a sublayer f, attention or MLP, and its norms join the residual stream x.
 *
 * <pre>
 * PreNorm     x + f(norm(x))             GPT-2, Llama
 * PostNorm    norm(x + f(x))             BERT
 * OutputNorm  x + norm(f(x))             OLMo 2
 * Sandwich    x + output(f(input(x)))    Gemma 2 and 3
 * </pre>
 */
public sealed interface Residual extends AutoCloseable {
  /** x + f(norm(x)). */
  record PreNorm(Block norm) implements Residual {
    @Override
    public void close() {
      norm.close();
    }
  }

  /** norm(x + f(x)). */
  record PostNorm(Norm norm) implements Residual {
    @Override
    public void close() {
      norm.close();
    }
  }

  /** x + norm(f(x)). */
  record OutputNorm(Block norm) implements Residual {
    @Override
    public void close() {
      norm.close();
    }
  }

  /** x + output(f(input(x))). */
  record Sandwich(Block input, Block output) implements Residual {
    @Override
    public void close() {
      input.close();
      output.close();
    }
  }

  /** Closes the norms. Idempotent. */
  @Override
  void close();
}
