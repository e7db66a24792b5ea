// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.config;

import dev.tttv2.core.BinaryArgs;
import dev.tttv2.core.DataType;
import dev.tttv2.core.MatmulArgs;
import dev.tttv2.core.Tensor;
import dev.tttv2.core.TensorSpec;
import dev.tttv2.core.Ttnn;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Records the second moments of what linears are given: sums of x^T x over the rows of all inputs,
 * [K, K]. They stay on the device; linears of the same input share them. The weights concerned are
 * loaded as BFLOAT16, all others as the model is configured, so that the inputs are nearly those
 * that the weights will have to do with.
 *
 * <p>When there is no room for more moments, further weights are left out, to be recorded when the
 * text is read again.
 *
 * <p>For one model, on one thread.
 */
public final class InputRecorder implements Calibration, AutoCloseable {
  private static final MatmulArgs GRAM =
      MatmulArgs.builder()
          .transposeA(true)
          .dtype(DataType.FLOAT32)
          .compute(ComputeProfile.HIFI4_FP32.config())
          .build();
  private static final BinaryArgs SUM = BinaryArgs.builder().dtype(DataType.FLOAT32).build();

  private final Set<DataType> dtypes;
  private final String first;
  private final Set<String> done;
  private final Map<String, Moments> moments = new HashMap<>();
  private long room;
  private boolean leftOut;
  private Tensor lastInput;
  private Moments last;
  private Moments read;
  private float[] values;

  /** The sum for one input, or for several linears that are given the same one. */
  private static final class Moments {
    private Tensor sum;

    void add(Tensor input) {
      Tensor gram = Ttnn.matmul(input, input, GRAM);
      if (sum == null) {
        sum = gram;
        return;
      }
      try (Tensor before = sum;
          gram) {
        sum = Ttnn.add(before, gram, SUM);
      }
    }

    void close() {
      if (sum != null) {
        sum.close();
      }
    }
  }

  /**
   * Makes a recorder.
   *
   * @param dtypes of the weights whose inputs are recorded; block floats
   * @param first the weight that is recorded in any case
   * @param done weights that are left out
   * @param room for moments, in bytes
   */
  InputRecorder(Set<DataType> dtypes, String first, Set<String> done, long room) {
    this.dtypes = dtypes;
    this.first = first;
    this.done = Set.copyOf(done);
    this.room = room;
  }

  @Override
  public Set<DataType> dtypes() {
    return dtypes;
  }

  /** Returns what a weight that is to be rounded to a spec is loaded as. */
  static TensorSpec unrounded(TensorSpec spec) {
    return new TensorSpec(DataType.BFLOAT16, spec.layout(), spec.memory(), spec.shape());
  }

  /** Records what a weight is given from now on; returns the weight. */
  Tensor record(String name, Tensor weight) {
    return weight.onLinear(input -> add(name, input));
  }

  private void add(String name, Tensor input) {
    Moments own = moments.computeIfAbsent(name, key -> begin(key, input));
    if (own == null) {
      leftOut = true;
      return;
    }
    // Gate and up, one after the other: the sum of the one has the other's input already.
    if (input == lastInput && own == last) {
      return;
    }
    own.add(input);
    lastInput = input;
    last = own;
  }

  /** Returns where a weight's inputs go; null if there is no room for them. */
  private Moments begin(String name, Tensor input) {
    boolean wanted = name.equals(first);
    if (!wanted && done.contains(name)) {
      return null;
    }
    if (input == lastInput) {
      return last;
    }
    long width = input.spec().dim(-1);
    long bytes = Float.BYTES * width * width;
    if (!wanted && bytes > room) {
      return null;
    }
    room -= bytes;
    return new Moments();
  }

  /** Tells whether weights were left out. */
  boolean leftOut() {
    return leftOut;
  }

  /**
   * Returns the second moments of what a weight was given, [K, K] row-major; the same array for
   * linears of the same input that are asked for one after the other.
   *
   * @param name the weight's
   * @return empty if it was given nothing
   */
  Optional<float[]> moments(String name) {
    Moments wanted = moments.get(name);
    if (wanted == null) {
      return Optional.empty();
    }
    if (wanted != read) {
      values = wanted.sum.toFloats();
      read = wanted;
    }
    return Optional.of(values);
  }

  /** Frees what is on the device. Idempotent. */
  @Override
  public void close() {
    moments.values().forEach(Moments::close);
  }
}
