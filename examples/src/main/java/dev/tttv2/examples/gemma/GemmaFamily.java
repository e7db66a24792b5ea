// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.examples.gemma;

import dev.tttv2.config.Checkpoint;
import dev.tttv2.config.DecoderConfig;
import dev.tttv2.config.DecoderMetadata;
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
            DecoderConfig.builder()
                .activation(Activation.GELU_TANH)
                .normUnitOffset(true)
                .tiedEmbeddings(true));
    checkpoint.metadata().refuseUnread();
    DecoderConfig config = builder.build();
    return config.toBuilder()
        .source(checkpoint.path())
        .embeddingScale(Math.sqrt(config.hiddenSize()))
        .build();
  }

  @Override
  public CausalLM load(Checkpoint checkpoint, Device device, LoadOptions options) {
    return DecoderModel.load(
        checkpoint, config(checkpoint), device, options, PreNormDecoder::assemble);
  }
}
