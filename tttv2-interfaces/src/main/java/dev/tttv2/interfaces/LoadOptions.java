// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces;

import dev.tttv2.config.Checkpoint;
import dev.tttv2.config.DecoderConfig;
import dev.tttv2.config.LoadProgress;
import dev.tttv2.config.OptimizationConfig;
import dev.tttv2.config.WeightCache;
import java.util.Objects;

/**
 * How a model is loaded.
 *
 * @param optimizations precisions and fidelities of weights, activations and cache
 * @param cache where converted weights are kept
 * @param progress is told of every weight loaded
 * @param maxContext the longest context that will be used, in tokens; 0: the model's own. A longer
 *     one than the model's is refused by the family
 */
public record LoadOptions(
    OptimizationConfig optimizations, WeightCache cache, LoadProgress progress, int maxContext) {
  /**
   * Checks the options.
   *
   * @throws IllegalArgumentException if maxContext is negative
   * @throws NullPointerException if something is null
   */
  public LoadOptions {
    Objects.requireNonNull(optimizations, "optimizations");
    Objects.requireNonNull(cache, "cache");
    Objects.requireNonNull(progress, "progress");
    if (maxContext < 0) {
      throw new IllegalArgumentException(
          "maxContext is %d, expected 0 (the model's own) or more".formatted(maxContext));
    }
  }

  /** Returns options without progress, for the model's own context. */
  public static LoadOptions of(OptimizationConfig optimizations, WeightCache cache) {
    return new LoadOptions(optimizations, cache, LoadProgress.NONE, 0);
  }

  /** Returns a copy with another progress listener. */
  public LoadOptions withProgress(LoadProgress listener) {
    return new LoadOptions(optimizations, cache, listener, maxContext);
  }

  /**
   * Returns a copy for another longest context, in tokens; 0: the model's own.
   *
   * @throws IllegalArgumentException if it is negative
   */
  public LoadOptions withMaxContext(int tokens) {
    return new LoadOptions(optimizations, cache, progress, tokens);
  }

  /**
   * Limits a decoder's context to the one that will be used, and checks that the precisions'
   * overrides are of layers that it has.
   *
   * @param checkpoint where the description is from, for messages
   * @throws IllegalArgumentException if a longer context than the model's is wanted, or a layer
   *     does not exist; names the numbers
   */
  public DecoderConfig limit(DecoderConfig config, Checkpoint checkpoint) {
    optimizations.checkLayers(config.numLayers());
    if (maxContext > config.maxPositions()) {
      throw new IllegalArgumentException(
          "%s: a context of %d tokens is wanted, the model has at most %d"
              .formatted(checkpoint.path(), maxContext, config.maxPositions()));
    }
    return maxContext == 0
        ? config
        : config.toBuilder().source(checkpoint.path()).maxPositions(maxContext).build();
  }
}
