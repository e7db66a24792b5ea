// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.examples.smollm3;

import dev.tttv2.config.Checkpoint;
import dev.tttv2.config.DecoderConfig;
import dev.tttv2.config.DecoderMetadata;
import dev.tttv2.core.Device;
import dev.tttv2.examples.PreNormDecoder;
import dev.tttv2.interfaces.CausalLM;
import dev.tttv2.interfaces.DecoderModel;
import dev.tttv2.interfaces.LoadOptions;
import dev.tttv2.interfaces.ModelFamily;
import java.util.Set;

/** SmolLM3: every fourth layer rotates nothing. */
public final class SmolLM3Family implements ModelFamily {
  private static final Set<String> ARCHITECTURES = Set.of("SmolLM3ForCausalLM");

  /** For {@link java.util.ServiceLoader}. */
  public SmolLM3Family() {}

  @Override
  public String name() {
    return "smollm3";
  }

  @Override
  public boolean accepts(Checkpoint checkpoint) {
    return ARCHITECTURES.contains(checkpoint.architecture());
  }

  @Override
  public DecoderConfig config(Checkpoint checkpoint) {
    DecoderConfig.Builder config =
        DecoderMetadata.read(
            checkpoint, DecoderConfig.builder().ropeTheta(2e6).tiedEmbeddings(true));
    checkpoint.metadata().refuseUnread();
    return config.build();
  }

  @Override
  public CausalLM load(Checkpoint checkpoint, Device device, LoadOptions options) {
    return DecoderModel.load(
        checkpoint, config(checkpoint), device, options, PreNormDecoder::assemble);
  }
}
