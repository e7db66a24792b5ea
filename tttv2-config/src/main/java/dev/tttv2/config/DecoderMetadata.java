// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.config;

import static dev.tttv2.config.ModelMetadata.MAX_LAYERS;
import static dev.tttv2.config.ModelMetadata.MAX_POSITIONS;
import static dev.tttv2.config.ModelMetadata.MAX_SCALE;
import static dev.tttv2.config.ModelMetadata.MAX_SIZE;
import static java.util.Map.entry;

import dev.tttv2.core.block.QkNorm;
import dev.tttv2.core.block.RoPEScaling;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/**
 * Reads the fields that decoders of most families have, into a builder that holds what a family
 * takes for granted. A family says in its {@link FamilyFields} which of them its files may have. It
 * reads its own fields beside them, changes what it sees differently in the builder, and finally
 * asks {@link Metadata#refuseUnread} whether something is left that nobody understood.
 *
 * <table>
 * <caption>Fields of a config.json, by their usual names; {@link FamilyFields#decoder} says which
 * of them every family has</caption>
 * <tr><td>sizes</td><td>vocab_size, hidden_size, intermediate_size, num_hidden_layers,
 * num_attention_heads, max_position_embeddings</td></tr>
 * <tr><td>heads</td><td>num_key_value_heads, head_dim</td></tr>
 * <tr><td>norms, MLP</td><td>rms_norm_eps or layer_norm_eps (as the builder's kind of norms is),
 * hidden_act; mlp_bias</td></tr>
 * <tr><td>attention</td><td>attention_bias, query_pre_attn_scalar or attention_multiplier,
 * attn_logit_softcapping</td></tr>
 * <tr><td>windows</td><td>sliding_window, use_sliding_window, layer_types, or
 * sliding_window_pattern / _sliding_window_pattern, or max_window_layers</td></tr>
 * <tr><td>rotation</td><td>rope_theta, rope_scaling, rope_parameters; rotary_emb_base,
 * rope_local_base_freq, partial_rotary_factor / rotary_pct or rotary_dim,
 * original_max_position_embeddings, no_rope_layers or no_rope_layer_interval</td></tr>
 * <tr><td>experts</td><td>num_local_experts / num_experts, num_experts_per_tok,
 * moe_intermediate_size, norm_topk_prob, shared_expert_intermediate_size, mlp_only_layers,
 * decoder_sparse_step</td></tr>
 * <tr><td>the rest</td><td>tie_word_embeddings, bos_token_id, eos_token_id; use_parallel_residual,
 * embedding_multiplier, residual_multiplier, logits_scaling, final_logit_softcapping</td></tr>
 * </table>
 *
 * <p>A GGUF calls fields otherwise, alike for all families, and shows by its tensors what a
 * config.json says in words. Which of its fields a family has follows from the same names.
 */
public final class DecoderMetadata {
  /** The field of a config.json that a family has if it has this one of a GGUF. */
  private static final String[] OF_EXPERTS = {
    "num_experts_per_tok",
    "moe_intermediate_size",
    "norm_topk_prob",
    "shared_expert_intermediate_size",
    "mlp_only_layers",
    "decoder_sparse_step"
  };

  private static final Map<String, String> GGUF_NEEDS =
      Map.ofEntries(
          entry("attention.sliding_window", "sliding_window"),
          entry("attention.sliding_window_pattern", "sliding_window"),
          entry("rope.freq_base_swa", "rope_local_base_freq"),
          entry("rope.local.freq_base", "rope_local_base_freq"),
          entry("expert_count", "num_experts_per_tok"),
          entry("expert_used_count", "num_experts_per_tok"),
          entry("expert_feed_forward_length", "num_experts_per_tok"),
          entry("expert_weights_norm", "num_experts_per_tok"),
          entry("expert_shared_feed_forward_length", "shared_expert_intermediate_size"),
          entry("use_parallel_residual", "use_parallel_residual"),
          entry("attention.scale", "attention_multiplier"),
          entry("attn_logit_softcapping", "attn_logit_softcapping"),
          entry("final_logit_softcapping", "final_logit_softcapping"),
          entry("embedding_scale", "embedding_multiplier"),
          entry("residual_scale", "residual_multiplier"));

  private DecoderMetadata() {}

  /**
   * Reads the common fields of either format.
   *
   * @param fields those that the family has
   * @param defaults a builder that holds what the family takes for granted
   * @return the same builder
   * @throws CheckpointException if a field is missing or wrong
   */
  public static DecoderConfig.Builder read(
      Checkpoint checkpoint, FamilyFields fields, DecoderConfig.Builder defaults) {
    return switch (checkpoint) {
      case HuggingFaceCheckpoint hf ->
          huggingFace(hf.metadata(), hf.generationMetadata(), fields, defaults);
      case GgufCheckpoint gguf -> gguf(new Gguf(gguf, fields, defaults));
    };
  }

