// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.core.block;

import dev.tttv2.core.BinaryArgs;
import dev.tttv2.core.DataType;
import dev.tttv2.core.MemoryConfig;
import dev.tttv2.core.Tensor;
import dev.tttv2.core.Ttnn;
import dev.tttv2.core.UnaryOp;
import java.util.function.UnaryOperator;

/** Multiplies an activated gate with an up projection, in as few operations as there are. */
interface GatedActivation {
  /** The factor of {@link Activation#QUICK_GELU}. */
  float QUICK_GELU_FACTOR = 1.702f;

  /** Returns activation(gate) * up, of their shape. */
  Tensor apply(Tensor gate, Tensor up);

  /** Chooses the operations. */
  static GatedActivation of(Activation activation, DataType dtype, MemoryConfig memory) {
    BinaryArgs.Builder args = BinaryArgs.builder().dtype(dtype).memory(memory);
    if (activation.fused().isPresent()) {
      BinaryArgs fused = args.activationA(activation.fused().get()).build();
      return (gate, up) -> Ttnn.multiply(gate, up, fused);
    }
    UnaryOperator<Tensor> composed = composed(activation, dtype, memory);
    BinaryArgs plain = args.build();
    return (gate, up) -> {
      try (Tensor activated = composed.apply(gate)) {
        return Ttnn.multiply(activated, up, plain);
      }
    };
  }

  /** Returns an activation that no operation takes along, in operations of its own. */
  static UnaryOperator<Tensor> composed(
      Activation activation, DataType dtype, MemoryConfig memory) {
    BinaryArgs.Builder args = BinaryArgs.builder().dtype(dtype).memory(memory);
    return switch (activation) {
      case RELU_SQUARED -> {
        BinaryArgs square = args.activationA(UnaryOp.RELU).activationB(UnaryOp.RELU).build();
        yield h -> Ttnn.multiply(h, h, square);
      }
      case QUICK_GELU -> {
        BinaryArgs gate = args.activationB(UnaryOp.SIGMOID).build();
        yield h -> {
          try (Tensor scaled = Ttnn.multiply(h, QUICK_GELU_FACTOR)) {
            return Ttnn.multiply(h, scaled, gate);
          }
        };
      }
      case SILU, GELU, GELU_TANH, RELU, TANH, SIGMOID ->
          throw new IllegalArgumentException(activation + " is taken along by operations");
    };
  }
}
