// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.examples.clip;

import dev.tttv2.config.VisionConfig;
import dev.tttv2.config.WeightLoader;
import dev.tttv2.core.LazyWeight;
import dev.tttv2.core.block.PatchEmbedding;
import dev.tttv2.interfaces.Encoder;
import dev.tttv2.interfaces.EncoderModel;
import dev.tttv2.interfaces.ModelBlocks;

/**
 * CLIP's tower of images (Radford et al., 2021), from blocks.
 *
 * <pre>
 * x = norm([class token; patches(pixels)] + positions)
 * for each layer:
 *   x = x + attention(norm(x))
 *   x = x + mlp(norm(x))                 down(quick_gelu(up(x)))
 * last_hidden_state = x                  [B, 1 + patches, H], not normalised
 * pooler_output = norm(x[0])             [B, H], without projection
 * image_embeds = projection(that row)    [B, P], with projection
 * </pre>
 */
final class CLIPVision {
  private final VisionConfig config;
  private final WeightLoader loader;
  private final ModelBlocks blocks;
  private final CLIPLayers parts;

  CLIPVision(VisionConfig config, WeightLoader loader, ModelBlocks blocks) {
    this.config = config;
    this.loader = loader;
    this.blocks = blocks;
    this.parts = new CLIPLayers(config, loader, blocks, "vision_model.");
  }

  /** Loads every weight. */
  EncoderModel.Builder model(boolean projected) {
    EncoderModel.Builder model =
        EncoderModel.images(config, blocks)
            .patches(patches())
            .embeddingNorm(parts.norm("pre_layrnorm"));
    for (int i = 0; i < config.numLayers(); i++) {
      model.layer(parts.layer(i));
    }
    model.head(parts.norm("post_layernorm"));
    return projected
        ? model
            .head(parts.projection("visual_projection", config.projectionSize().orElseThrow()))
            .output("image_embeds")
        : model.output(Encoder.POOLER_OUTPUT);
  }

  private PatchEmbedding patches() {
    int hidden = config.hiddenSize();
    int channels = config.numChannels();
    int patch = config.patchSize();
    String embeddings = "vision_model.embeddings.";
    LazyWeight convolution =
        loader.cached(
            loader
                .host(embeddings + "patch_embedding.weight", hidden, channels, patch, patch)
                .reshaped(hidden, (long) channels * patch * patch));
    return blocks.patchEmbedding(
        config.patchEmbeddingConfig().bias(false),
        convolution,
        null,
        loader.weight(embeddings + "class_embedding", hidden),
        parts.weight("embeddings.position_embedding", 1 + config.numPatches(), hidden));
  }
}
