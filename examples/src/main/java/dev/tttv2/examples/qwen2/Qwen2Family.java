// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.examples.qwen2;

import dev.tttv2.config.Checkpoint;
import dev.tttv2.config.DecoderConfig;
import dev.tttv2.config.DecoderMetadata;
import dev.tttv2.config.FamilyFields;
import dev.tttv2.core.Device;
import dev.tttv2.examples.PreNormDecoder;
import dev.tttv2.interfaces.CausalLM;
import dev.tttv2.interfaces.DecoderModel;
import dev.tttv2.interfaces.LoadOptions;
import dev.tttv2.interfaces.ModelFamily;
import java.util.Set;

/** Qwen2 and Qwen2.5: queries, keys and values have biases, the output projection has none. */
public final class Qwen2Family implements ModelFamily {
  private static final Set<String> ARCHITECTURES = Set.of("Qwen2ForCausalLM");

  private static final FamilyFields FIELDS =
      FamilyFields.decoder("head_dim", "layer_types")
          .modelType("qwen2")
          .defaulting("rms_norm_eps", 1e-6)
          .defaulting("num_key_value_heads", 32)
          .defaulting("use_sliding_window", false)
          .defaulting("sliding_window", 4096)
          .defaulting("max_window_layers", 28);

  /** For {@link java.util.ServiceLoader}. */
  public Qwen2Family() {}

  @Override
  public String name() {
    return "qwen2";
  }

  @Override
  public boolean accepts(Checkpoint checkpoint) {
    return ARCHITECTURES.contains(checkpoint.architecture());
  }

  @Override
  public DecoderConfig config(Checkpoint checkpoint) {
    DecoderConfig.Builder config =
        DecoderMetadata.read(checkpoint, FIELDS, DecoderConfig.builder().qkvBias(true));
    checkpoint.metadata().refuseUnread();
    return config.build();
  }

  @Override
  public CausalLM load(Checkpoint checkpoint, Device device, LoadOptions options) {
    return DecoderModel.load(
        checkpoint, config(checkpoint), device, options, PreNormDecoder::assemble);
  }
}
