// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.examples.clip;

import dev.tttv2.config.Checkpoint;
import dev.tttv2.config.EncoderConfig;
import dev.tttv2.config.EncoderMetadata;
import dev.tttv2.config.Metadata;
import dev.tttv2.config.ModelConfig;
import dev.tttv2.config.VisionConfig;
import dev.tttv2.config.VisionMetadata;
import dev.tttv2.config.WeightLoader;
import dev.tttv2.core.Device;
import dev.tttv2.core.block.Activation;
import dev.tttv2.interfaces.Encoder;
import dev.tttv2.interfaces.EncoderFamily;
import dev.tttv2.interfaces.EncoderModel;
import dev.tttv2.interfaces.LoadOptions;
import dev.tttv2.interfaces.ModelBlocks;
import java.util.Set;

/** CLIP's towers, each from a Hugging Face directory of its own, with or without projection. */
public final class CLIPFamily implements EncoderFamily {
  private static final String PROJECTED = "WithProjection";
  private static final String TEXT = "CLIPTextModel";
  private static final String VISION = "CLIPVisionModel";
  private static final Set<String> ARCHITECTURES =
      Set.of(TEXT, TEXT + PROJECTED, VISION, VISION + PROJECTED);

  /** For {@link java.util.ServiceLoader}. */
  public CLIPFamily() {}

  @Override
  public String name() {
    return "clip";
  }

  @Override
  public boolean accepts(Checkpoint checkpoint) {
    return ARCHITECTURES.contains(checkpoint.architecture());
  }

  @Override
  public ModelConfig config(Checkpoint checkpoint) {
    Metadata fields = checkpoint.metadata();
    boolean text = checkpoint.architecture().startsWith(TEXT);
    if (text) {
      require(fields, "eos_token_id");
    }
    if (isProjected(checkpoint)) {
      require(fields, "projection_dim");
    }
    ModelConfig config =
        text
            ? EncoderMetadata.huggingFace(
                    fields, EncoderConfig.builder().causal(true).activation(Activation.QUICK_GELU))
                .build()
            : VisionMetadata.huggingFace(
                    fields, VisionConfig.builder().activation(Activation.QUICK_GELU))
                .build();
    fields.refuseUnread();
    return config;
  }

  private static boolean isProjected(Checkpoint checkpoint) {
    return checkpoint.architecture().endsWith(PROJECTED);
  }

  /** Refuses to guess what the common fields of encoders may leave out. */
  private static void require(Metadata fields, String name) {
    if (!fields.contains(name)) {
      throw fields.refuse(name, "is missing");
    }
  }

  @Override
  public Encoder load(Checkpoint checkpoint, Device device, LoadOptions options) {
    ModelConfig config = config(checkpoint);
    options.optimizations().checkLayers(config.numLayers());
    WeightLoader loader = new WeightLoader(checkpoint, options.cache(), options.progress());
    boolean projected = isProjected(checkpoint);
    try (ModelBlocks blocks = new ModelBlocks(device, options.optimizations())) {
      EncoderModel.Builder encoder =
          switch (config) {
            case EncoderConfig text -> new CLIPText(text, loader, blocks).model(projected);
            case VisionConfig vision -> new CLIPVision(vision, loader, blocks).model(projected);
            default -> throw new IllegalStateException("no tower: " + config.kind());
          };
      loader.refuseUnused(
          "a tower of CLIP",
          // Numbers 0, 1, 2 ..., which some versions of transformers stored.
          name -> name.endsWith("embeddings.position_ids"));
      return encoder.build();
    }
  }
}
