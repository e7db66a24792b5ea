// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.core.block;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tttv2.core.DataType;
import dev.tttv2.core.Device;
import dev.tttv2.core.Goldens;
import dev.tttv2.core.LazyWeight;
import dev.tttv2.core.Safetensors;
import dev.tttv2.core.Tensor;
import dev.tttv2.core.TensorScope;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** A whole small Llama of the reference data, composed of blocks. */
final class TinyLlama implements AutoCloseable {
  /** The precisions and the rotary style of a run. */
  record Settings(DataType weights, DataType activations, DataType cache, RoPEStyle style) {
    static final Settings FLOAT32 =
        new Settings(DataType.FLOAT32, DataType.FLOAT32, DataType.FLOAT32, RoPEStyle.HALF);
    static final Settings BFLOAT16 =
        new Settings(DataType.BFLOAT16, DataType.BFLOAT16, DataType.BFLOAT16, RoPEStyle.HALF);
    static final Settings BFLOAT8 =
        new Settings(DataType.BFLOAT8_B, DataType.BFLOAT16, DataType.BFLOAT8_B, RoPEStyle.HALF);
  }

  final Device device;
  final JsonNode config;
  final Settings settings;
  final int hidden;
  final int heads;
  final int kvHeads;
  final int headDim;
  final int vocab;
  final Embedding embedding;
  final RoPE rope;
  final List<TransformerBlock> layers = new ArrayList<>();
  final RMSNorm norm;
  final LMHead head;
  private final Function<String, LazyWeight> weights;

