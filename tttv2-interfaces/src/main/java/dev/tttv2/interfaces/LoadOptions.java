// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces;

import dev.tttv2.config.Calibration;
import dev.tttv2.config.Checkpoint;
import dev.tttv2.config.CheckpointException;
import dev.tttv2.config.DecoderConfig;
import dev.tttv2.config.LoadProgress;
import dev.tttv2.config.OptimizationConfig;
import dev.tttv2.config.WeightCache;
import dev.tttv2.config.WeightLoader;
import dev.tttv2.core.Device;
import java.util.Objects;
import java.util.Optional;

/**
 * How a model is loaded.
 *
 * @param optimizations precisions and fidelities of weights, activations and cache
 * @param cache where converted weights are kept
 * @param progress is told of every weight loaded
 * @param maxContext the longest context that will be used, in tokens; 0: the model's own. A longer
 *     one than the model's is refused by the family
 * @param calibration what is done beside loading; {@link Calibrator} sets it
 */
public record LoadOptions(
    OptimizationConfig optimizations,
    WeightCache cache,
    LoadProgress progress,
    int maxContext,
    Optional<Calibration> calibration) {
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
    Objects.requireNonNull(calibration, "calibration");
    if (maxContext < 0) {
      throw new IllegalArgumentException(
          "maxContext is %d, expected 0 (the model's own) or more".formatted(maxContext));
    }
  }

  /** Makes options without a calibration. */
  public LoadOptions(
      OptimizationConfig optimizations, WeightCache cache, LoadProgress progress, int maxContext) {
    this(optimizations, cache, progress, maxContext, Optional.empty());
  }

  /** Returns options without progress, for the model's own context. */
  public static LoadOptions of(OptimizationConfig optimizations, WeightCache cache) {
    return new LoadOptions(optimizations, cache, LoadProgress.NONE, 0);
  }

  /** Returns a copy with another progress listener. */
  public LoadOptions withProgress(LoadProgress listener) {
    return new LoadOptions(optimizations, cache, listener, maxContext, calibration);
  }

  /**
   * Returns a copy for another longest context, in tokens; 0: the model's own.
   *
   * @throws IllegalArgumentException if it is negative
   */
  public LoadOptions withMaxContext(int tokens) {
    return new LoadOptions(optimizations, cache, progress, tokens, calibration);
  }

  /** Returns a copy with a step of a calibration. */
  public LoadOptions withCalibration(Calibration step) {
    return new LoadOptions(optimizations, cache, progress, maxContext, Optional.of(step));
  }

  /** Makes the loader of a model's weights. */
  public WeightLoader loader(Checkpoint checkpoint) {
    return new WeightLoader(checkpoint, cache, progress, calibration);
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

  /**
   * Limits a decoder's context as {@link #limit(DecoderConfig, Checkpoint)}, and refuses what the
   * device has no room for, before anything is loaded.
   *
   * @param checkpoint where the description is from, for messages
   * @param device will hold the model
   * @throws IllegalArgumentException likewise, or if the model cannot be resolved for the device or
   *     does not fit it; names the numbers
   */
  public DecoderConfig limit(DecoderConfig config, Checkpoint checkpoint, Device device) {
    DecoderConfig limited = limit(config, checkpoint);
    return CheckpointException.naming(
        checkpoint.path(),
        () -> {
          MemoryFit.of(limited, optimizations, device).check();
          return limited;
        });
  }
}
