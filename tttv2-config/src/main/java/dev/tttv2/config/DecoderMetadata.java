// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.config;

import dev.tttv2.core.UnaryOp;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Reads the fields that decoders of most families have under the same names. A family reads its own
 * fields beside them, changes what it sees differently in the builder, and finally asks {@link
 * Metadata#refuseUnread} whether something is left that nobody understood.
 */
public final class DecoderMetadata {
  private static final int MAX_SIZE = 1 << 24;
  private static final int MAX_LAYERS = 1024;
  private static final int MAX_POSITIONS = 1 << 28;
  private static final Map<String, UnaryOp> ACTIVATIONS =
      Map.of(
          "silu", UnaryOp.SILU,
          "swish", UnaryOp.SILU,
          "gelu", UnaryOp.GELU,
          "gelu_new", UnaryOp.GELU_TANH,
          "gelu_fast", UnaryOp.GELU_TANH,
          "gelu_pytorch_tanh", UnaryOp.GELU_TANH,
          "relu", UnaryOp.RELU);

  // Bookkeeping, training and generation: nothing here changes what a forward pass computes.
  private static final String[] WITHOUT_EFFECT = {
    "_attn_implementation",
    "_attn_implementation_autoset",
    "_name_or_path",
    "architectures",
    "attention_dropout",
    "dtype",
    "embd_pdrop",
    "hidden_dropout",
    "initializer_range",
    "model_type",
    "name_or_path",
    "output_attentions",
    "output_hidden_states",
    "pad_token_id",
    "pretraining_tp",
    "resid_pdrop",
    "tokenizer_class",
    "torch_dtype",
    "transformers_version",
    "unk_token_id",
    "use_cache"
  };

  private DecoderMetadata() {}

  /**
   * Reads the common fields of either format.
   *
   * @param tiedByDefault whether the projection to logits is the token embedding in a config.json
   *     that does not say so; in a GGUF it is where there is no {@code output.weight}
   * @throws CheckpointException if a field is missing or wrong
   */
  public static DecoderConfig.Builder read(Checkpoint checkpoint, boolean tiedByDefault) {
    return switch (checkpoint) {
      case HuggingFaceCheckpoint hf ->
          huggingFace(hf.metadata(), hf.generationMetadata(), tiedByDefault);
      case GgufCheckpoint gguf ->
          gguf(gguf.metadata(), !gguf.tensorNames().contains("output.weight"));
    };
  }

  /**
   * Reads the common fields of a config.json.
   *
   * @param generation the fields of generation_config.json, whose end tokens count more
   * @param tiedByDefault whether the projection to logits is the token embedding if the file does
   *     not say so
   * @throws CheckpointException if a field is missing or wrong
   */
  public static DecoderConfig.Builder huggingFace(
      Metadata config, Optional<Metadata> generation, boolean tiedByDefault) {
    config.ignore(WITHOUT_EFFECT);
    RoPEMetadata rope = RoPEMetadata.huggingFace(config);
    if (rope.rotaryFraction() != 1) {
      throw config.refuse(
          "partial_rotary_factor",
          "is %s: heads that are rotated in part are not supported"
              .formatted(rope.rotaryFraction()));
    }
    int vocabSize = config.requireInt("vocab_size", 1, MAX_SIZE);
    List<Integer> configEos = config.intOrInts("eos_token_id", 0, vocabSize - 1);
    List<Integer> eos =
        generation
            .map(g -> g.intOrInts("eos_token_id", 0, vocabSize - 1))
            .filter(ids -> !ids.isEmpty())
            .orElse(configEos);
    DecoderConfig.Builder builder =
        DecoderConfig.builder()
            .source(config.file())
            .vocabSize(vocabSize)
            .hiddenSize(config.requireInt("hidden_size", 1, MAX_SIZE))
            .intermediateSize(config.requireInt("intermediate_size", 1, MAX_SIZE))
            .numLayers(config.requireInt("num_hidden_layers", 1, MAX_LAYERS))
            .numHeads(config.requireInt("num_attention_heads", 1, MAX_SIZE))
            .maxPositions(config.requireInt("max_position_embeddings", 1, MAX_POSITIONS))
            .normEpsilon(config.requireDouble("rms_norm_eps", Float.MIN_NORMAL, 1))
            .activation(activation(config))
            .ropeTheta(rope.theta())
            .ropeScaling(rope.scaling())
            .tiedEmbeddings(config.booleanOr("tie_word_embeddings", tiedByDefault))
            .attentionBias(config.booleanOr("attention_bias", false))
            .mlpBias(config.booleanOr("mlp_bias", false))
            .eosTokenIds(eos);
    config.optionalInt("num_key_value_heads", 1, MAX_SIZE).ifPresent(builder::numKvHeads);
    config.optionalInt("head_dim", 1, MAX_SIZE).ifPresent(builder::headDim);
    config.optionalInt("bos_token_id", 0, vocabSize - 1).ifPresent(builder::bosTokenId);
    return builder;
  }

  /**
   * Reads the common fields of a GGUF. Everything under {@code general.} and {@code tokenizer.}
   * counts as read.
   *
   * @param tied whether the projection to logits is the token embedding
   * @throws CheckpointException if a field is missing or wrong
   */
  public static DecoderConfig.Builder gguf(Metadata metadata, boolean tied) {
    Metadata fields = metadata.scope(metadata.requireString("general.architecture") + ".");
    metadata.ignoreUnder("general.");
    metadata.ignoreUnder("tokenizer.");
    int hiddenSize = fields.requireInt("embedding_length", 1, MAX_SIZE);
    int numHeads = fields.requireInt("attention.head_count", 1, MAX_SIZE);
    int headDim =
        fields.intOr("attention.key_length", Math.max(hiddenSize / numHeads, 1), 1, MAX_SIZE);
    int valueDim = fields.intOr("attention.value_length", headDim, 1, MAX_SIZE);
    if (valueDim != headDim) {
      throw fields.refuse(
          "attention.value_length",
          "is %d, but keys have %d: heads of two widths are not supported"
              .formatted(valueDim, headDim));
    }
    RoPEMetadata rope = RoPEMetadata.gguf(fields, headDim);
    if (rope.rotaryFraction() != 1) {
      throw fields.refuse(
          "rope.dimension_count",
          "is %.0f of a head's %d: heads that are rotated in part are not supported"
              .formatted(rope.rotaryFraction() * headDim, headDim));
    }
    int vocabSize =
        metadata.contains("tokenizer.ggml.tokens")
            ? metadata.size("tokenizer.ggml.tokens")
            : fields.requireInt("vocab_size", 1, MAX_SIZE);
    fields.ignore("vocab_size");
    DecoderConfig.Builder builder =
        DecoderConfig.builder()
            .source(metadata.file())
            .vocabSize(vocabSize)
            .hiddenSize(hiddenSize)
            .intermediateSize(fields.requireInt("feed_forward_length", 1, MAX_SIZE))
            .numLayers(fields.requireInt("block_count", 1, MAX_LAYERS))
            .numHeads(numHeads)
            .headDim(headDim)
            .maxPositions(fields.requireInt("context_length", 1, MAX_POSITIONS))
            .normEpsilon(
                fields.requireDouble("attention.layer_norm_rms_epsilon", Float.MIN_NORMAL, 1))
            .ropeTheta(rope.theta())
            .ropeScaling(rope.scaling())
            .tiedEmbeddings(tied)
            .eosTokenIds(endTokens(metadata, vocabSize));
    fields.optionalInt("attention.head_count_kv", 1, MAX_SIZE).ifPresent(builder::numKvHeads);
    if (vocabSize > 0) {
      metadata
          .optionalInt("tokenizer.ggml.bos_token_id", 0, vocabSize - 1)
          .ifPresent(builder::bosTokenId);
    }
    return builder;
  }

  private static UnaryOp activation(Metadata config) {
    String name = config.contains("hidden_act") ? "hidden_act" : "hidden_activation";
    return ACTIVATIONS.get(config.oneOf(name, "silu", ACTIVATIONS.keySet()));
  }

  // The end of a text, of a turn and of a message are tokens of their own in some files.
  private static List<Integer> endTokens(Metadata metadata, int vocabSize) {
    Set<Integer> ids = new LinkedHashSet<>();
    for (String name : List.of("eos", "eot", "eom")) {
      metadata
          .optionalInt("tokenizer.ggml." + name + "_token_id", 0, Math.max(vocabSize - 1, 0))
          .ifPresent(ids::add);
    }
    return List.copyOf(ids);
  }
}
