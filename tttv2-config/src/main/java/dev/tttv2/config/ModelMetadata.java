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
    builder
        .hiddenSize(config.requireInt("hidden_size", 1, MAX_SIZE))
        .numLayers(config.requireInt("num_hidden_layers", 1, MAX_LAYERS))
        .numHeads(config.requireInt("num_attention_heads", 1, MAX_SIZE));
    if (config.contains("intermediate_size") || !builder.hasIntermediateSize()) {
      builder.intermediateSize(config.requireInt("intermediate_size", 1, MAX_SIZE));
    }
    config.ignore("intermediate_size");
    readActivation(config, builder);
    readNorm(config, builder);
  }

  private static void readActivation(Metadata config, ModelConfig.Builder<?> builder) {
    String first = null;
    for (String name : new String[] {"hidden_activation", "hidden_act", "activation_function"}) {
      if (!config.contains(name)) {
        config.ignore(name);
        continue;
      }
      Activation activation = ACTIVATIONS.get(config.oneOf(name, "", ACTIVATIONS.keySet()));
      if (first == null) {
        first = name;
        builder.activation(activation);
      } else if (!config.requireString(first).equals(config.requireString(name))) {
        throw config.refuse(
            name,
            "is %s, but %s is %s"
                .formatted(
                    CheckpointException.quote(config.requireString(name)),
                    first,
                    CheckpointException.quote(config.requireString(first))));
      }
    }
  }

  private static void readNorm(Metadata config, ModelConfig.Builder<?> builder) {
    boolean rms = config.contains("rms_norm_eps");
    String layerNorm = config.firstOf("layer_norm_eps", "layer_norm_epsilon");
    if (rms && config.contains(layerNorm)) {
      throw config.refuse(layerNorm, "contradicts rms_norm_eps: only one can hold");
    }
    if (config.contains(layerNorm)) {
      builder
          .normKind(NormKind.LAYER_NORM)
          .normEpsilon(config.requireDouble(layerNorm, Float.MIN_NORMAL, 1));
    } else if (rms || !builder.hasNormEpsilon()) {
      builder
          .normKind(NormKind.RMS_NORM)
          .normEpsilon(config.requireDouble("rms_norm_eps", Float.MIN_NORMAL, 1));
    }
  }

  /** Refuses a field that asks for something unless it is absent or has a value that does not. */
  static void requireFalse(Metadata config, String... names) {
    for (String name : names) {
      if (config.booleanOr(name, false)) {
        throw config.refuse(name, "is true, which is not supported");
      }
    }
  }
}
