// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.core.block;

import dev.tttv2.core.MatmulArgs;
import dev.tttv2.core.Tensor;
import dev.tttv2.core.Ttnn;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;

/** Products of activations with one weight. */
final class Projection {
  private static final int TILE = 32;

  private Projection() {}

  static UnaryOperator<Tensor> of(ProgramConfigs programs, Tensor weight, MatmulArgs args) {
    return switch (programs) {
      case AUTOMATIC -> x -> Ttnn.linear(x, weight, args);
      case TUNED -> new Tuned(weight, args);
    };
  }

  /** Decode steps and padded prompts have few numbers of rows: each is tuned once. */
  private static final class Tuned implements UnaryOperator<Tensor> {
    private final Tensor weight;
    private final MatmulArgs args;
    private final Map<Integer, MatmulArgs> byRows = new ConcurrentHashMap<>();

    Tuned(Tensor weight, MatmulArgs args) {
      this.weight = weight;
      this.args = args;
    }

    @Override
    public Tensor apply(Tensor x) {
      int rank = x.rank();
      long tiles = Math.ceilDiv(x.dim(rank - 2), (long) TILE);
      for (int i = 0; i < rank - 2; i++) {
        tiles *= x.dim(i);
      }
      Integer rows = Math.toIntExact(tiles);
      MatmulArgs tuned = byRows.get(rows);
      if (tuned == null) {
        tuned = args.tuned(x, weight);
        byRows.put(rows, tuned);
      }
      return Ttnn.linear(x, weight, tuned);
    }
  }
}
