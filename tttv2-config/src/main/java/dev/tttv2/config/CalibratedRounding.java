// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.config;

import dev.tttv2.core.DataType;
import dev.tttv2.core.Device;
import dev.tttv2.core.Tensor;
import dev.tttv2.core.TensorSpec;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Rounds linears' weights to block floats by what the linears were given while a text was read. The
 * values change, the format does not: what comes out is packed and read as any other block float.
 *
 * <p>Inputs are recorded when the first weight is missing in the cache, and only then; again when
 * there was no room for those of a weight. For one model, on one thread.
 */
public final class CalibratedRounding implements Calibration, AutoCloseable {
  /** To be raised when the same inputs would give other values. */
  private static final int VERSION = 1;

  /** Bytes of the moments that are held at once; the text is read again for the others. */
  private static final long ROOM = 2L << 30;

  /** Of the inputs' mean second moment. More than GPTQ's 0.01: other texts lose less. */
  private static final double DAMPING = 0.1;

  private final Set<DataType> dtypes;
  private final String inputs;
  private final Consumer<InputRecorder> reading;
  private final long room;
  private final Set<String> done = new HashSet<>();
  private InputRecorder recorder;
  private float[] prepared;
  private final Map<DataType, CompensatedRounding> roundings = new HashMap<>();
  private int weights;

  /**
   * Makes a calibration.
   *
   * @param dtypes of the weights that are rounded so
   * @param inputs describes completely what decides the inputs of the linears: the text's tokens,
   *     how they are read, the model's description and its precisions; its weights are added
   * @param reading loads the model with the recorder for its calibration and has it read the text
   * @throws IllegalArgumentException unless the dtypes are block floats
   */
  public CalibratedRounding(Set<DataType> dtypes, String inputs, Consumer<InputRecorder> reading) {
    this(dtypes, inputs, reading, ROOM);
  }

  CalibratedRounding(
      Set<DataType> dtypes, String inputs, Consumer<InputRecorder> reading, long room) {
    this.dtypes = blockFloats(dtypes);
    this.inputs = inputs;
    this.reading = reading;
    this.room = room;
  }

  private static Set<DataType> blockFloats(Set<DataType> dtypes) {
    if (dtypes.isEmpty() || !dtypes.stream().allMatch(DataType::isBlockFloat)) {
      throw new IllegalArgumentException(
          "dtypes to calibrate are %s, expected BFLOAT4_B, BFLOAT8_B or both"
              .formatted(dtypes.stream().sorted().toList()));
    }
    return Set.copyOf(dtypes);
  }

  @Override
  public Set<DataType> dtypes() {
    return dtypes;
  }

  /** Returns how many weights were calibrated, those from the cache included. */
  public int weights() {
    return weights;
  }

  void count() {
    weights++;
  }

  /** Describes what decides the values, beside the weight itself and the model's others. */
  String recipe() {
    return "calibration %d, damping %s, %s, text %s"
        .formatted(VERSION, DAMPING, dtypes.stream().sorted().toList(), Sha256.ofText(inputs));
  }

  /**
   * Converts a weight.
   *
   * @throws IllegalArgumentException if it was not used while the text was read, or its inputs were
   *     all zeros or not finite
   */
  Tensor convert(HostWeight weight, Device device, TensorSpec spec) {
    CompensatedRounding rounding = rounding(weight, spec.dtype());
    try (Arena arena = Arena.ofShared()) {
      MemorySegment floats = arena.allocate(weight.values() * Float.BYTES, 64);
      weight.toFloats(floats);
      rounding.round(floats, weight.shape()[0]);
      return Tensor.fromHost(device, spec, DataType.FLOAT32, floats, true);
    }
  }

  private CompensatedRounding rounding(HostWeight weight, DataType dtype) {
    float[] moments =
        moments(weight.name())
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "weight %s was not used while the text was read".formatted(weight)));
    done.add(weight.name());
    if (moments != prepared) {
      roundings.clear();
      prepared = moments;
    }
    return roundings.computeIfAbsent(dtype, type -> prepare(weight, type, moments));
  }

  private Optional<float[]> moments(String weight) {
    Optional<float[]> known = recorder == null ? Optional.empty() : recorder.moments(weight);
    if (known.isPresent() || recorder != null && !recorder.leftOut()) {
      return known;
    }
    close();
    recorder = new InputRecorder(dtypes, weight, done, room);
    reading.accept(recorder);
    return recorder.moments(weight);
  }

  private static CompensatedRounding prepare(HostWeight weight, DataType dtype, float[] moments) {
    int inputs = Math.toIntExact(weight.shape()[1]);
    double sum = 0;
    for (float moment : moments) {
      sum += Math.abs(moment);
    }
    if (!(sum > 0 && sum < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "weight %s: the moments of its inputs add up to %s, expected a positive number"
              .formatted(weight, sum));
    }
    return new CompensatedRounding(dtype, moments, inputs, DAMPING);
  }

  /** Frees what is on the device. Idempotent. */
  @Override
  public void close() {
    if (recorder != null) {
      recorder.close();
    }
  }
}
