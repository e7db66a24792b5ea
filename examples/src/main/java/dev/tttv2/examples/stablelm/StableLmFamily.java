// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.examples.stablelm;

import dev.tttv2.config.Checkpoint;
import dev.tttv2.config.DecoderConfig;
import dev.tttv2.config.DecoderMetadata;
import dev.tttv2.config.FamilyFields;
import dev.tttv2.config.Metadata;
import dev.tttv2.config.NormKind;
import dev.tttv2.core.Device;
import dev.tttv2.examples.PreNormDecoder;
import dev.tttv2.interfaces.CausalLM;
import dev.tttv2.interfaces.DecoderModel;
import dev.tttv2.interfaces.LoadOptions;
import dev.tttv2.interfaces.ModelFamily;
import java.util.Set;

/** StableLM: layer norms, a gated MLP, heads that are rotated in part. */
public final class StableLmFamily implements ModelFamily {
  private static final Set<String> ARCHITECTURES = Set.of("StableLmForCausalLM");

  private static final FamilyFields FIELDS =
      FamilyFields.decoder()
          .modelType("stablelm")
          .defaulting("layer_norm_eps", 1e-5)
          .defaulting("num_key_value_heads", 32)
          .defaulting("partial_rotary_factor", 0.25)
          .defaulting("bos_token_id", 0)
          .defaulting("eos_token_id", 0)
          .unsupported("qk_layernorm", "use_parallel_residual");

  /** For {@link java.util.ServiceLoader}. */
  public StableLmFamily() {}

  @Override
  public String name() {
    return "stablelm";
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
                .qkvBias(fields.booleanOr("use_qkv_bias", false)));
    fields.refuseUnread();
    return config.build();
  }

  @Override
  public CausalLM load(Checkpoint checkpoint, Device device, LoadOptions options) {
    return DecoderModel.load(
        checkpoint, config(checkpoint), device, options, PreNormDecoder::assemble);
  }
}
