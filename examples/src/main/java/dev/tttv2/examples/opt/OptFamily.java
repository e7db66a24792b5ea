// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.examples.opt;

import dev.tttv2.config.Checkpoint;
import dev.tttv2.config.DecoderConfig;
import dev.tttv2.config.DecoderMetadata;
import dev.tttv2.config.DecoderWeights;
import dev.tttv2.config.FamilyFields;
import dev.tttv2.config.Metadata;
import dev.tttv2.config.NormKind;
import dev.tttv2.core.Device;
import dev.tttv2.core.block.Activation;
import dev.tttv2.core.block.EmbeddingConfig;
import dev.tttv2.interfaces.CausalLM;
import dev.tttv2.interfaces.DecoderModel;
import dev.tttv2.interfaces.LoadOptions;
import dev.tttv2.interfaces.ModelBlocks;
import dev.tttv2.interfaces.ModelFamily;
import java.util.Set;

/** OPT: layer norms, learned positions whose table has two rows more than are used. */
public final class OptFamily implements ModelFamily {
  private static final Set<String> ARCHITECTURES = Set.of("OPTForCausalLM");

  /** Rows of the position table before that of position 0. */
  private static final int UNUSED_POSITIONS = 2;

  private static final FamilyFields FIELDS =
      FamilyFields.decoder()
          .modelType("opt")
          .without("layer_norm_eps")
          .spelled("intermediate_size", "ffn_dim")
          .spelled("hidden_act", "activation_function")
          .defaulting("tie_word_embeddings", true)
          .defaulting("bos_token_id", 2)
          .defaulting("eos_token_id", 2)
          .unsupported("_remove_final_layer_norm");

  /** For {@link java.util.ServiceLoader}. */
  public OptFamily() {}

  @Override
  public String name() {
    return "opt";
  }

  @Override
  public boolean accepts(Checkpoint checkpoint) {
    return ARCHITECTURES.contains(checkpoint.architecture());
  }

  @Override
  public DecoderConfig config(Checkpoint checkpoint) {
    Metadata fields = checkpoint.metadata();
    require(fields, "do_layer_norm_before");
    require(fields, "enable_bias");
    require(fields, "layer_norm_elementwise_affine");
    int projected = fields.intOr("word_embed_proj_dim", 0, 0, 1 << 24);
    int hidden = fields.requireInt("hidden_size", 1, 1 << 24);
    if (projected != 0 && projected != hidden) {
      throw fields.refuse(
          "word_embed_proj_dim",
          "is %d, but hidden_size is %d: embeddings of another width are not supported"
              .formatted(projected, hidden));
    }
    DecoderConfig.Builder config =
        DecoderMetadata.read(
            checkpoint,
            FIELDS,
            DecoderConfig.builder()
                .activation(Activation.RELU)
                .normKind(NormKind.LAYER_NORM)
                .normEpsilon(1e-5)
                .gated(false)
                .biases(true)
                .learnedPositions(UNUSED_POSITIONS));
    fields.refuseUnread();
    return config.build();
  }

  private static void require(Metadata fields, String name) {
    if (!fields.booleanOr(name, true)) {
      throw fields.refuse(name, "is false, which is not supported");
    }
  }

  @Override
  public CausalLM load(Checkpoint checkpoint, Device device, LoadOptions options) {
    return DecoderModel.load(checkpoint, config(checkpoint), device, options, OptFamily::assemble);
  }

  private static void assemble(
      DecoderModel.Builder model,
      ModelBlocks blocks,
      DecoderConfig config,
      DecoderWeights weights) {
    String root = "model.decoder.";
    String embedding = root + "embed_tokens";
    model
        .embedding(blocks.embedding(config.embeddingConfig(), weights.embedding(embedding)))
        .positions(
            blocks.embedding(
                EmbeddingConfig.builder(config.maxPositions(), config.hiddenSize()),
                weights.positions(root + "embed_positions")));
    for (int i = 0; i < config.numLayers(); i++) {
      String at = root + "layers." + i + ".";
      String self = at + "self_attn.";
      model.layer(
          blocks.layer(
              i,
              blocks.norm(i, config, weights, at + "self_attn_layer_norm"),
              blocks.attention(
                  i,
                  config.attentionConfig(i),
                  weights.attention(
                      self + "q_proj", self + "k_proj", self + "v_proj", self + "out_proj")),
              blocks.norm(i, config, weights, at + "final_layer_norm"),
              blocks.mlp(i, config.mlpConfig(), weights.standardMlp(at + "fc1", at + "fc2"))));
    }
    model
        .norm(blocks.norm(config, weights, root + "final_layer_norm"))
        .head(blocks.lmHead(config, weights, "lm_head", embedding));
    weights.refuseUnused("an OPT", name -> false);
  }
}
