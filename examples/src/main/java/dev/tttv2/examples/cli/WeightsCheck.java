// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.examples.cli;

import dev.tttv2.config.Checkpoint;
import dev.tttv2.config.CheckpointException;
import dev.tttv2.config.HostWeight;
import java.util.Arrays;
import java.util.Optional;

/** Looks for what made a model's outputs no numbers; reads all of its weights. */
final class WeightsCheck {
  /** Values decoded at once. */
  private static final long VALUES = 1 << 22;

  private WeightsCheck() {}

  /** Makes the failure for outputs that are no numbers; names the model, and a weight like them. */
  static CommandFailure failure(Checkpoint checkpoint, ArithmeticException e) {
    String cause =
        checkpoint.tensorNames().stream()
            .flatMap(name -> notFinite(checkpoint, name).stream())
            .findFirst()
            .orElse("no weight holds NaN or infinity; try a wider precision with --preset");
    return new CommandFailure("%s: %s: %s".formatted(checkpoint.path(), e.getMessage(), cause), e);
  }

  private static Optional<String> notFinite(Checkpoint checkpoint, String name) {
    HostWeight weight;
    try {
      weight = checkpoint.weight(name);
    } catch (CheckpointException e) {
      return Optional.empty(); // no numbers of a kind that weights have
    }
    long[] shape = weight.shape();
    long rows = shape[0];
    long rowValues = Arrays.stream(shape).skip(1).reduce(1, (a, b) -> a * b);
    long step = Math.max(1, VALUES / rowValues);
    for (long from = 0; from < rows; from += step) {
      for (float value : weight.rows(from, Math.min(from + step, rows)).toFloats()) {
        if (!Float.isFinite(value)) {
          return Optional.of("tensor %s holds %s".formatted(name, value));
        }
      }
    }
    return Optional.empty();
  }
}