  /**
   * Reads the common fields of a config.json.
   *
   * @param config all fields
   * @param generation the fields of generation_config.json, whose end tokens count more
   * @param fields those that the family has
   * @param builder holds what the family takes for granted
   * @return the same builder
   * @throws CheckpointException if a field is missing or wrong
   */
  public static DecoderConfig.Builder huggingFace(
      Metadata config,
      Optional<Metadata> generation,
      FamilyFields fields,
      DecoderConfig.Builder builder) {
    builder.source(config.file());
    fields.check(config);
    return builder.checked(() -> new HuggingFace(config.of(fields), builder).read(generation));
  }

  static DecoderConfig.Builder gguf(Gguf gguf) {
    gguf.builder.source(gguf.metadata.file());
    return gguf.builder.checked(gguf::read);
  }

  /** Reads one config.json. */
  private record HuggingFace(Metadata config, DecoderConfig.Builder builder) {
    DecoderConfig.Builder read(Optional<Metadata> generation) {
      ModelMetadata.read(config, builder);
      config
          .optionalInt("num_key_value_heads", 1, MAX_SIZE)
          .ifPresent(
              heads -> {
                config.requireDivisor(
                    "num_key_value_heads", heads, "num_attention_heads", builder.numHeads());
                builder.numKvHeads(heads);
              });
      OptionalInt positions = config.optionalInt("max_position_embeddings", 1, MAX_POSITIONS);
      if (positions.isEmpty() && !builder.hasMaxPositions()) {
        throw config.refuse("max_position_embeddings", "is missing");
      }
      positions.ifPresent(builder::maxPositions);
      readTokens(generation);
      readAttention();
      readWindows();
      if (builder.isRotary()) {
        readRope();
      }
      readExperts();
      if (config.contains("mlp_bias")) {
        builder.mlpBias(config.booleanOr("mlp_bias", false));
      }
      if (config.contains("use_parallel_residual")) {
        builder.parallelResidual(config.booleanOr("use_parallel_residual", false));
      }
      if (config.contains("tie_word_embeddings")) {
        builder.tiedEmbeddings(config.booleanOr("tie_word_embeddings", false));
      }
      config
          .optionalDouble("embedding_multiplier", 0, MAX_SCALE)
          .ifPresent(builder::embeddingScale);
      config.optionalDouble("residual_multiplier", 0, MAX_SCALE).ifPresent(builder::residualScale);
      config
          .optionalDouble("logits_scaling", 1 / MAX_SCALE, MAX_SCALE)
          .ifPresent(divisor -> builder.logitsScale(1 / divisor));
      config
          .optionalDouble("final_logit_softcapping", 0, MAX_SCALE)
          .ifPresent(builder::logitSoftcap);
      return builder;
    }

    private void readTokens(Optional<Metadata> generation) {
      int vocabSize = config.requireInt("vocab_size", 1, MAX_SIZE);
      builder.vocabSize(vocabSize);
      // A default beyond a small vocabulary is no token of it.
      Metadata given = config.withoutDefaults();
      int last = vocabSize - 1;
      config
          .optionalInt("bos_token_id", 0, given.contains("bos_token_id") ? last : MAX_SIZE)
          .stream()
          .filter(id -> id <= last)
          .forEach(builder::bosTokenId);
      List<Integer> eos =
          config.intOrInts("eos_token_id", 0, given.contains("eos_token_id") ? last : MAX_SIZE);
      builder.eosTokenIds(
          generation
              .map(g -> g.intOrInts("eos_token_id", 0, last))
              .filter(ids -> !ids.isEmpty())
              .orElse(eos.stream().filter(id -> id <= last).toList()));
    }

    private void readAttention() {
      if (config.contains("attention_bias")) {
        boolean bias = config.booleanOr("attention_bias", false);
        builder.qkvBias(bias).outputBias(bias);
      }
      config
          .optionalDouble("attn_logit_softcapping", 0, MAX_SCALE)
          .ifPresent(builder::attentionSoftcap);
      config
          .optionalDouble("query_pre_attn_scalar", 1 / MAX_SCALE, MAX_SCALE)
          .ifPresent(scalar -> builder.attentionScale(1 / Math.sqrt(scalar)));
      config
          .optionalDouble("attention_multiplier", 1 / MAX_SCALE, MAX_SCALE)
          .ifPresent(builder::attentionScale);
    }

