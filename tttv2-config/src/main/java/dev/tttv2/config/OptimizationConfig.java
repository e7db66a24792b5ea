// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.config;

import dev.tttv2.core.ComputeConfig;
import dev.tttv2.core.DataType;
import dev.tttv2.core.block.ALiBiConfig;
import dev.tttv2.core.block.AttentionConfig;
import dev.tttv2.core.block.CrossAttentionConfig;
import dev.tttv2.core.block.EmbeddingConfig;
import dev.tttv2.core.block.GroupNormConfig;
import dev.tttv2.core.block.LMHeadConfig;
import dev.tttv2.core.block.LayerNormConfig;
import dev.tttv2.core.block.LinearConfig;
import dev.tttv2.core.block.MLPConfig;
import dev.tttv2.core.block.MixtureOfExpertsConfig;
import dev.tttv2.core.block.PatchEmbeddingConfig;
import dev.tttv2.core.block.ProgramConfigs;
import dev.tttv2.core.block.RMSNormConfig;
import dev.tttv2.core.block.RoPEConfig;
import dev.tttv2.core.block.TransformerBlockConfig;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BiConsumer;

/**
 * Which precision every group of tensors has, with which fidelity every group of operations
 * computes, and who decides how the cores of a board share products: a preset, and overrides for
 * the whole model or single layers. Immutable. The {@code configure} methods put the choices into
 * the configs of blocks.
 *
 * <table>
 * <caption>Presets</caption>
 * <tr><th></th><th>float32</th><th>accuracy</th><th>performance</th></tr>
 * <tr><td>ff1_3</td><td>FLOAT32</td><td>BFLOAT8_B, hifi2fp16</td><td>BFLOAT4_B, lofi</td></tr>
 * <tr><td>ff2</td><td>FLOAT32</td><td>BFLOAT8_B, hifi2fp16</td><td>as accuracy</td></tr>
 * <tr><td>wqkv, wo</td><td>FLOAT32</td><td>BFLOAT8_B, hifi2</td><td>as accuracy</td></tr>
 * <tr><td>kv_cache</td><td>FLOAT32</td><td>BFLOAT16</td><td>BFLOAT8_B</td></tr>
 * <tr><td>attention</td><td></td><td>hifi4</td><td>hifi2 decode, hifi4 prefill</td></tr>
 * <tr><td>activation</td><td>FLOAT32</td><td>BFLOAT16</td><td>as accuracy</td></tr>
 * <tr><td>embedding, norm</td><td>FLOAT32</td><td>BFLOAT16, hifi2</td><td>as accuracy</td></tr>
 * <tr><td>lm_head</td><td>FLOAT32</td><td>BFLOAT8_B, hifi2</td><td>as accuracy</td></tr>
 * </table>
 *
 * <p>Program configs are TTNN's choice in all presets; tuned ones were compared with them on no
 * board. All operations of {@code float32} compute with hifi4fp32. {@code performance} is
 * tt-transformers' recipe of that name.
 */
public final class OptimizationConfig {
  private final String name;
  private final Settings model;
  private final Map<Integer, Settings> layers;

  /** What is chosen for a model, or for one layer where it differs. */
  private record Settings(
      EnumMap<TensorGroup, DataType> dtypes,
      EnumMap<OpGroup, ComputeProfile> profiles,
      Optional<ProgramConfigs> programs) {
    static Settings empty() {
      return new Settings(
          new EnumMap<>(TensorGroup.class), new EnumMap<>(OpGroup.class), Optional.empty());
    }

    boolean isEmpty() {
      return dtypes.isEmpty() && profiles.isEmpty() && programs.isEmpty();
    }

    Settings copy() {
      return with(programs);
    }

    Settings with(Optional<ProgramConfigs> choice) {
      return new Settings(new EnumMap<>(dtypes), new EnumMap<>(profiles), choice);
    }
  }

  private OptimizationConfig(String name, Settings model, Map<Integer, Settings> layers) {
    this.name = name;
    this.model = model;
    this.layers = layers;
  }

  /** Returns the names of the presets. */
  public static List<String> presets() {
    return List.of("float32", "accuracy", "performance");
  }

  /**
   * Returns a preset by name.
   *
   * @throws IllegalArgumentException if there is none of this name; names those that are
   */
  public static OptimizationConfig of(String preset) {
    return switch (preset) {
      case "float32" -> float32();
      case "accuracy" -> accuracy();
      case "performance" -> performance();
      default ->
          throw new IllegalArgumentException(
              "no preset \"%s\"; there are %s".formatted(preset, String.join(", ", presets())));
    };
  }

