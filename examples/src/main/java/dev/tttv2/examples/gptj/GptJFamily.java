// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.examples.gptj;

import dev.tttv2.config.Checkpoint;
import dev.tttv2.config.DecoderConfig;
import dev.tttv2.config.DecoderMetadata;
import dev.tttv2.config.DecoderWeights;
import dev.tttv2.config.FamilyFields;
import dev.tttv2.config.Metadata;
import dev.tttv2.config.NormKind;
import dev.tttv2.core.Device;
import dev.tttv2.core.block.Activation;
import dev.tttv2.core.block.RoPEStyle;
import dev.tttv2.interfaces.CausalLM;
import dev.tttv2.interfaces.DecoderModel;
import dev.tttv2.interfaces.LoadOptions;
import dev.tttv2.interfaces.ModelBlocks;
import dev.tttv2.interfaces.ModelFamily;
import java.util.Set;

/** GPT-J: one layer norm feeds attention and MLP side by side; neighbouring values are rotated. */
public final class GptJFamily implements ModelFamily {
  private static final Set<String> ARCHITECTURES = Set.of("GPTJForCausalLM");

  private static final FamilyFields FIELDS =
      FamilyFields.decoder()
          .modelType("gptj")
          .without("rope_theta", "rope_scaling", "rope_parameters")
          .alsoSpelled("hidden_size", "n_embd")
          .alsoSpelled("num_hidden_layers", "n_layer")
          .alsoSpelled("num_attention_heads", "n_head")
          .alsoSpelled("max_position_embeddings", "n_positions")
          .spelled("intermediate_size", "n_inner")
          .spelled("hidden_act", "activation_function")
          .spelled("layer_norm_eps", "layer_norm_epsilon")
          .defaulting("layer_norm_eps", 1e-5)
          .defaulting("rotary_dim", 64)
          .defaulting("bos_token_id", 50256)
          .defaulting("eos_token_id", 50256)
          .withoutEffect("n_ctx");

  /** For {@link java.util.ServiceLoader}. */
  public GptJFamily() {}

  @Override
  public String name() {
    return "gptj";
  }

  @Override
  public boolean accepts(Checkpoint checkpoint) {
    return ARCHITECTURES.contains(checkpoint.architecture());
  }

  @Override
  public DecoderConfig config(Checkpoint checkpoint) {
    Metadata fields = checkpoint.metadata();
    for (String name : new String[] {"rotary", "scale_attn_weights"}) {
      if (!fields.booleanOr(name, true)) {
        throw fields.refuse(name, "is false, which is not supported");
      }
    }
    DecoderConfig.Builder config =
        DecoderMetadata.read(
            checkpoint,
            FIELDS,
            DecoderConfig.builder()
                .normKind(NormKind.LAYER_NORM)
                .activation(Activation.GELU_TANH)
                .gated(false)
                .mlpBias(true)
                .ropeStyle(RoPEStyle.INTERLEAVED)
                .parallelResidual(true)
                .intermediateFactor(4)
                .lmHeadBias(true));
    fields.refuseUnread();
    return config.build();
  }

  @Override
  public CausalLM load(Checkpoint checkpoint, Device device, LoadOptions options) {
    return DecoderModel.load(checkpoint, config(checkpoint), device, options, GptJFamily::assemble);
  }

  private static void assemble(
      DecoderModel.Builder model,
      ModelBlocks blocks,
      DecoderConfig config,
      DecoderWeights weights) {
    String embedding = "transformer.wte";
    model.embedding(blocks.embedding(config.embeddingConfig(), weights.embedding(embedding)));
    for (int i = 0; i < config.numLayers(); i++) {
      String at = "transformer.h." + i + ".";
      String attn = at + "attn.";
      model.layer(
          blocks.parallelLayer(
              i,
              blocks.norm(i, config, weights, at + "ln_1"),
              blocks.attention(
                  i,
                  config.attentionConfig(i),
                  weights.attention(
                      attn + "q_proj", attn + "k_proj", attn + "v_proj", attn + "out_proj")),
              blocks.mlp(
                  i,
                  config.mlpConfig(),
                  weights.standardMlp(at + "mlp.fc_in", at + "mlp.fc_out"))));
    }
    model
        .norm(blocks.norm(config, weights, "transformer.ln_f"))
        .head(blocks.lmHead(config, weights, "lm_head", embedding));
    weights.refuseUnused(
        "a GPT-J", name -> name.endsWith(".attn.bias") || name.endsWith(".attn.masked_bias"));
  }
}
