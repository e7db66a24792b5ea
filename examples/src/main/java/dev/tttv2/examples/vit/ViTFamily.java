// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.examples.vit;

import dev.tttv2.config.Checkpoint;
import dev.tttv2.config.CheckpointException;
import dev.tttv2.config.FamilyFields;
import dev.tttv2.config.Metadata;
import dev.tttv2.config.VisionConfig;
import dev.tttv2.config.VisionMetadata;
import dev.tttv2.config.WeightLoader;
import dev.tttv2.core.Device;
import dev.tttv2.interfaces.Encoder;
import dev.tttv2.interfaces.EncoderFamily;
import dev.tttv2.interfaces.EncoderModel;
import dev.tttv2.interfaces.LoadOptions;
import dev.tttv2.interfaces.ModelBlocks;
import java.util.List;

/**
 * ViT, from Hugging Face directories: the encoder with its pooler, if the checkpoint has one, and
 * the classifier of images.
 */
public final class ViTFamily implements EncoderFamily {
  private static final String CLASSIFIER = "ViTForImageClassification";

  private static final FamilyFields FIELDS =
      FamilyFields.vision("qkv_bias", "id2label")
          .modelType("vit")
          .defaulting("layer_norm_eps", 1e-12);

  /** For {@link java.util.ServiceLoader}. */
  public ViTFamily() {}

  @Override
  public String name() {
    return "vit";
  }

  @Override
  public boolean accepts(Checkpoint checkpoint) {
    return checkpoint.architecture().equals("ViTModel")
        || checkpoint.architecture().equals(CLASSIFIER);
  }

  @Override
  public VisionConfig config(Checkpoint checkpoint) {
    Metadata fields = checkpoint.metadata();
    VisionConfig config =
        VisionMetadata.huggingFace(fields, FIELDS, VisionConfig.builder()).build();
    fields.oneOf("pooler_act", "tanh", List.of("tanh"));
    fields.intOr(
        "pooler_output_size", config.hiddenSize(), config.hiddenSize(), config.hiddenSize());
    fields.refuseUnread();
    return config;
  }

  @Override
  public Encoder load(Checkpoint checkpoint, Device device, LoadOptions options) {
    VisionConfig config = config(checkpoint);
    options.optimizations().checkLayers(config.numLayers());
    WeightLoader loader = options.loader(checkpoint);
    ViTWeights weights = new ViTWeights(config, loader);
    boolean classifies = checkpoint.architecture().equals(CLASSIFIER);
    try (ModelBlocks blocks = new ModelBlocks(device, options.optimizations())) {
      EncoderModel.Builder encoder =
          CheckpointException.naming(
              checkpoint.path(), () -> ViT.of(config, weights, classifies, blocks));
      weights.refuseUnused();
      return encoder.build();
    }
  }
}