  /** Returns the preset in which everything is FLOAT32: the host backend's proof of correctness. */
  public static OptimizationConfig float32() {
    Settings settings = Settings.empty();
    for (TensorGroup group : TensorGroup.values()) {
      settings.dtypes().put(group, DataType.FLOAT32);
    }
    for (OpGroup group : OpGroup.values()) {
      settings.profiles().put(group, ComputeProfile.HIFI4_FP32);
    }
    return new OptimizationConfig("float32", settings, Map.of());
  }

  /** Returns the default: BFLOAT8_B weights, BFLOAT16 activations and cache. */
  public static OptimizationConfig accuracy() {
    Settings settings = Settings.empty();
    for (TensorGroup group : TensorGroup.values()) {
      settings
          .dtypes()
          .put(
              group,
              switch (group) {
                case EMBEDDING, NORM, ACTIVATION, KV_CACHE -> DataType.BFLOAT16;
                case FF1_FF3, FF2, WQKV, WO, LM_HEAD -> DataType.BFLOAT8_B;
              });
    }
    for (OpGroup group : OpGroup.values()) {
      settings
          .profiles()
          .put(
              group,
              switch (group) {
                case LI_FF1_FF3, LI_FF2 -> ComputeProfile.HIFI2_FP16;
                case LI_QKV_DECODE, LI_QKV_PREFILL, LI_O_DECODE, LI_O_PREFILL, LI_LM_HEAD, NORM ->
                    ComputeProfile.HIFI2;
                case SDPA_DECODE, SDPA_PREFILL -> ComputeProfile.HIFI4;
              });
    }
    return new OptimizationConfig("accuracy", settings, Map.of());
  }

  /** Returns tt-transformers' recipe: as accuracy, with BFLOAT4_B gate and up, BFLOAT8_B cache. */
  public static OptimizationConfig performance() {
    Settings settings = accuracy().model.copy();
    settings.dtypes().put(TensorGroup.FF1_FF3, DataType.BFLOAT4_B);
    settings.dtypes().put(TensorGroup.KV_CACHE, DataType.BFLOAT8_B);
    settings.profiles().put(OpGroup.LI_FF1_FF3, ComputeProfile.LOFI);
    settings.profiles().put(OpGroup.SDPA_DECODE, ComputeProfile.HIFI2);
    return new OptimizationConfig("performance", settings, Map.of());
  }

  /** Returns the preset's name, followed by "+" if there are overrides. */
  public String name() {
    return name;
  }

  /** Returns the dtype of a group outside the layers, or of all layers that are not overridden. */
  public DataType dtype(TensorGroup group) {
    return model.dtypes().get(group);
  }

  /**
   * Returns the dtype of a group in a layer.
   *
   * @param layer from 0
   * @throws IllegalArgumentException if the layer is negative
   */
  public DataType dtype(int layer, TensorGroup group) {
    Settings own = layers.get(checkLayer(layer));
    DataType dtype = own == null ? null : own.dtypes().get(group);
    return dtype == null ? dtype(group) : dtype;
  }

  /** Returns how a group of operations outside the layers computes, or in layers by default. */
  public ComputeConfig compute(OpGroup group) {
    return profile(group).config();
  }

  /**
   * Returns how a group of operations computes in a layer.
   *
   * @param layer from 0
   * @throws IllegalArgumentException if the layer is negative
   */
  public ComputeConfig compute(int layer, OpGroup group) {
    return profile(layer, group).config();
  }

  /** Returns the fidelity of a group outside the layers, or of layers that are not overridden. */
  public ComputeProfile profile(OpGroup group) {
    return model.profiles().get(group);
  }

  /**
   * Returns the fidelity of a group in a layer.
   *
   * @param layer from 0
   * @throws IllegalArgumentException if the layer is negative
   */
  public ComputeProfile profile(int layer, OpGroup group) {
    Settings own = layers.get(checkLayer(layer));
    ComputeProfile profile = own == null ? null : own.profiles().get(group);
    return profile == null ? profile(group) : profile;
  }

  /** Returns who decides how cores share products outside the layers, or in layers by default. */
  public ProgramConfigs programs() {
    return model.programs().orElse(ProgramConfigs.AUTOMATIC);
  }

  /**
   * Returns who decides how cores share the products of a layer.
   *
   * @param layer from 0
   * @throws IllegalArgumentException if the layer is negative
   */
  public ProgramConfigs programs(int layer) {
    Settings own = layers.get(checkLayer(layer));
    return own == null ? programs() : own.programs().orElse(programs());
  }

