// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.examples.gemma;

import dev.tttv2.config.Checkpoint;
import dev.tttv2.config.DecoderConfig;
import dev.tttv2.config.DecoderMetadata;
import dev.tttv2.config.FamilyFields;
import dev.tttv2.config.Metadata;
import dev.tttv2.core.Device;
import dev.tttv2.core.block.Activation;
import dev.tttv2.examples.PreNormDecoder;
import dev.tttv2.interfaces.CausalLM;
import dev.tttv2.interfaces.DecoderModel;
import dev.tttv2.interfaces.LoadOptions;
import dev.tttv2.interfaces.ModelFamily;
import java.util.Set;

/** Gemma: norms whose weights are stored less one, embeddings scaled by the root of their width. */
public final class GemmaFamily implements ModelFamily {
  private static final Set<String> ARCHITECTURES = Set.of("GemmaForCausalLM");

  private static final String TANH = "gelu_pytorch_tanh";

  private static final FamilyFields FIELDS =
      FamilyFields.decoder("attention_bias")
          .modelType("gemma")
          .defaulting("rms_norm_eps", 1e-6)
          .defaulting("num_key_value_heads", 16)
          .defaulting("head_dim", 256)
          .defaulting("tie_word_embeddings", true)
          .defaulting("bos_token_id", 2)
          .defaulting("eos_token_id", 1);

  /** For {@link java.util.ServiceLoader}. */
  public GemmaFamily() {}

  @Override
  public String name() {
    return "gemma";
  }

  @Override
  public boolean accepts(Checkpoint checkpoint) {
    return ARCHITECTURES.contains(checkpoint.architecture());
  }

  @Override
  public DecoderConfig config(Checkpoint checkpoint) {
    DecoderConfig.Builder builder =
        DecoderMetadata.read(
            checkpoint,
            FIELDS,
            DecoderConfig.builder().activation(Activation.GELU_TANH).normUnitOffset(true));
    Metadata fields = checkpoint.metadata();
    if (activation(fields).equals(TANH)) {
      builder.activation(Activation.GELU_TANH);
    }
    fields.refuseUnread();
    DecoderConfig config = builder.build();
    return config.toBuilder()
        .source(checkpoint.path())
        .embeddingScale(Math.sqrt(config.hiddenSize()))
        .build();
  }

  /**
   * Returns the activation's name. In the first files "gelu" means its approximation, as
   * transformers' GemmaConfig says; what hidden_activation says has to be the same.
   */
  private static String activation(Metadata fields) {
    String named = fields.optionalString("hidden_act").orElse(TANH);
    String meant = named.equals("gelu") ? TANH : named;
    String other = fields.optionalString("hidden_activation").orElse(meant);
    if (!other.equals(meant)) {
      throw fields.refuse(
          "hidden_activation", "is \"%s\", but hidden_act is \"%s\"".formatted(other, named));
    }
    return meant;
  }

  @Override
  public CausalLM load(Checkpoint checkpoint, Device device, LoadOptions options) {
    return DecoderModel.load(
        checkpoint, config(checkpoint), device, options, PreNormDecoder::assemble);
  }
}
