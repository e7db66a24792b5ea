// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.examples.clip;

import dev.tttv2.config.Checkpoint;
import dev.tttv2.config.CheckpointException;
import dev.tttv2.config.EncoderConfig;
import dev.tttv2.config.EncoderMetadata;
import dev.tttv2.config.FamilyFields;
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
import java.util.OptionalInt;
import java.util.Set;

/** CLIP's towers, each from a Hugging Face directory of its own, with or without projection. */
public final class CLIPFamily implements EncoderFamily {
  private static final String PROJECTED = "WithProjection";
  private static final String TEXT = "CLIPTextModel";
  private static final String VISION = "CLIPVisionModel";
  private static final Set<String> ARCHITECTURES =
      Set.of(TEXT, TEXT + PROJECTED, VISION, VISION + PROJECTED);

  private static final FamilyFields TEXT_FIELDS =
      FamilyFields.encoder()
          .modelType("clip_text_model")
          .defaulting("pad_token_id", 1)
          .defaulting("eos_token_id", 49407)
          .defaulting("layer_norm_eps", 1e-5)
          .defaulting("projection_dim", 512);
  private static final FamilyFields VISION_FIELDS =
      FamilyFields.vision()
          .modelType("clip_vision_model")
          .defaulting("layer_norm_eps", 1e-5)
          .defaulting("projection_dim", 512);

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
    boolean projected = isProjected(checkpoint);
    ModelConfig config =
        checkpoint.architecture().startsWith(TEXT)
            ? text(fields, projected)
            : vision(fields, projected);
    fields.refuseUnread();
    return config;
  }

  private static EncoderConfig text(Metadata fields, boolean projected) {
    EncoderConfig config =
        EncoderMetadata.huggingFace(
                fields,
                TEXT_FIELDS,
                EncoderConfig.builder().causal(true).activation(Activation.QUICK_GELU))
            .build();
    require(config.eosTokenId(), fields, "eos_token_id");
    if (projected) {
      require(config.projectionSize(), fields, "projection_dim");
    }
    return config;
  }

  private static VisionConfig vision(Metadata fields, boolean projected) {
    VisionConfig config =
        VisionMetadata.huggingFace(
                fields, VISION_FIELDS, VisionConfig.builder().activation(Activation.QUICK_GELU))
            .build();
    if (projected) {
      require(config.projectionSize(), fields, "projection_dim");
    }
    return config;
  }

  private static void require(OptionalInt value, Metadata fields, String name) {
    if (value.isEmpty()) {
      throw fields.refuse(name, "is null, which leaves nothing to compute with");
    }
  }

  private static boolean isProjected(Checkpoint checkpoint) {
    return checkpoint.architecture().endsWith(PROJECTED);
  }

  @Override
  public Encoder load(Checkpoint checkpoint, Device device, LoadOptions options) {
    ModelConfig config = config(checkpoint);
    options.optimizations().checkLayers(config.numLayers());
    WeightLoader loader = options.loader(checkpoint);
    boolean projected = isProjected(checkpoint);
    try (ModelBlocks blocks = new ModelBlocks(device, options.optimizations())) {
      EncoderModel.Builder encoder =
          CheckpointException.naming(
              checkpoint.path(),
              () ->
                  switch (config) {
                    case EncoderConfig text -> new CLIPText(text, loader, blocks).model(projected);
                    case VisionConfig vision ->
                        new CLIPVision(vision, loader, blocks).model(projected);
                    default -> throw new IllegalStateException("no tower: " + config.kind());
                  });
      loader.refuseUnused(
          "a tower of CLIP",
          // Numbers 0, 1, 2 ..., which some versions of transformers stored.
          name -> name.endsWith("embeddings.position_ids"));
      return encoder.build();
    }
  }
}
