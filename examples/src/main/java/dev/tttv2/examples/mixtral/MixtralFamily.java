// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.examples.mixtral;

import dev.tttv2.config.Checkpoint;
import dev.tttv2.config.DecoderConfig;
import dev.tttv2.config.DecoderMetadata;
import dev.tttv2.config.DecoderWeights;
import dev.tttv2.config.FamilyFields;
import dev.tttv2.core.Device;
import dev.tttv2.core.block.Block;
import dev.tttv2.examples.PreNormDecoder;
import dev.tttv2.interfaces.CausalLM;
import dev.tttv2.interfaces.DecoderModel;
import dev.tttv2.interfaces.LoadOptions;
import dev.tttv2.interfaces.ModelBlocks;
import dev.tttv2.interfaces.ModelFamily;
import java.util.Set;

/** Mixtral: a mixture of experts in the place of the MLP, whose shares are divided by their sum. */
public final class MixtralFamily implements ModelFamily {
  private static final Set<String> ARCHITECTURES = Set.of("MixtralForCausalLM");

  private static final FamilyFields FIELDS =
      FamilyFields.decoder("head_dim", "sliding_window")
          .modelType("mixtral")
          .defaulting("rms_norm_eps", 1e-5)
          .defaulting("num_key_value_heads", 8)
          .defaulting("num_local_experts", 8)
          .defaulting("num_experts_per_tok", 2)
          .defaulting("rope_theta", 1e6)
          .defaulting("bos_token_id", 1)
          .defaulting("eos_token_id", 2);

  /** For {@link java.util.ServiceLoader}. */
  public MixtralFamily() {}

  @Override
  public String name() {
    return "mixtral";
  }

  @Override
  public boolean accepts(Checkpoint checkpoint) {
    return ARCHITECTURES.contains(checkpoint.architecture());
  }

  @Override
  public DecoderConfig config(Checkpoint checkpoint) {
    DecoderConfig.Builder config =
        DecoderMetadata.read(checkpoint, FIELDS, DecoderConfig.builder());
    checkpoint.metadata().refuseUnread();
    return config.build();
  }

  @Override
  public CausalLM load(Checkpoint checkpoint, Device device, LoadOptions options) {
    return DecoderModel.load(
        checkpoint, config(checkpoint), device, options, MixtralFamily::assemble);
  }

  private static void assemble(
      DecoderModel.Builder model,
      ModelBlocks blocks,
      DecoderConfig config,
      DecoderWeights weights) {
    PreNormDecoder.assemble(model, blocks, config, weights, MixtralFamily::experts);
  }

  private static Block experts(
      int layer, String prefix, ModelBlocks blocks, DecoderConfig config, DecoderWeights weights) {
    String moe = prefix + "block_sparse_moe.";
    String expert = moe + "experts.%d.";
    return blocks.experts(
        layer,
        config.expertsConfig(),
        weights.experts(moe + "gate", expert + "w1", expert + "w3", expert + "w2"),
        null,
        null);
  }
}
