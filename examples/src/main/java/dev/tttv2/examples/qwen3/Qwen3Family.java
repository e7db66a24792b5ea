// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.examples.qwen3;

import dev.tttv2.config.Checkpoint;
import dev.tttv2.config.DecoderConfig;
import dev.tttv2.config.DecoderMetadata;
import dev.tttv2.config.FamilyFields;
import dev.tttv2.core.Device;
import dev.tttv2.core.block.QkNorm;
import dev.tttv2.examples.PreNormDecoder;
import dev.tttv2.interfaces.CausalLM;
import dev.tttv2.interfaces.DecoderModel;
import dev.tttv2.interfaces.LoadOptions;
import dev.tttv2.interfaces.ModelFamily;
import java.util.Set;

/** Qwen3: each head of queries and keys is normalised before it is rotated. */
public final class Qwen3Family implements ModelFamily {
  private static final Set<String> ARCHITECTURES = Set.of("Qwen3ForCausalLM");

  private static final FamilyFields FIELDS =
      FamilyFields.decoder("attention_bias", "layer_types")
          .modelType("qwen3")
          .defaulting("rms_norm_eps", 1e-6)
          .defaulting("num_key_value_heads", 32)
          .defaulting("head_dim", 128)
          .defaulting("use_sliding_window", false)
          .defaulting("sliding_window", 4096)
          .defaulting("max_window_layers", 28);

  /** For {@link java.util.ServiceLoader}. */
  public Qwen3Family() {}

  @Override
  public String name() {
    return "qwen3";
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
        checkpoint, config(checkpoint), device, options, PreNormDecoder::assemble);
  }
}