    private void readWindows() {
      int layers = builder.numLayers();
      OptionalInt given = config.optionalInt("sliding_window", 0, Integer.MAX_VALUE);
      boolean used = config.booleanOr("use_sliding_window", true);
      OptionalInt pattern = pattern("sliding_window_pattern", "_sliding_window_pattern");
      int first = config.intOr("max_window_layers", 0, 0, Integer.MAX_VALUE);
      int window = used ? given.orElse(0) : 0;
      if (given.isPresent()) {
        builder.slidingWindow(window);
      }
      pattern.ifPresent(builder::slidingPattern);
      if (config.contains("layer_types")) {
        builder.slidingWindows(
            layerTypes(layers).stream().map(sliding -> sliding ? window : 0).toList());
      } else if (window > 0 && first > 0) {
        builder.slidingWindows(
            IntStream.range(0, layers).map(layer -> layer < first ? 0 : window).boxed().toList());
      }
    }

    /** Some files say the same under two names. */
    private OptionalInt pattern(String name, String other) {
      OptionalInt pattern = config.optionalInt(name, 1, MAX_LAYERS);
      OptionalInt same = config.optionalInt(other, 1, MAX_LAYERS);
      if (pattern.isPresent() && same.isPresent() && !pattern.equals(same)) {
        throw config.refuse(
            other, "is %d, but %s is %d".formatted(same.getAsInt(), name, pattern.getAsInt()));
      }
      return pattern.isPresent() ? pattern : same;
    }

    /** Returns for each layer whether it has a sliding window. */
    private List<Boolean> layerTypes(int layers) {
      List<String> types = config.strings("layer_types");
      if (types.size() != layers) {
        throw config.refuse(
            "layer_types", "has %d entries, expected %d".formatted(types.size(), layers));
      }
      List<Boolean> sliding = new ArrayList<>();
      for (String type : types) {
        sliding.add(
            switch (type) {
              case "full_attention" -> false;
              case "sliding_attention" -> true;
              default ->
                  throw config.refuse(
                      "layer_types[%d]".formatted(sliding.size()),
                      "%s is not supported; supported are full_attention and sliding_attention"
                          .formatted(CheckpointException.quote(type)));
            });
      }
      if (sliding.contains(true) && config.intOr("sliding_window", 0, 0, Integer.MAX_VALUE) == 0) {
        throw config.refuse("sliding_window", "is missing, but layer_types has sliding_attention");
      }
      return sliding;
    }

    private void readRope() {
      RoPEMetadata rope =
          RoPEMetadata.huggingFace(
              config,
              new RoPEMetadata.Defaults(
                  builder.headDimOrDefault(), builder.maxPositionsOrZero(), builder.ropeTheta()));
      set(builder, rope);
      int layers = builder.numLayers();
      int interval = config.intOr("no_rope_layer_interval", 0, 0, Integer.MAX_VALUE);
      if (config.contains("no_rope_layers")) {
        // 1 where there is rotation.
        int[] rotates = config.ints("no_rope_layers", 0, 1);
        if (rotates.length != layers) {
          throw config.refuse(
              "no_rope_layers", "has %d entries, expected %d".formatted(rotates.length, layers));
        }
        builder.layersWithoutRope(where(layers, layer -> rotates[layer] == 0));
      } else if (interval > 0) {
        builder.layersWithoutRope(where(layers, layer -> (layer + 1) % interval == 0));
      }
    }

    private void readExperts() {
      String experts = config.firstOf("num_local_experts", "num_experts");
      int numExperts = config.intOr(experts, 0, 0, MAX_SIZE);
      if (numExperts == 0) {
        if (config.contains(experts)) {
          // Transformers writes all of them for models without experts too.
          config.ignore(OF_EXPERTS);
        }
        return;
      }
      int layers = builder.numLayers();
      int step = config.intOr("decoder_sparse_step", 1, 1, Integer.MAX_VALUE);
      List<Integer> denseLayers = config.intOrInts("mlp_only_layers", 0, MAX_LAYERS);
      builder.experts(
          new MixtureOfExpertsConfig(
              numExperts,
              config.requireInt("num_experts_per_tok", 1, numExperts),
              config.intOr(
                  "moe_intermediate_size", builder.intermediateSizeOrDefault(), 1, MAX_SIZE),
              config.booleanOr("norm_topk_prob", true),
              config.intOr("shared_expert_intermediate_size", 0, 0, MAX_SIZE),
              where(layers, layer -> denseLayers.contains(layer) || (layer + 1) % step != 0)));
    }
  }

