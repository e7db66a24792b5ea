// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces;

import dev.tttv2.config.CalibratedRounding;
import dev.tttv2.config.Checkpoint;
import dev.tttv2.config.DecoderConfig;
import dev.tttv2.config.LoadProgress;
import dev.tttv2.config.TensorGroup;
import dev.tttv2.core.DataType;
import dev.tttv2.core.Device;
import dev.tttv2.core.Tensor;
import dev.tttv2.core.block.KVCache;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.locks.Lock;

/**
 * Loads decoders whose block-float weights are rounded by what their linears are given while the
 * model reads a text: they then lose less than by rounding each value to the nearest. Format and
 * speed stay the same.
 *
 * <p>Calibrated weights are cached like others, under a hash that includes the text. Where they are
 * missing, the model is loaded once more, with the weights concerned in BFLOAT16, and reads the
 * text in chunks, each by itself.
 */
public final class Calibrator {
  /** Tokens that are read together, or the model's context if that is shorter. */
  static final int CHUNK = 16 * Generator.BLOCK_SIZE;

  private final int[] ids;
  private final Set<DataType> dtypes;

  /**
   * Makes a calibrator of the weights in BFLOAT4_B, which lose most.
   *
   * @param ids the text's tokens: some ten for each input of the widest linear concerned, of the
   *     kind that the model will work on. With few of them weights are fitted to the text, the less
   *     to the model
   */
  public Calibrator(int[] ids) {
    this(ids, Set.of(DataType.BFLOAT4_B));
  }

  /**
   * Makes a calibrator.
   *
   * @param ids the text's tokens
   * @param dtypes of the weights that are calibrated; which group of tensors has them, the
   *     precisions say that the model is loaded with
   */
  public Calibrator(int[] ids, Set<DataType> dtypes) {
    this.ids = ids.clone();
    this.dtypes = Set.copyOf(dtypes);
  }

  /**
   * Loads a model with calibrated weights.
   *
   * @param family accepts the checkpoint
   * @param options as for {@link ModelFamily#load}
   * @return the model; the caller closes it
   * @throws IllegalArgumentException if the text is shorter than a chunk or has tokens outside of
   *     the vocabulary, no weight has one of the dtypes, those that have are stacked experts', or
   *     the device is a mesh
   */
  public CausalLM load(
      ModelFamily family, Checkpoint checkpoint, Device device, LoadOptions options) {
    // Read for a context of a chunk, whatever the one wanted: cached weights serve every context.
    int chunk = Math.min(CHUNK, family.config(checkpoint).maxPositions());
    LoadOptions reading = options.withMaxContext(chunk);
    DecoderConfig config = reading.limit(family.config(checkpoint), checkpoint);
    check(config, chunk);
    String inputs =
        "%s%n%s%nchunks of %d%n%s"
            .formatted(config, options.optimizations(), chunk, Arrays.toString(ids));
    try (CalibratedRounding rounding =
        new CalibratedRounding(
            dtypes,
            inputs,
            recorder -> {
              try (CausalLM model =
                  family.load(checkpoint, device, reading.withCalibration(recorder))) {
                read(model, chunk, options.progress());
              }
            })) {
      CausalLM model = family.load(checkpoint, device, options.withCalibration(rounding));
      if (rounding.weights() == 0) {
        model.close();
        throw new IllegalArgumentException(
            "%s: no weight is in %s with %s: nothing to calibrate"
                .formatted(
                    checkpoint.path(),
                    dtypes.stream().sorted().toList(),
                    options.optimizations().name()));
      }
      return model;
    }
  }

  private void check(DecoderConfig config, int chunk) {
    if (ids.length < chunk) {
      throw new IllegalArgumentException(
          "calibration text has %d tokens, expected at least %d, a chunk"
              .formatted(ids.length, chunk));
    }
    for (int i = 0; i < ids.length; i++) {
      if (ids[i] < 0 || ids[i] >= config.vocabSize()) {
        throw new IllegalArgumentException(
            "calibration text: token %d is %d, the vocabulary has %d"
                .formatted(i, ids[i], config.vocabSize()));
      }
    }
  }

  /** Reads the whole chunks; what is left over is too short to have the usual inputs. */
  private void read(CausalLM model, int chunk, LoadProgress progress) {
    Device device = model.device();
    int blocks = Math.ceilDiv(chunk, Generator.BLOCK_SIZE);
    int[] table = new int[blocks];
    Arrays.setAll(table, i -> i);
    int end = ids.length / chunk * chunk;
    // The projection to logits is given a row of a chunk only, unless it is to see all of them.
    boolean whole = dtypes.contains(model.optimizations().dtype(TensorGroup.LM_HEAD));
    Logits which = whole ? Logits.ALL : Logits.LAST;
    Lock lock = device.lock();
    lock.lock();
    try (KVCache cache = model.newCache(blocks, Generator.BLOCK_SIZE);
        Tensor pageTable = Tensor.ofInts(device, DataType.INT32, table, 1, blocks)) {
      for (int start = 0; start < end; start += chunk) {
        int[] part = Arrays.copyOfRange(ids, start, start + chunk);
        try (Tensor tokens = Tensor.ofInts(device, DataType.UINT32, part, 1, chunk)) {
          model.prefill(tokens, 0, chunk, cache, pageTable, 0, which).close();
        }
        progress.loaded("calibration text", start + chunk, end);
      }
    } finally {
      lock.unlock();
    }
  }
}
