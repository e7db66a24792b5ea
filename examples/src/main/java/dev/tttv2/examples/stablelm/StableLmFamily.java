// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.examples.stablelm;

import dev.tttv2.config.Checkpoint;
import dev.tttv2.config.DecoderConfig;
import dev.tttv2.config.DecoderMetadata;
import dev.tttv2.config.Metadata;
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
    if (fields.booleanOr("qk_layernorm", false)) {
      throw fields.refuse(
          "qk_layernorm", "is true: norms of queries and keys are not supported here");
    }
    DecoderConfig.Builder config =
        DecoderMetadata.read(
            checkpoint, DecoderConfig.builder().qkvBias(fields.booleanOr("use_qkv_bias", false)));
    fields.refuseUnread();
    DecoderConfig result = config.build();
    if (result.parallelResidual()) {
      throw fields.refuse("use_parallel_residual", "is true, which is not supported");
    }
    return result;
  }

  @Override
  public CausalLM load(Checkpoint checkpoint, Device device, LoadOptions options) {
    return DecoderModel.load(
        checkpoint, config(checkpoint), device, options, PreNormDecoder::assemble);
  }
}