  /**
   * Sets the dtypes and fidelities of a layer's attention; returns the builder.
   *
   * @throws IllegalArgumentException if the layer is negative
   */
  public AttentionConfig.Builder configure(int layer, AttentionConfig.Builder attention) {
    return attention
        .wqkvDtype(dtype(layer, TensorGroup.WQKV))
        .woDtype(dtype(layer, TensorGroup.WO))
        .normDtype(dtype(layer, TensorGroup.NORM))
        .activationDtype(dtype(layer, TensorGroup.ACTIVATION))
        .cacheDtype(dtype(layer, TensorGroup.KV_CACHE))
        .wqkvPrefillCompute(compute(layer, OpGroup.LI_QKV_PREFILL))
        .wqkvDecodeCompute(compute(layer, OpGroup.LI_QKV_DECODE))
        .woPrefillCompute(compute(layer, OpGroup.LI_O_PREFILL))
        .woDecodeCompute(compute(layer, OpGroup.LI_O_DECODE))
        .normCompute(compute(layer, OpGroup.NORM))
        .prefillCompute(compute(layer, OpGroup.SDPA_PREFILL))
        .decodeCompute(compute(layer, OpGroup.SDPA_DECODE))
        .programs(programs(layer));
  }

  /**
   * Sets the dtypes and fidelities of a layer's MLP; returns the builder.
   *
   * @throws IllegalArgumentException if the layer is negative
   */
  public MLPConfig.Builder configure(int layer, MLPConfig.Builder mlp) {
    return mlp.gateUpDtype(dtype(layer, TensorGroup.FF1_FF3))
        .downDtype(dtype(layer, TensorGroup.FF2))
        .activationDtype(dtype(layer, TensorGroup.ACTIVATION))
        .gateUpCompute(compute(layer, OpGroup.LI_FF1_FF3))
        .downCompute(compute(layer, OpGroup.LI_FF2))
        .programs(programs(layer));
  }

  /**
   * Sets the dtypes and fidelities of a layer's mixture of experts, which are the MLP's; returns
   * the builder. The router, as small and as sensitive as a norm, has the norms' dtype.
   *
   * @throws IllegalArgumentException if the layer is negative
   */
  public MixtureOfExpertsConfig.Builder configure(
      int layer, MixtureOfExpertsConfig.Builder experts) {
    return experts
        .routerDtype(dtype(layer, TensorGroup.NORM))
        .gateUpDtype(dtype(layer, TensorGroup.FF1_FF3))
        .downDtype(dtype(layer, TensorGroup.FF2))
        .activationDtype(dtype(layer, TensorGroup.ACTIVATION))
        .gateUpCompute(compute(layer, OpGroup.LI_FF1_FF3))
        .downCompute(compute(layer, OpGroup.LI_FF2));
  }

  /**
   * Sets the dtypes and fidelities of a layer's cross attention; returns the builder.
   *
   * @throws IllegalArgumentException if the layer is negative
   */
  public CrossAttentionConfig.Builder configure(int layer, CrossAttentionConfig.Builder attention) {
    return attention
        .weightDtype(dtype(layer, TensorGroup.WQKV))
        .activationDtype(dtype(layer, TensorGroup.ACTIVATION))
        .linearCompute(compute(layer, OpGroup.LI_QKV_PREFILL))
        .sdpaCompute(compute(layer, OpGroup.SDPA_PREFILL));
  }

  /**
   * Sets the dtype and fidelity of a norm in a layer; returns the builder.
   *
   * @throws IllegalArgumentException if the layer is negative
   */
  public RMSNormConfig.Builder configure(int layer, RMSNormConfig.Builder norm) {
    return norm.weightDtype(dtype(layer, TensorGroup.NORM)).compute(compute(layer, OpGroup.NORM));
  }

  /** Sets the dtype and fidelity of a norm outside the layers; returns the builder. */
  public RMSNormConfig.Builder configure(RMSNormConfig.Builder norm) {
    return norm.weightDtype(dtype(TensorGroup.NORM)).compute(compute(OpGroup.NORM));
  }

  /**
   * Sets the dtype and fidelity of a norm in a layer; returns the builder.
   *
   * @throws IllegalArgumentException if the layer is negative
   */
  public LayerNormConfig.Builder configure(int layer, LayerNormConfig.Builder norm) {
    return norm.weightDtype(dtype(layer, TensorGroup.NORM)).compute(compute(layer, OpGroup.NORM));
  }

  /** Sets the dtype and fidelity of a norm outside the layers; returns the builder. */
  public LayerNormConfig.Builder configure(LayerNormConfig.Builder norm) {
    return norm.weightDtype(dtype(TensorGroup.NORM)).compute(compute(OpGroup.NORM));
  }

