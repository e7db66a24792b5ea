// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.config;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The fields that config.json of a family may have, among those that the readers of descriptions
 * know: a file that has others is refused by {@link Metadata#refuseUnread}, as the family would not
 * do what they ask for. Beside the usual ones of a kind of models, which are there from the start,
 * a family names its own, says what counts where the file does not have them, and what it calls
 * them.
 *
 * <pre>{@code
 * static final FamilyFields FIELDS =
 *     FamilyFields.decoder("num_key_value_heads", "attention_bias")
 *         .modelType("mine")
 *         .defaulting("sliding_window", 4096)
 *         .spelled("intermediate_size", "n_inner")
 *         .withoutEffect("gradient_checkpointing");
 * }</pre>
 *
 * <p>Immutable: every method returns another object. A field that is null in the file is there, and
 * says that there is none; it has no default, as in Hugging Face transformers.
 */
public final class FamilyFields {
  private static final Set<String> ALL_KINDS =
      Set.of(
          "hidden_size",
          "intermediate_size",
          "num_hidden_layers",
          "num_attention_heads",
          "hidden_act");

  private static final Set<String> DECODER =
      Set.of(
          "vocab_size",
          "max_position_embeddings",
          "rms_norm_eps",
          "layer_norm_eps",
          "rope_theta",
          "rope_scaling",
          "rope_parameters",
          "original_max_position_embeddings",
          "tie_word_embeddings",
          "bos_token_id",
          "eos_token_id");
  private static final Set<String> DECODER_MORE =
      Set.of(
          "num_key_value_heads",
          "head_dim",
          "attention_bias",
          "mlp_bias",
          "query_pre_attn_scalar",
          "attention_multiplier",
          "attn_logit_softcapping",
          "final_logit_softcapping",
          "embedding_multiplier",
          "residual_multiplier",
          "logits_scaling",
          "use_parallel_residual",
          "sliding_window",
          "use_sliding_window",
          "layer_types",
          "sliding_window_pattern",
          "_sliding_window_pattern",
          "max_window_layers",
          "rotary_emb_base",
          "rope_local_base_freq",
          "partial_rotary_factor",
          "rotary_pct",
          "rotary_dim",
          "no_rope_layers",
          "no_rope_layer_interval",
          "num_experts",
          "num_local_experts",
          "num_experts_per_tok",
          "moe_intermediate_size",
          "norm_topk_prob",
          "shared_expert_intermediate_size",
          "mlp_only_layers",
          "decoder_sparse_step");

  private static final Set<String> ENCODER =
      Set.of("vocab_size", "max_position_embeddings", "layer_norm_eps", "pad_token_id");
  private static final Set<String> ENCODER_MORE =
      Set.of("type_vocab_size", "projection_dim", "eos_token_id", "position_embedding_type");

  private static final Set<String> VISION =
      Set.of("image_size", "patch_size", "num_channels", "layer_norm_eps");
  private static final Set<String> VISION_MORE = Set.of("qkv_bias", "projection_dim", "id2label");

  private static final Set<String> NO_DECODER =
      Set.of(
          "add_cross_attention",
          "is_encoder_decoder",
          "rope_interleaved",
          "use_bidirectional_attention");
  private static final Set<String> NO_ENCODER =
      Set.of("add_cross_attention", "is_encoder_decoder", "is_decoder");

  /** Fields that ask for nothing if they are false, also where a family does not have them. */
  private static final Set<String> NOTHING_IF_FALSE =
      Set.of("attention_bias", "mlp_bias", "use_sliding_window", "use_parallel_residual");

  /** Fields that say something wherever they are. */
  private static final Set<String> NEVER_NULL =
      Set.of(
          "hidden_act",
          "rms_norm_eps",
          "layer_norm_eps",
          "rope_theta",
          "rotary_emb_base",
          "rope_local_base_freq",
          "query_pre_attn_scalar",
          "attention_multiplier",
          "embedding_multiplier",
          "residual_multiplier",
          "logits_scaling",
          "norm_topk_prob");

  private static final Map<ModelKind, Set<String>> KNOWN =
      Map.of(
          ModelKind.DECODER, union(union(DECODER, DECODER_MORE), ALL_KINDS),
          ModelKind.ENCODER, union(union(ENCODER, ENCODER_MORE), ALL_KINDS),
          ModelKind.VISION, union(union(VISION, VISION_MORE), ALL_KINDS));

  private final ModelKind kind;
  private final Set<String> modelTypes;
  private final Set<String> names;
  private final Map<String, Object> defaults;
  private final Map<String, String> spelling;
  private final Set<String> aliases;
  private final Set<String> withoutEffect;
  private final Set<String> unsupported;

  private FamilyFields(
      ModelKind kind,
      Set<String> modelTypes,
      Set<String> names,
      Map<String, Object> defaults,
      Map<String, String> spelling,
      Set<String> aliases,
      Set<String> withoutEffect,
      Set<String> unsupported) {
    this.kind = kind;
    this.modelTypes = Set.copyOf(modelTypes);
    this.names = Set.copyOf(names);
    this.defaults = Map.copyOf(defaults);
    this.spelling = Map.copyOf(spelling);
    this.aliases = Set.copyOf(aliases);
    this.withoutEffect = Set.copyOf(withoutEffect);
    this.unsupported = Set.copyOf(unsupported);
    Set<String> known = KNOWN.get(kind);
    for (String name : names) {
      if (!known.contains(name)) {
        throw new IllegalArgumentException(
            "fields: \"%s\" is not known to the reader of a %s".formatted(name, kind));
      }
    }
  }

  /**
   * Returns the usual fields of a decoder (vocab_size, hidden_size, intermediate_size,
   * num_hidden_layers, num_attention_heads, max_position_embeddings, hidden_act, rms_norm_eps or
   * layer_norm_eps, rope_theta, rope_scaling, rope_parameters, tie_word_embeddings, bos_token_id,
   * eos_token_id), and more of those in the table of {@link DecoderMetadata}.
   *
   * @throws IllegalArgumentException if the reader does not know one of them; names it
   */
  public static FamilyFields decoder(String... more) {
    return of(ModelKind.DECODER, DECODER).with(more);
  }

  /**
   * Returns the usual fields of an encoder of texts (vocab_size, hidden_size, intermediate_size,
   * num_hidden_layers, num_attention_heads, max_position_embeddings, hidden_act, layer_norm_eps,
   * pad_token_id), and more of those that {@link EncoderMetadata} reads.
   *
   * @throws IllegalArgumentException if the reader does not know one of them; names it
   */
  public static FamilyFields encoder(String... more) {
    return of(ModelKind.ENCODER, ENCODER).with(more);
  }

  /**
   * Returns the usual fields of an encoder of images (image_size, patch_size, num_channels,
   * hidden_size, intermediate_size, num_hidden_layers, num_attention_heads, hidden_act,
   * layer_norm_eps), and more of those that {@link VisionMetadata} reads.
   *
   * @throws IllegalArgumentException if the reader does not know one of them; names it
   */
  public static FamilyFields vision(String... more) {
    return of(ModelKind.VISION, VISION).with(more);
  }

  private static FamilyFields of(ModelKind kind, Set<String> usual) {
    return new FamilyFields(
        kind, Set.of(), union(usual, ALL_KINDS), Map.of(), Map.of(), Set.of(), Set.of(), Set.of());
  }

  /** Returns all fields that the reader of a kind of models knows, for tests. */
  static FamilyFields everything(ModelKind kind) {
    return of(kind, known(kind));
  }

  /** Returns all names that the reader of a kind of models knows. */
  static Set<String> known(ModelKind kind) {
    return KNOWN.get(kind);
  }

  /**
   * Says what {@code model_type} is in files of the family: one that contradicts is refused, as
   * Hugging Face transformers would take it for another family's. Without this any is taken.
   */
  public FamilyFields modelType(String... anyOf) {
    return new FamilyFields(
        kind, Set.of(anyOf), names, defaults, spelling, aliases, withoutEffect, unsupported);
  }

  /**
   * Adds fields.
   *
   * @throws IllegalArgumentException if the reader of this kind of models does not know one
   */
  public FamilyFields with(String... more) {
    return new FamilyFields(
        kind,
        modelTypes,
        union(names, Set.of(more)),
        defaults,
        spelling,
        aliases,
        withoutEffect,
        unsupported);
  }

  /** Takes usual fields away that the family does not have. */
  public FamilyFields without(String... fewer) {
    Set<String> left = new HashSet<>(names);
    left.removeAll(Set.of(fewer));
    return new FamilyFields(
        kind, modelTypes, left, defaults, spelling, aliases, withoutEffect, unsupported);
  }

  /**
   * Sets the number that counts where a file does not have a field, which is added.
   *
   * @param name the field's usual name, also where the family calls it otherwise
   * @throws IllegalArgumentException if the reader of this kind of models does not know it
   */
  public FamilyFields defaulting(String name, int value) {
    return defaultingTo(name, (long) value);
  }

  /**
   * Sets the number that counts where a file does not have a field, which is added.
   *
   * @param name the field's usual name, also where the family calls it otherwise
   * @throws IllegalArgumentException if the reader of this kind of models does not know it
   */
  public FamilyFields defaulting(String name, double value) {
    return defaultingTo(name, value);
  }

  /**
   * Sets the truth value that counts where a file does not have a field, which is added.
   *
   * @param name the field's usual name, also where the family calls it otherwise
   * @throws IllegalArgumentException if the reader of this kind of models does not know it
   */
  public FamilyFields defaulting(String name, boolean value) {
    return defaultingTo(name, value);
  }

  /**
   * Sets the text that counts where a file does not have a field, which is added.
   *
   * @param name the field's usual name, also where the family calls it otherwise
   * @throws IllegalArgumentException if the reader of this kind of models does not know it
   */
  public FamilyFields defaulting(String name, String value) {
    return defaultingTo(name, value);
  }

  private FamilyFields defaultingTo(String name, Object value) {
    Map<String, Object> more = new HashMap<>(defaults);
    more.put(name, value);
    return new FamilyFields(
        kind,
        modelTypes,
        union(names, Set.of(name)),
        more,
        spelling,
        aliases,
        withoutEffect,
        unsupported);
  }

  /**
   * Says what the family calls a field; under its usual name it is not known.
   *
   * @param name such as "intermediate_size"
   * @param as such as "n_inner"
   */
  public FamilyFields spelled(String name, String as) {
    Map<String, String> more = new HashMap<>(spelling);
    more.put(name, as);
    return new FamilyFields(
        kind, modelTypes, names, defaults, more, aliases, withoutEffect, unsupported);
  }

  /**
   * Says what the family calls a field that may have its usual name as well; its own counts more.
   *
   * @param name such as "num_hidden_layers"
   * @param as such as "n_layer"
   */
  public FamilyFields alsoSpelled(String name, String as) {
    FamilyFields spelled = spelled(name, as);
    return new FamilyFields(
        kind,
        modelTypes,
        names,
        defaults,
        spelled.spelling,
        union(aliases, Set.of(name)),
        withoutEffect,
        unsupported);
  }

  /**
   * Names fields that files of the family carry and that change nothing of what it computes,
   * whatever their value. Those of {@link FieldsWithoutEffect#of} need not be named.
   */
  public FamilyFields withoutEffect(String... more) {
    return new FamilyFields(
        kind,
        modelTypes,
        names,
        defaults,
        spelling,
        aliases,
        union(withoutEffect, Set.of(more)),
        unsupported);
  }

  /** Names fields of the family that are refused if they are true. */
  public FamilyFields unsupported(String... more) {
    return new FamilyFields(
        kind,
        modelTypes,
        names,
        defaults,
        spelling,
        aliases,
        withoutEffect,
        union(unsupported, Set.of(more)));
  }

  /** Tells whether the family has a field, under its usual name. */
  boolean has(String name) {
    return names.contains(name);
  }

  /** Tells whether a field with a name of the family's may have its usual name as well. */
  boolean isAlias(String name) {
    return aliases.contains(name);
  }

  Map<String, Object> defaults() {
    return defaults;
  }

  Map<String, String> spelling() {
    return spelling;
  }

  /**
   * Counts fields as read that change nothing, and refuses those that ask for something no reader
   * knows of.
   *
   * @param config all fields of a config.json
   */
  void check(Metadata config) {
    if (!modelTypes.isEmpty() && config.contains("model_type")) {
      config.oneOf("model_type", "", modelTypes);
    }
    Metadata own = config.of(this);
    for (String name : NEVER_NULL) {
      if (own.isNull(name)) {
        throw own.refuse(name, "is null, expected a value");
      }
    }
    FieldsWithoutEffect.of(kind).forEach(config::ignore);
    withoutEffect.forEach(config::ignore);
    for (String name : union(unsupported, kind == ModelKind.DECODER ? NO_DECODER : NO_ENCODER)) {
      if (config.booleanOr(name, false)) {
        throw config.refuse(name, "is true, which is not supported");
      }
    }
    for (String name : NOTHING_IF_FALSE) {
      boolean stopsWindows = name.equals("use_sliding_window") && own.contains("sliding_window");
      if (!has(name) && config.isZero(name) && !stopsWindows) {
        config.ignore(name);
      }
    }
    config
        .object("pruned_heads")
        .map(Metadata::names)
        .filter(layers -> !layers.isEmpty())
        .ifPresent(
            layers -> {
              throw config.refuse(
                  "pruned_heads",
                  "has %d layers: pruned heads are not supported".formatted(layers.size()));
            });
  }

  private static Set<String> union(Set<String> some, Set<String> more) {
    Set<String> all = new HashSet<>(some);
    all.addAll(more);
    return all;
  }

  @Override
  public String toString() {
    return "FamilyFields[%s, %s]".formatted(kind, List.copyOf(names).stream().sorted().toList());
  }
}
