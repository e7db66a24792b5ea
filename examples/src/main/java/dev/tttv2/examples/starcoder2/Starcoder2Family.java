// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.examples.starcoder2;

import dev.tttv2.config.Checkpoint;
import dev.tttv2.config.DecoderConfig;
import dev.tttv2.config.DecoderMetadata;
import dev.tttv2.config.DecoderWeights;
import dev.tttv2.config.FamilyFields;
import dev.tttv2.config.Metadata;
import dev.tttv2.config.NormKind;
import dev.tttv2.core.Device;
import dev.tttv2.core.block.Activation;
import dev.tttv2.core.block.Block;
import dev.tttv2.examples.PreNormDecoder;
import dev.tttv2.interfaces.CausalLM;
import dev.tttv2.interfaces.DecoderModel;
import dev.tttv2.interfaces.LoadOptions;
import dev.tttv2.interfaces.ModelBlocks;
import dev.tttv2.interfaces.ModelFamily;
import java.util.Set;

/**
 * Starcoder2: layer norms, an MLP without a gate, and one field for the biases of all linears; a
 * sliding window in all layers.
 */
public final class Starcoder2Family implements ModelFamily {
  private static final Set<String> ARCHITECTURES = Set.of("Starcoder2ForCausalLM");

  private static final FamilyFields FIELDS =
      FamilyFields.decoder("head_dim", "sliding_window")
          .modelType("starcoder2")
          .spelled("layer_norm_eps", "norm_epsilon")
          .defaulting("layer_norm_eps", 1e-5)
          .defaulting("num_key_value_heads", 2)
          .defaulting("tie_word_embeddings", true)
          .defaulting("bos_token_id", 50256)
          .defaulting("eos_token_id", 50256)
          // Published files have these; transformers has one kind of each, whatever they say.
          .withoutEffect("mlp_type", "norm_type");

  /** For {@link java.util.ServiceLoader}. */
  public Starcoder2Family() {}

  @Override
  public String name() {
    return "starcoder2";
  }

  @Override
  public boolean accepts(Checkpoint checkpoint) {
    return ARCHITECTURES.contains(checkpoint.architecture());
  }

  @Override
  public DecoderConfig config(Checkpoint checkpoint) {
    Metadata fields = checkpoint.metadata();
    DecoderConfig.Builder config =
        DecoderMetadata.read(
            checkpoint,
            FIELDS,
            DecoderConfig.builder()
                .normKind(NormKind.LAYER_NORM)
                .activation(Activation.GELU_TANH)
                .gated(false)
                .biases(fields.booleanOr("use_bias", true)));
    fields.refuseUnread();
    return config.build();
  }

  @Override
  public CausalLM load(Checkpoint checkpoint, Device device, LoadOptions options) {
    return DecoderModel.load(
        checkpoint, config(checkpoint), device, options, Starcoder2Family::assemble);
  }

  private static void assemble(
      DecoderModel.Builder model,
      ModelBlocks blocks,
      DecoderConfig config,
      DecoderWeights weights) {
    PreNormDecoder.assemble(model, blocks, config, weights, Starcoder2Family::mlp);
  }

  private static Block mlp(
      int layer, String prefix, ModelBlocks blocks, DecoderConfig config, DecoderWeights weights) {
    String mlp = prefix + "mlp.";
    return blocks.mlp(layer, config.mlpConfig(), weights.standardMlp(mlp + "c_fc", mlp + "c_proj"));
  }
}