  /** Sets the dtype and fidelity of a group norm; returns the builder. */
  public GroupNormConfig.Builder configure(GroupNormConfig.Builder norm) {
    return norm.weightDtype(dtype(TensorGroup.NORM)).compute(compute(OpGroup.NORM));
  }

  /**
   * Sets the dtype of a layer's residual sums; returns the builder.
   *
   * @throws IllegalArgumentException if the layer is negative
   */
  public TransformerBlockConfig.Builder configure(int layer, TransformerBlockConfig.Builder block) {
    return block.residualDtype(dtype(layer, TensorGroup.ACTIVATION));
  }

  /** Sets the dtypes of an embedding's table and output; returns the builder. */
  public EmbeddingConfig.Builder configure(EmbeddingConfig.Builder embedding) {
    return embedding
        .weightDtype(dtype(TensorGroup.EMBEDDING))
        .outputDtype(dtype(TensorGroup.ACTIVATION));
  }

  /** Sets the dtypes of a patch embedding's projection and output; returns the builder. */
  public PatchEmbeddingConfig.Builder configure(PatchEmbeddingConfig.Builder embedding) {
    return embedding
        .weightDtype(dtype(TensorGroup.EMBEDDING))
        .activationDtype(dtype(TensorGroup.ACTIVATION));
  }

  /** Sets the dtype of the rotary tables, which is the activations'; returns the builder. */
  public RoPEConfig.Builder configure(RoPEConfig.Builder rope) {
    return rope.dtype(dtype(TensorGroup.ACTIVATION));
  }

  /** Sets the dtype of the masks, which is the activations'; returns the builder. */
  public ALiBiConfig.Builder configure(ALiBiConfig.Builder alibi) {
    return alibi.dtype(dtype(TensorGroup.ACTIVATION));
  }

  /**
   * Sets the dtypes and fidelity of a linear behind the layers, which are those of the projection
   * to logits; returns the builder.
   */
  public LinearConfig.Builder configure(LinearConfig.Builder linear) {
    return linear
        .weightDtype(dtype(TensorGroup.LM_HEAD))
        .outputDtype(dtype(TensorGroup.ACTIVATION))
        .compute(compute(OpGroup.LI_LM_HEAD));
  }

  /** Sets the dtypes and fidelity of the projection to logits; returns the builder. */
  public LMHeadConfig.Builder configure(LMHeadConfig.Builder lmHead) {
    return lmHead
        .programs(programs())
        .weightDtype(dtype(TensorGroup.LM_HEAD))
        .outputDtype(dtype(TensorGroup.ACTIVATION))
        .compute(compute(OpGroup.LI_LM_HEAD));
  }

  /**
   * Returns a copy with another dtype of a group in the whole model, earlier overrides of single
   * layers included.
   *
   * @throws IllegalArgumentException if the group cannot have this dtype
   */
  public OptimizationConfig withOverride(TensorGroup group, DataType dtype) {
    checkDtype(group, dtype);
    OptimizationConfig copy = overridden();
    copy.model.dtypes().put(group, dtype);
    copy.layers.values().forEach(settings -> settings.dtypes().remove(group));
    copy.layers.values().removeIf(Settings::isEmpty);
    return copy;
  }

  /**
   * Returns a copy with another dtype of a group in one layer.
   *
   * @param layer from 0
   * @throws IllegalArgumentException if the group cannot have this dtype, or is not in layers
   */
  public OptimizationConfig withOverride(int layer, TensorGroup group, DataType dtype) {
    checkDtype(group, dtype);
    checkInLayers(layer, group.key(), group.inLayers());
    OptimizationConfig copy = overridden();
    copy.layers.computeIfAbsent(layer, l -> Settings.empty()).dtypes().put(group, dtype);
    return copy;
  }

  /**
   * Returns a copy with another fidelity of a group in the whole model, earlier overrides of single
   * layers included.
   *
   * @throws NullPointerException if profile is null
   */
  public OptimizationConfig withOverride(OpGroup group, ComputeProfile profile) {
    OptimizationConfig copy = overridden();
    copy.model.profiles().put(group, Objects.requireNonNull(profile, "profile"));
    copy.layers.values().forEach(settings -> settings.profiles().remove(group));
    copy.layers.values().removeIf(Settings::isEmpty);
    return copy;
  }

