// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.examples.cli;

import dev.tttv2.config.Checkpoint;
import dev.tttv2.config.CheckpointException;
import dev.tttv2.config.DecoderConfig;
import dev.tttv2.config.WeightCache;
import dev.tttv2.core.Device;
import dev.tttv2.interfaces.CausalLM;
import dev.tttv2.interfaces.Encoder;
import dev.tttv2.interfaces.EncoderFamily;
import dev.tttv2.interfaces.LoadOptions;
import dev.tttv2.interfaces.MemoryFit;
import dev.tttv2.interfaces.ModelFamily;
import dev.tttv2.interfaces.ModelLoadEvent;
import dev.tttv2.interfaces.ProgressBar;
import java.util.function.Consumer;
import jdk.jfr.FlightRecorder;

/**
 * A device with a model on it, for one command.
 *
 * @param <M> the kind of model
 */
final class ModelSession<M> implements AutoCloseable {
  private final Device device;
  private final M model;
  private final Consumer<M> closing;

  private ModelSession(Device device, M model, Consumer<M> closing) {
    this.device = device;
    this.model = model;
    this.closing = closing;
  }

  /** Loads a model to a device. */
  private interface Loader<M> {
    M load(Device device, LoadOptions options);
  }

  /**
   * Opens a device and loads a decoder for the context that was asked for.
   *
   * @param checkpoint stays the caller's
   * @param calibration may name a text to calibrate weights by
   */
  static ModelSession<CausalLM> decoder(
      Checkpoint checkpoint,
      DecoderOptions options,
      CalibrationOption calibration,
      Console console) {
    ModelFamily family = ModelFamily.of(checkpoint);
    DecoderConfig config = family.config(checkpoint);
    int context = options.context(config.maxPositions());
    Loader<CausalLM> loader =
        calibration
            .calibrator(checkpoint)
            .<Loader<CausalLM>>map(
                calibrator -> (device, load) -> calibrator.load(family, checkpoint, device, load))
            .orElse((device, load) -> family.load(checkpoint, device, load));
    return open(
        checkpoint,
        options,
        console,
        (device, load) -> {
          LoadOptions limited = load.withMaxContext(context);
          DecoderConfig wanted = limited.limit(config, checkpoint);
          CheckpointException.naming(
                  checkpoint.path(), () -> MemoryFit.of(wanted, load.optimizations(), device))
              .doubt()
              .ifPresent(doubt -> console.err().println("tttv2: " + doubt));
          // Which refuses what does not fit at all.
          return loader.load(device, limited);
        },
        CausalLM::close);
  }

  /**
   * Opens a device and loads an encoder.
   *
   * @param checkpoint stays the caller's
   */
  static ModelSession<Encoder> encoder(Checkpoint checkpoint, RunOptions options, Console console) {
    EncoderFamily family = EncoderFamily.of(checkpoint);
    return open(
        checkpoint,
        options,
        console,
        (device, load) -> family.load(checkpoint, device, load),
        Encoder::close);
  }

  private static <M> ModelSession<M> open(
      Checkpoint checkpoint,
      RunOptions options,
      Console console,
      Loader<M> loader,
      Consumer<M> closing) {
    Device device = options.openDevice();
    try (ProgressBar bar = new ProgressBar(console.err(), "loading", true)) {
      LoadOptions load =
          LoadOptions.of(options.optimizations(), WeightCache.open())
              .withProgress(
                  (what, done, total) -> {
                    console.stopIfCancelled();
                    if (console.isTerminal()) {
                      bar.loaded(what, done, total);
                    }
                  });
      return new ModelSession<>(device, recorded(checkpoint, load, device, loader), closing);
    } catch (RuntimeException | Error e) {
      device.close();
      throw e;
    }
  }

  /** Loads a model, and tells JFR if something is being recorded: its first event takes long. */
  private static <M> M recorded(
      Checkpoint checkpoint, LoadOptions load, Device device, Loader<M> loader) {
    if (!FlightRecorder.isInitialized()) {
      return loader.load(device, load);
    }
    ModelLoadEvent event =
        new ModelLoadEvent(checkpoint.path().toString(), load.optimizations().name());
    event.begin();
    M model = loader.load(device, load);
    event.commit();
    return model;
  }

  /** Returns the model. */
  M model() {
    return model;
  }

  /** Frees model and device. */
  @Override
  public void close() {
    try (device) {
      closing.accept(model);
    }
  }
}
