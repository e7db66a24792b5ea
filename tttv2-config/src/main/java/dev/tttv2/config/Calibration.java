// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.config;

import dev.tttv2.core.DataType;
import dev.tttv2.core.DeviceTarget;
import dev.tttv2.core.TensorSpec;
import java.util.Set;

/**
 * What a {@link WeightLoader} does beside loading, so that linears in block floats compute what
 * they should for inputs that were seen: first these are recorded, then the weights are rounded by
 * them. The two are steps of one calibration; which weights it is about is decided by their dtype.
 */
public sealed interface Calibration permits InputRecorder, CalibratedRounding {
  /** Returns the dtypes of the weights that it is about, BFLOAT8_B and BFLOAT4_B alone. */
  Set<DataType> dtypes();

  /**
   * Tells whether it is about a weight.
   *
   * @throws IllegalArgumentException if it would be, but the weight is no matrix, as those of
   *     experts, which are stacked, or is shared out over several devices
   */
  default boolean covers(
      HostWeight weight, DeviceTarget target, TensorSpec spec, boolean transposed) {
    if (!dtypes().contains(spec.dtype())) {
      return false;
    }
    target.requireOneDevice("calibration");
    if (!transposed || weight.shape().length != 2 || spec.rank() != 2) {
      throw new IllegalArgumentException(
          "weight %s cannot be calibrated as %s, only the [in, out] matrix of a linear can"
              .formatted(weight, spec));
    }
    return true;
  }
}
