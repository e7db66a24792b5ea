// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.examples.phi;

import dev.tttv2.config.Checkpoint;
import dev.tttv2.config.DecoderConfig;
import dev.tttv2.config.DecoderMetadata;
import dev.tttv2.config.DecoderWeights;
import dev.tttv2.config.FamilyFields;
import dev.tttv2.config.NormKind;
import dev.tttv2.core.Device;
import dev.tttv2.core.block.Activation;
import dev.tttv2.interfaces.CausalLM;
import dev.tttv2.interfaces.DecoderModel;
import dev.tttv2.interfaces.LoadOptions;
import dev.tttv2.interfaces.ModelBlocks;
import dev.tttv2.interfaces.ModelFamily;
import java.util.Set;

/**
 * Phi-1 and Phi-2: one layer norm feeds attention and MLP side by side; heads are rotated in part.
 */
public final class PhiFamily implements ModelFamily {
  private static final Set<String> ARCHITECTURES = Set.of("PhiForCausalLM");

  private static final FamilyFields FIELDS =
      FamilyFields.decoder("num_key_value_heads")
          .modelType("phi")
          .defaulting("layer_norm_eps", 1e-5)
          .defaulting("partial_rotary_factor", 0.5)
          .defaulting("bos_token_id", 1)
          .defaulting("eos_token_id", 2)
          .unsupported("qk_layernorm");

  /** For {@link java.util.ServiceLoader}. */
  public PhiFamily() {}

  @Override
  public String name() {
    return "phi";
  }

  @Override
  public boolean accepts(Checkpoint checkpoint) {
    return ARCHITECTURES.contains(checkpoint.architecture());
  }

  @Override
  public DecoderConfig config(Checkpoint checkpoint) {
    DecoderConfig.Builder config =
        DecoderMetadata.read(
            checkpoint,
            FIELDS,
            DecoderConfig.builder()
                .normKind(NormKind.LAYER_NORM)
                .activation(Activation.GELU_TANH)
                .gated(false)
                .biases(true)
                .parallelResidual(true)
                .lmHeadBias(true));
    checkpoint.metadata().refuseUnread();
    return config.build();
  }

  @Override
  public CausalLM load(Checkpoint checkpoint, Device device, LoadOptions options) {
    return DecoderModel.load(checkpoint, config(checkpoint), device, options, PhiFamily::assemble);
  }

  private static void assemble(
      DecoderModel.Builder model,
      ModelBlocks blocks,
      DecoderConfig config,
      DecoderWeights weights) {
    String embedding = "model.embed_tokens";
    model.embedding(blocks.embedding(config.embeddingConfig(), weights.embedding(embedding)));
    for (int i = 0; i < config.numLayers(); i++) {
      String at = "model.layers." + i + ".";
      String self = at + "self_attn.";
      model.layer(
          blocks.parallelLayer(
              i,
              blocks.norm(i, config, weights, at + "input_layernorm"),
              blocks.attention(
                  i,
                  config.attentionConfig(i),
                  weights.attention(
                      self + "q_proj", self + "k_proj", self + "v_proj", self + "dense")),
              blocks.mlp(
                  i, config.mlpConfig(), weights.standardMlp(at + "mlp.fc1", at + "mlp.fc2"))));
    }
    model
        .norm(blocks.norm(config, weights, "model.final_layernorm"))
        .head(blocks.lmHead(config, weights, "lm_head", embedding));
    weights.refuseUnused("a Phi", name -> false);
  }
}
