// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.examples.cli;

import dev.tttv2.config.Checkpoint;
import dev.tttv2.config.DecoderConfig;
import dev.tttv2.config.OptimizationConfig;
import dev.tttv2.config.WeightCache;
import dev.tttv2.core.Device;
import dev.tttv2.interfaces.CausalLM;
import dev.tttv2.interfaces.LoadOptions;
import dev.tttv2.interfaces.ModelFamily;
import dev.tttv2.interfaces.ProgressBar;

/** A device with a model on it, for one command. */
final class ModelSession implements AutoCloseable {
  private final Device device;
  private final CausalLM model;
  private final int context;

  private ModelSession(Device device, CausalLM model, int context) {
    this.device = device;
    this.model = model;
    this.context = context;
  }

  /**
   * Opens a device and loads a checkpoint's model.
   *
   * @param checkpoint stays the caller's
   */
  static ModelSession open(Checkpoint checkpoint, RunOptions options, Console console) {
    OptimizationConfig optimizations = options.optimizations();
    ModelFamily family = ModelFamily.of(checkpoint);
    DecoderConfig config = family.config(checkpoint);
    int context = options.context(config.maxPositions());
    options.chooseBackend();
    Device device = Device.open(options.deviceOptions());
    try (ProgressBar bar = new ProgressBar(console.err(), "loading", true)) {
      LoadOptions load =
          LoadOptions.of(optimizations, WeightCache.open())
              .withMaxContext(context)
              .withProgress(
                  (what, done, total) -> {
                    if (console.cancellation().isCancelled()) {
                      throw CommandFailure.silent(CommandFailure.INTERRUPTED);
                    }
                    if (console.isTerminal()) {
                      bar.loaded(what, done, total);
                    }
                  });
      return new ModelSession(device, family.load(checkpoint, device, load), context);
    } catch (RuntimeException | Error e) {
      device.close();
      throw e;
    }
  }

  /** Returns the device. */
  Device device() {
    return device;
  }

  /** Returns the model. */
  CausalLM model() {
    return model;
  }

  /** Returns the longest context, in tokens. */
  int context() {
    return context;
  }

  /** Frees model and device. */
  @Override
  public void close() {
    try (device) {
      model.close();
    }
  }
}
