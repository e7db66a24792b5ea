// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.config;

import static java.util.Map.entry;

import dev.tttv2.core.block.Activation;
import java.util.Map;
import java.util.TreeMap;

/** Reads the fields of a config.json that models of all kinds have. */
final class ModelMetadata {
  static final int MAX_SIZE = 1 << 24;
  static final int MAX_LAYERS = 1024;
  static final int MAX_POSITIONS = 1 << 28;
  static final double MAX_SCALE = 1e9;

  private static final Map<String, Activation> ACTIVATIONS =
      new TreeMap<>(
          Map.ofEntries(
              entry("silu", Activation.SILU),
              entry("swish", Activation.SILU),
              entry("gelu", Activation.GELU),
              entry("gelu_python", Activation.GELU),
              entry("gelu_new", Activation.GELU_TANH),
              entry("gelu_fast", Activation.GELU_TANH),
              entry("gelu_pytorch_tanh", Activation.GELU_TANH),
              entry("relu", Activation.RELU),
              entry("relu2", Activation.RELU_SQUARED),
              entry("tanh", Activation.TANH),
              entry("sigmoid", Activation.SIGMOID),
              entry("quick_gelu", Activation.QUICK_GELU)));

  private ModelMetadata() {}

  static void read(Metadata config, ModelConfig.Builder<?> builder) {
    int hiddenSize = config.requireInt("hidden_size", 1, MAX_SIZE);
    int numLayers = config.requireInt("num_hidden_layers", 1, MAX_LAYERS);
    int numHeads = config.requireInt("num_attention_heads", 1, MAX_SIZE);
    builder.hiddenSize(hiddenSize).numLayers(numLayers).numHeads(numHeads);
    config.optionalInt("head_dim", 1, MAX_SIZE).ifPresent(builder::headDim);
    if (!builder.hasHeadDim()) {
      config.requireDivisor("num_attention_heads", numHeads, "hidden_size", hiddenSize);
    }
    if (config.contains("intermediate_size") || !builder.hasIntermediateSize()) {
      builder.intermediateSize(config.requireInt("intermediate_size", 1, MAX_SIZE));
    }
    readActivation(config, builder);
    readNorm(config, builder);
  }

  private static void readActivation(Metadata config, ModelConfig.Builder<?> builder) {
    if (config.contains("hidden_act")) {
      builder.activation(ACTIVATIONS.get(config.oneOf("hidden_act", "", ACTIVATIONS.keySet())));
    }
  }

  private static void readNorm(Metadata config, ModelConfig.Builder<?> builder) {
    String epsilon =
        switch (builder.normKind()) {
          case RMS_NORM -> "rms_norm_eps";
          case LAYER_NORM -> "layer_norm_eps";
        };
    if (config.contains(epsilon) || !builder.hasNormEpsilon()) {
      builder.normEpsilon(config.requireDouble(epsilon, Float.MIN_NORMAL, 1));
    }
  }
}
