// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.examples.qwen3moe;

import dev.tttv2.config.Checkpoint;
import dev.tttv2.config.DecoderConfig;
import dev.tttv2.config.DecoderMetadata;
import dev.tttv2.config.DecoderWeights;
import dev.tttv2.config.FamilyFields;
import dev.tttv2.core.Device;
import dev.tttv2.core.block.Block;
import dev.tttv2.core.block.QkNorm;
import dev.tttv2.examples.PreNormDecoder;
import dev.tttv2.interfaces.CausalLM;
import dev.tttv2.interfaces.DecoderModel;
import dev.tttv2.interfaces.LoadOptions;
import dev.tttv2.interfaces.ModelBlocks;
import dev.tttv2.interfaces.ModelFamily;
import java.util.Set;

/** Qwen3-MoE: Qwen3 with a mixture of experts in the place of the MLP, in most layers or all. */
public final class Qwen3MoeFamily implements ModelFamily {
  private static final Set<String> ARCHITECTURES = Set.of("Qwen3MoeForCausalLM");

  private static final FamilyFields FIELDS =
      FamilyFields.decoder("attention_bias", "head_dim", "num_local_experts", "mlp_only_layers")
          .modelType("qwen3_moe")
          .defaulting("rms_norm_eps", 1e-6)
          .defaulting("num_key_value_heads", 4)
          .defaulting("num_experts", 128)
          .defaulting("num_experts_per_tok", 8)
          .defaulting("moe_intermediate_size", 768)
          .defaulting("norm_topk_prob", false)
          .defaulting("decoder_sparse_step", 1)
          .defaulting("use_sliding_window", false)
          .defaulting("sliding_window", 4096)
          .withoutEffect("max_window_layers");

  /** For {@link java.util.ServiceLoader}. */
  public Qwen3MoeFamily() {}

  @Override
  public String name() {
    return "qwen3_moe";
  }

  @Override
  public boolean accepts(Checkpoint checkpoint) {
    return ARCHITECTURES.contains(checkpoint.architecture());
  }

  @Override
  public DecoderConfig config(Checkpoint checkpoint) {
    DecoderConfig.Builder config =
        DecoderMetadata.read(checkpoint, FIELDS, DecoderConfig.builder().qkNorm(QkNorm.PER_HEAD));
    checkpoint.metadata().refuseUnread();
    return config.build();
  }

  @Override
  public CausalLM load(Checkpoint checkpoint, Device device, LoadOptions options) {
    return DecoderModel.load(
        checkpoint, config(checkpoint), device, options, Qwen3MoeFamily::assemble);
  }

  private static void assemble(
      DecoderModel.Builder model,
      ModelBlocks blocks,
      DecoderConfig config,
      DecoderWeights weights) {
    PreNormDecoder.assemble(model, blocks, config, weights, Qwen3MoeFamily::feedForward);
  }

  private static Block feedForward(
      int layer, String prefix, ModelBlocks blocks, DecoderConfig config, DecoderWeights weights) {
    if (config.experts().isEmpty() || config.experts().get().isDense(layer)) {
      return PreNormDecoder.gatedMlp(layer, prefix, blocks, config, weights);
    }
    String mlp = prefix + "mlp.";
    String expert = mlp + "experts.%d.";
    return blocks.experts(
        layer,
        config.expertsConfig(),
        weights.experts(
            mlp + "gate", expert + "gate_proj", expert + "up_proj", expert + "down_proj"),
        null,
        null);
  }
}