  /**
   * Returns a copy with another fidelity of a group in one layer.
   *
   * @param layer from 0
   * @throws IllegalArgumentException if the group is not in layers
   * @throws NullPointerException if profile is null
   */
  public OptimizationConfig withOverride(int layer, OpGroup group, ComputeProfile profile) {
    checkInLayers(layer, group.key(), group.inLayers());
    OptimizationConfig copy = overridden();
    copy.layers
        .computeIfAbsent(layer, l -> Settings.empty())
        .profiles()
        .put(group, Objects.requireNonNull(profile, "profile"));
    return copy;
  }

  /**
   * Returns a copy in which somebody else decides how cores share products, in the whole model,
   * earlier overrides of single layers included.
   *
   * @throws NullPointerException if programs is null
   */
  public OptimizationConfig withOverride(ProgramConfigs programs) {
    OptimizationConfig copy = overridden();
    copy.layers.replaceAll((layer, settings) -> settings.with(Optional.empty()));
    copy.layers.values().removeIf(Settings::isEmpty);
    return new OptimizationConfig(copy.name, copy.model.with(Optional.of(programs)), copy.layers);
  }

  /**
   * Returns a copy in which somebody else decides how cores share the products of one layer.
   *
   * @param layer from 0
   * @throws IllegalArgumentException if the layer is negative
   * @throws NullPointerException if programs is null
   */
  public OptimizationConfig withOverride(int layer, ProgramConfigs programs) {
    OptimizationConfig copy = overridden();
    Settings own = copy.layers.getOrDefault(checkLayer(layer), Settings.empty());
    copy.layers.put(layer, own.with(Optional.of(programs)));
    return copy;
  }

  /**
   * Returns a copy with overrides given as text, such as {@code layers.31.ff1_3=bfp8,
   * sdpa_decode=hifi4}; the grammar is {@link OptimizationOverrides}'.
   *
   * @throws IllegalArgumentException if a part is wrong; names it
   */
  public OptimizationConfig withOverrides(String text) {
    return OptimizationOverrides.apply(this, "override", text);
  }

  /**
   * Returns a copy with the overrides of a file, one or more a line, {@code #} before comments.
   *
   * @throws IllegalArgumentException if the file cannot be read or a part is wrong; names it
   */
  public OptimizationConfig withOverrides(Path file) {
    return OptimizationOverrides.apply(this, file);
  }

  /**
   * Checks that all layers with overrides exist.
   *
   * @throws IllegalArgumentException if one does not
   */
  public void checkLayers(int numLayers) {
    layers
        .keySet()
        .forEach(
            layer -> {
              if (layer >= numLayers) {
                throw new IllegalArgumentException(
                    "there is an override for layer %d, but the model has layers 0 to %d"
                        .formatted(layer, numLayers - 1));
              }
            });
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof OptimizationConfig that
        && model.equals(that.model)
        && layers.equals(that.layers);
  }

  @Override
  public int hashCode() {
    return Objects.hash(model, layers);
  }

  /** Returns every setting, in the form that {@link #withOverrides(String)} reads. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(name);
    append(text, "", model);
    layers.forEach((layer, settings) -> append(text, "layers." + layer + ".", settings));
    return text.toString();
  }

  private static void append(StringBuilder text, String prefix, Settings settings) {
    BiConsumer<String, String> setting =
        (group, value) -> text.append(' ').append(prefix).append(group).append('=').append(value);
    settings
        .dtypes()
        .forEach(
            (group, dtype) -> setting.accept(group.key(), OptimizationOverrides.nameOf(dtype)));
    settings.profiles().forEach((group, profile) -> setting.accept(group.key(), profile.key()));
    settings
        .programs()
        .map(OptimizationOverrides::nameOf)
        .ifPresent(programs -> setting.accept(OptimizationOverrides.PROGRAMS, programs));
  }

  private OptimizationConfig overridden() {
    Map<Integer, Settings> copies = new TreeMap<>();
    layers.forEach((layer, settings) -> copies.put(layer, settings.copy()));
    return new OptimizationConfig(name.endsWith("+") ? name : name + "+", model.copy(), copies);
  }

  private static int checkLayer(int layer) {
    if (layer < 0) {
      throw new IllegalArgumentException("layer %d, expected at least 0".formatted(layer));
    }
    return layer;
  }

  private static void checkInLayers(int layer, String group, boolean inLayers) {
    checkLayer(layer);
    if (!inLayers) {
      throw new IllegalArgumentException(
          "%s is one for the whole model and cannot be overridden for layer %d"
              .formatted(group, layer));
    }
  }

  private static void checkDtype(TensorGroup group, DataType dtype) {
    if (!group.dtypes().contains(dtype)) {
      throw new IllegalArgumentException(
          "%s cannot be %s, only one of %s"
              .formatted(group.key(), dtype, group.dtypes().stream().sorted().toList()));
    }
  }
}