  /**
   * Reads one GGUF. Everything under {@code general.} and {@code tokenizer.} counts as read.
   *
   * @param metadata all fields
   * @param tensorNames the names of all tensors
   * @param tensors finds a tensor's values by name
   * @param family the fields that the family has, by their names in a config.json
   */
  record Gguf(
      Metadata metadata,
      Set<String> tensorNames,
      Function<String, Optional<float[]>> tensors,
      FamilyFields family,
      DecoderConfig.Builder builder) {

    Gguf(GgufCheckpoint checkpoint, FamilyFields family, DecoderConfig.Builder builder) {
      this(
          checkpoint.metadata(),
          checkpoint.tensorNames(),
          name ->
              checkpoint.tensorNames().contains(name)
                  ? Optional.of(checkpoint.weight(name).toFloats())
                  : Optional.empty(),
          family,
          builder);
    }

    private DecoderConfig.Builder read() {
      Metadata all = metadata.scope(metadata.requireString("general.architecture") + ".");
      Metadata fields =
          all.where(name -> !GGUF_NEEDS.containsKey(name) || family.has(GGUF_NEEDS.get(name)));
      // A zero or false asks for nothing.
      GGUF_NEEDS.forEach(
          (name, needed) -> {
            if (!family.has(needed) && all.isZero(name)) {
              all.ignore(name);
            }
          });
      metadata.ignoreUnder("general.");
      metadata.ignoreUnder("tokenizer.");
      int hiddenSize = fields.requireInt("embedding_length", 1, MAX_SIZE);
      int numLayers = fields.requireInt("block_count", 1, MAX_LAYERS);
      int numHeads = fields.requireInt("attention.head_count", 1, MAX_SIZE);
      builder
          .hiddenSize(hiddenSize)
          .numLayers(numLayers)
          .numHeads(numHeads)
          .headDim(headDim(fields, hiddenSize, numHeads))
          .maxPositions(fields.requireInt("context_length", 1, MAX_POSITIONS))
          .tiedEmbeddings(!tensorNames.contains("output.weight"));
      fields
          .optionalInt("attention.head_count_kv", 1, MAX_SIZE)
          .ifPresent(
              heads -> {
                fields.requireDivisor(
                    "attention.head_count_kv", heads, "attention.head_count", numHeads);
                builder.numKvHeads(heads);
              });
      if (fields.contains("feed_forward_length") || !builder.hasIntermediateSize()) {
        builder.intermediateSize(fields.requireInt("feed_forward_length", 1, MAX_SIZE));
      }
      readTokens(fields);
      readNorm(fields);
      readTensors();
      readWindows(fields, numLayers);
      if (builder.isRotary()) {
        set(
            builder,
            RoPEMetadata.gguf(
                fields,
                tensors,
                new RoPEMetadata.Defaults(
                    builder.headDimOrDefault(),
                    builder.maxPositionsOrZero(),
                    builder.ropeTheta())));
      }
      readExperts(fields);
      if (fields.contains("use_parallel_residual")) {
        builder.parallelResidual(fields.booleanOr("use_parallel_residual", false));
      }
      if (!fields.booleanOr("attention.causal", true)) {
        throw fields.refuse("attention.causal", "is false, which is not supported");
      }
      // 0 is llama.cpp's "not given".
      fields.optionalDouble("attention.scale", 0, MAX_SCALE).stream()
          .filter(scale -> scale > 0)
          .forEach(builder::attentionScale);
      fields
          .optionalDouble("attn_logit_softcapping", 0, MAX_SCALE)
          .ifPresent(builder::attentionSoftcap);
      fields
          .optionalDouble("final_logit_softcapping", 0, MAX_SCALE)
          .ifPresent(builder::logitSoftcap);
      fields.optionalDouble("embedding_scale", 0, MAX_SCALE).ifPresent(builder::embeddingScale);
      fields.optionalDouble("residual_scale", 0, MAX_SCALE).ifPresent(builder::residualScale);
      return builder;
    }

    private static int headDim(Metadata fields, int hiddenSize, int numHeads) {
      if (!fields.contains("attention.key_length")) {
        fields.requireDivisor("attention.head_count", numHeads, "embedding_length", hiddenSize);
      }
      int headDim = fields.intOr("attention.key_length", hiddenSize / numHeads, 1, MAX_SIZE);
      int valueDim = fields.intOr("attention.value_length", headDim, 1, MAX_SIZE);
      if (valueDim != headDim) {
        throw fields.refuse(
            "attention.value_length",
            "is %d, but keys have %d: heads of two widths are not supported"
                .formatted(valueDim, headDim));
      }
      return headDim;
    }

    private void readTokens(Metadata fields) {
      OptionalInt said = fields.optionalInt("vocab_size", 1, MAX_SIZE);
      int vocabSize =
          metadata.contains("tokenizer.ggml.tokens")
              ? metadata.size("tokenizer.ggml.tokens")
              : fields.requireInt("vocab_size", 1, MAX_SIZE);
      if (said.orElse(vocabSize) != vocabSize) {
        throw fields.refuse(
            "vocab_size",
            "is %d, but tokenizer.ggml.tokens has %d".formatted(said.getAsInt(), vocabSize));
      }
      int last = Math.max(vocabSize - 1, 0);
      builder.vocabSize(vocabSize);
      metadata.optionalInt("tokenizer.ggml.padding_token_id", 0, last); // used by chat templates
      metadata.optionalInt("tokenizer.ggml.bos_token_id", 0, last).ifPresent(builder::bosTokenId);
      // The end of a text, of a turn and of a message are tokens of their own in some files.
      Set<Integer> ends = new LinkedHashSet<>();
      for (String name : List.of("eos", "eot", "eom")) {
        metadata.optionalInt("tokenizer.ggml." + name + "_token_id", 0, last).ifPresent(ends::add);
      }
      builder.eosTokenIds(List.copyOf(ends));
    }

    private void readNorm(Metadata fields) {
      String epsilon =
          switch (builder.normKind()) {
            case RMS_NORM -> "attention.layer_norm_rms_epsilon";
            case LAYER_NORM -> "attention.layer_norm_epsilon";
          };
      builder.normEpsilon(fields.requireDouble(epsilon, Float.MIN_NORMAL, 1));
    }

    /** What a config.json says in words, a GGUF shows by having the weights. */
    private void readTensors() {
      Predicate<String> has = name -> tensorNames.contains("blk.0." + name);
      builder
          .qkvBias(has.test("attn_q.bias") || has.test("attn_qkv.bias"))
          .outputBias(has.test("attn_output.bias"))
          .mlpBias(has.test("ffn_up.bias"))
          .lmHeadBias(tensorNames.contains("output.bias"));
      if (builder.qkNorm() == QkNorm.NONE && has.test("attn_q_norm.weight")) {
        builder.qkNorm(QkNorm.PER_HEAD);
      }
    }

    private void readWindows(Metadata fields, int numLayers) {
      int window = fields.intOr("attention.sliding_window", 0, 0, Integer.MAX_VALUE);
      builder.slidingWindow(window);
      String pattern = "attention.sliding_window_pattern";
      if (!fields.isList(pattern)) {
        fields.optionalInt(pattern, 1, MAX_LAYERS).ifPresent(builder::slidingPattern);
        return;
      }
      List<Boolean> sliding = fields.booleans(pattern);
      if (sliding.size() != numLayers) {
        throw fields.refuse(
            pattern, "has %d entries, expected %d".formatted(sliding.size(), numLayers));
      }
      builder.slidingWindows(sliding.stream().map(slides -> slides ? window : 0).toList());
    }

    private void readExperts(Metadata fields) {
      int numExperts = fields.intOr("expert_count", 0, 0, MAX_SIZE);
      if (numExperts == 0) {
        return;
      }
      builder.experts(
          new MixtureOfExpertsConfig(
              numExperts,
              fields.requireInt("expert_used_count", 1, numExperts),
              fields.intOr(
                  "expert_feed_forward_length", builder.intermediateSizeOrDefault(), 1, MAX_SIZE),
              fields.booleanOr("expert_weights_norm", true),
              fields.intOr("expert_shared_feed_forward_length", 0, 0, MAX_SIZE),
              List.of()));
    }
  }

  private static void set(DecoderConfig.Builder builder, RoPEMetadata rope) {
    builder
        .ropeTheta(rope.frequencies().theta())
        .ropeScaling(rope.frequencies().scaling())
        .rotaryDim(rope.rotaryDim());
    rope.localFrequencies().ifPresent(local -> builder.localRope(local.theta(), local.scaling()));
    // What the file gives may be the context up to which nothing is stretched.
    double reach =
        switch (rope.frequencies().scaling()) {
          case RoPEScaling.Dynamic dynamic -> dynamic.factor() * dynamic.originalMaxPositions();
          case RoPEScaling.Yarn yarn -> yarn.factor() * yarn.originalMaxPositions();
          default -> 0;
        };
    builder.maxPositions((int) Math.clamp(reach, builder.maxPositionsOrZero(), MAX_POSITIONS));
  }

  private static List<Integer> where(int layers, Predicate<Integer> condition) {
    return IntStream.range(0, layers).boxed().filter(condition).toList();
  }
}