  TinyLlama(Device device, String name, Settings settings) {
    this.device = device;
    this.settings = settings;
    Path directory = Goldens.model(name);
    try {
      config = new ObjectMapper().readTree(directory.resolve("config.json").toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    weights = weights(directory);
    hidden = number("hidden_size");
    heads = number("num_attention_heads");
    kvHeads = number("num_key_value_heads");
    headDim = number("head_dim");
    vocab = number("vocab_size");
    LazyWeight table = weights.apply("model.embed_tokens.weight");
    embedding =
        new Embedding(
            device,
            EmbeddingConfig.builder(vocab, hidden)
                .weightDtype(settings.activations())
                .build()
                .resolve(device.target()),
            table);
    rope =
        new RoPE(
            device,
            RoPEConfig.builder(headDim, number("max_position_embeddings"))
                .theta(config.get("rope_theta").asDouble())
                .scaling(scaling())
                .style(settings.style())
                .dtype(settings.activations())
                .build()
                .resolve(device.target()));
    for (int layer = 0; layer < number("num_hidden_layers"); layer++) {
      layers.add(layer(layer));
    }
    norm = norm("model.norm.weight");
    head =
        new LMHead(
            device,
            LMHeadConfig.builder(hidden, vocab)
                .weightDtype(settings.weights())
                .outputDtype(settings.activations())
                .build()
                .resolve(device.target()),
            config.get("tie_word_embeddings").asBoolean()
                ? table
                : weights.apply("lm_head.weight"));
  }

  private static Function<String, LazyWeight> weights(Path directory) {
    Path single = directory.resolve("model.safetensors");
    if (Files.exists(single)) {
      return Safetensors.read(single)::weight;
    }
    try {
      JsonNode map =
          new ObjectMapper()
              .readTree(directory.resolve("model.safetensors.index.json").toFile())
              .get("weight_map");
      return name -> Safetensors.read(directory.resolve(map.get(name).asText())).weight(name);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private RoPEScaling scaling() {
    JsonNode scaling = config.get("rope_scaling");
    if (scaling == null || scaling.isNull()) {
      return RoPEScaling.NONE;
    }
    double factor = scaling.get("factor").asDouble();
    return switch (scaling.get("rope_type").asText()) {
      case "linear" -> new RoPEScaling.Linear(factor);
      case "llama3" ->
          new RoPEScaling.Llama3(
              factor,
              scaling.get("low_freq_factor").asDouble(),
              scaling.get("high_freq_factor").asDouble(),
              scaling.get("original_max_position_embeddings").asInt());
      default -> throw new IllegalArgumentException(scaling.toString());
    };
  }

  TransformerBlock layer(int layer) {
    String prefix = "model.layers." + layer + ".";
    return new TransformerBlock(
        TransformerBlockConfig.builder(layer)
            .residualDtype(settings.activations())
            .build()
            .resolve(device.target()),
        norm(prefix + "input_layernorm.weight"),
        attention(prefix + "self_attn."),
        norm(prefix + "post_attention_layernorm.weight"),
        mlp(prefix + "mlp."));
  }

  private RMSNorm norm(String name) {
    return new RMSNorm(
        device,
        RMSNormConfig.builder(hidden)
            .epsilon((float) config.get("rms_norm_eps").asDouble())
            .weightDtype(settings.activations())
            .build()
            .resolve(device.target()),
        weights.apply(name));
  }

  private Attention attention(String prefix) {
    boolean bias = config.get("attention_bias").asBoolean();
    AttentionWeights given =
        new AttentionWeights(
            rotated(weights.apply(prefix + "q_proj.weight"), heads),
            rotated(weights.apply(prefix + "k_proj.weight"), kvHeads),
            weights.apply(prefix + "v_proj.weight"),
            weights.apply(prefix + "o_proj.weight"));
    if (bias) {
      given =
          given
              .withQkvBias(
                  rotated(weights.apply(prefix + "q_proj.bias"), heads),
                  rotated(weights.apply(prefix + "k_proj.bias"), kvHeads),
                  weights.apply(prefix + "v_proj.bias"))
              .withOutputBias(weights.apply(prefix + "o_proj.bias"));
    }
    return new Attention(
        device,
        AttentionConfig.builder(hidden, heads, kvHeads, headDim)
            .qkvBias(bias)
            .outputBias(bias)
            .ropeStyle(settings.style())
            .wqkvDtype(settings.weights())
            .woDtype(settings.weights())
            .activationDtype(settings.activations())
            .cacheDtype(settings.cache())
            .build()
            .resolve(device.target()),
        given);
  }

  /** Puts the rows of a projection into the order of the rotary style. */
  private LazyWeight rotated(LazyWeight weight, int count) {
    if (settings.style() == RoPEStyle.HALF) {
      return weight;
    }
    List<LazyWeight> rows = new ArrayList<>();
    for (int h = 0; h < count; h++) {
      for (int i = 0; i < headDim; i++) {
        long row = (long) h * headDim + i / 2 + (i % 2) * (headDim / 2);
        rows.add(weight.rows(row, row + 1));
      }
    }
    return LazyWeight.concat(rows);
  }

  private MLP mlp(String prefix) {
    boolean bias = config.get("mlp_bias").asBoolean();
    return new MLP(
        device,
        MLPConfig.builder(hidden, number("intermediate_size"))
            .activation(Activation.valueOf(config.get("hidden_act").asText().toUpperCase()))
            .bias(bias)
            .gateUpDtype(settings.weights())
            .downDtype(settings.weights())
            .activationDtype(settings.activations())
            .build()
            .resolve(device.target()),
        new MLPWeights(
            weights.apply(prefix + "gate_proj.weight"),
            weights.apply(prefix + "up_proj.weight"),
            weights.apply(prefix + "down_proj.weight"),
            bias ? weights.apply(prefix + "gate_proj.bias") : null,
            bias ? weights.apply(prefix + "up_proj.bias") : null,
            bias ? weights.apply(prefix + "down_proj.bias") : null));
  }

  int number(String field) {
    return config.get(field).asInt();
  }

  KVCache newCache(int blocks, int blockSize) {
    return new KVCache(
        device,
        new KVCacheConfig(layers.size(), kvHeads, headDim, blocks, blockSize, settings.cache()));
  }

  /** Runs a prompt or a part of it; hidden states, if wanted, are read after each layer. */
  float[] prefill(
      int[] ids, int start, KVCache cache, Tensor pageTable, int user, List<float[]> hiddenStates) {
    try (TensorScope scope = new TensorScope();
        Rotation rotation = rope.prefill(start, ids.length)) {
      PrefillStep step = new PrefillStep(rotation, cache, pageTable, user, start, ids.length);
      Tensor tokens = scope.add(Tensor.ofInts(device, DataType.UINT32, ids, 1, ids.length));
      Tensor x = scope.add(embedding.forward(tokens));
      if (hiddenStates != null) {
        hiddenStates.add(x.toFloats());
      }
      for (TransformerBlock layer : layers) {
        x = scope.add(layer.prefill(x, step));
        if (hiddenStates != null) {
          hiddenStates.add(x.toFloats());
        }
      }
      x = scope.add(norm.forward(x));
      if (hiddenStates != null) {
        hiddenStates.add(x.toFloats());
      }
      return scope.add(head.forward(x)).toFloats();
    }
  }

  /** Enqueues a decode step; the caller closes the logits [1, 1, B, V]. */
  Tensor decode(
      Tensor ids, Tensor positions, Tensor ropePositions, KVCache cache, Tensor pageTable) {
    try (TensorScope scope = new TensorScope();
        Rotation rotation = rope.decode(ropePositions)) {
      DecodeStep step = new DecodeStep(rotation, cache, pageTable, positions);
      Tensor x = scope.add(embedding.forward(ids));
      for (TransformerBlock layer : layers) {
        x = scope.add(layer.decode(x, step));
      }
      x = scope.add(norm.forward(x));
      return head.forward(x);
    }
  }

  @Override
  public void close() {
    embedding.close();
    rope.close();
    layers.forEach(TransformerBlock::close);
    norm.close();
    head.close();
  }
}
