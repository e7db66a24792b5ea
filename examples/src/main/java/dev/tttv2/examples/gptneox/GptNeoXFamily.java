// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.examples.gptneox;

import dev.tttv2.config.Checkpoint;
import dev.tttv2.config.DecoderConfig;
import dev.tttv2.config.DecoderMetadata;
import dev.tttv2.config.DecoderWeights;
import dev.tttv2.config.FamilyFields;
import dev.tttv2.config.NormKind;
import dev.tttv2.config.RoPEMetadata;
import dev.tttv2.core.Device;
import dev.tttv2.core.block.Activation;
import dev.tttv2.core.block.Attention;
import dev.tttv2.core.block.MLP;
import dev.tttv2.core.block.Norm;
import dev.tttv2.interfaces.CausalLM;
import dev.tttv2.interfaces.DecoderModel;
import dev.tttv2.interfaces.LoadOptions;
import dev.tttv2.interfaces.ModelBlocks;
import dev.tttv2.interfaces.ModelFamily;
import java.util.Set;

/** GPT-NeoX and Pythia: attention and MLP side by side, each behind a layer norm of its own. */
public final class GptNeoXFamily implements ModelFamily {
  private static final Set<String> ARCHITECTURES = Set.of("GPTNeoXForCausalLM");

  private static final FamilyFields FIELDS =
      FamilyFields.decoder("rotary_emb_base", "rotary_pct")
          .modelType("gpt_neox")
          .defaulting("layer_norm_eps", 1e-5)
          .defaulting("partial_rotary_factor", 0.25)
          .defaulting("attention_bias", true)
          .defaulting("use_parallel_residual", true)
          .defaulting("bos_token_id", 0)
          .defaulting("eos_token_id", 2);

  /** For {@link java.util.ServiceLoader}. */
  public GptNeoXFamily() {}

  @Override
  public String name() {
    return "gpt_neox";
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
                .activation(Activation.GELU)
                .gated(false)
                .mlpBias(true));
    checkpoint.metadata().refuseUnread();
    return config.build();
  }

  @Override
  public CausalLM load(Checkpoint checkpoint, Device device, LoadOptions options) {
    return DecoderModel.load(
        checkpoint, config(checkpoint), device, options, GptNeoXFamily::assemble);
  }

  private static void assemble(
      DecoderModel.Builder model,
      ModelBlocks blocks,
      DecoderConfig config,
      DecoderWeights weights) {
    String embedding = "gpt_neox.embed_in";
    model.embedding(blocks.embedding(config.embeddingConfig(), weights.embedding(embedding)));
    for (int i = 0; i < config.numLayers(); i++) {
      String at = "gpt_neox.layers." + i + ".";
      Norm attentionNorm = blocks.norm(i, config, weights, at + "input_layernorm");
      Attention attention =
          blocks.attention(
              i,
              config.attentionConfig(i),
              weights.interleavedAttention(
                  at + "attention.query_key_value", at + "attention.dense"));
      Norm mlpNorm = blocks.norm(i, config, weights, at + "post_attention_layernorm");
      MLP mlp =
          blocks.mlp(
              i,
              config.mlpConfig(),
              weights.standardMlp(at + "mlp.dense_h_to_4h", at + "mlp.dense_4h_to_h"));
      model.layer(
          config.parallelResidual()
              ? blocks.parallelLayer(i, attentionNorm, attention, mlpNorm, mlp)
              : blocks.layer(i, attentionNorm, attention, mlpNorm, mlp));
    }
    model
        .norm(blocks.norm(config, weights, "gpt_neox.final_layer_norm"))
        .head(blocks.lmHead(config, weights, "embed_out", embedding));
    weights.refuseUnused(
        "a GPT-NeoX",
        name ->
            name.endsWith(".attention.bias")
                || name.endsWith(".attention.masked_bias")
                || RoPEMetadata.isFrequencies(name));
  }
}
