// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.examples.vit;

import dev.tttv2.config.VisionConfig;
import dev.tttv2.core.block.Activation;
import dev.tttv2.core.block.LayerNorm;
import dev.tttv2.core.block.LinearConfig;
import dev.tttv2.core.block.PatchEmbedding;
import dev.tttv2.core.block.TransformerBlock;
import dev.tttv2.interfaces.Encoder;
import dev.tttv2.interfaces.EncoderModel;
import dev.tttv2.interfaces.ModelBlocks;

/**
 * ViT (Dosovitskiy et al., 2020), from blocks.
 *
 * <pre>
 * x = [class token; patches(pixels)] + positions
 * for each layer:
 *   x = x + attention(norm(x))
 *   x = x + mlp(norm(x))                 down(gelu(up(x)))
 * ViTModel
 *   last_hidden_state = norm(x)                      [B, 1 + patches, H]
 *   pooler_output = tanh(pooler(norm(x)[0]))         [B, H], where the checkpoint has a pooler
 * ViTForImageClassification
 *   last_hidden_state = x                            [B, 1 + patches, H]
 *   logits = classifier(norm(x)[0])                  [B, labels]
 * </pre>
 *
 * <p>A classifier has no last_hidden_state in Hugging Face transformers, only hidden_states; the
 * last of them is not normalised.
 */
final class ViT {
  private final VisionConfig config;
  private final ViTWeights weights;
  private final ModelBlocks blocks;

  private ViT(VisionConfig config, ViTWeights weights, ModelBlocks blocks) {
    this.config = config;
    this.weights = weights;
    this.blocks = blocks;
  }

  /**
   * Loads every weight.
   *
   * @param classifies whether there is a classifier instead of a pooler
   */
  static EncoderModel.Builder of(
      VisionConfig config, ViTWeights weights, boolean classifies, ModelBlocks blocks) {
    return new ViT(config, weights, blocks).model(classifies);
  }

  private EncoderModel.Builder model(boolean classifies) {
    ViTWeights.Pair projection = weights.patches();
    PatchEmbedding patches =
        blocks.patchEmbedding(
            config.patchEmbeddingConfig(),
            projection.weight(),
            projection.bias(),
            weights.classToken(),
            weights.positions());
    EncoderModel.Builder model = EncoderModel.images(config, blocks).patches(patches);
    for (int i = 0; i < config.numLayers(); i++) {
      model.layer(layer(i));
    }
    ViTWeights.Pair pair = weights.norm();
    LayerNorm norm = blocks.layerNorm(config.layerNormConfig(), pair.weight(), pair.bias());
    return classifies ? classifier(model.head(norm)) : pooler(model.norm(norm));
  }

  private EncoderModel.Builder classifier(EncoderModel.Builder model) {
    ViTWeights.Pair pair = weights.classifier();
    int labels = Math.toIntExact(pair.bias().shape()[0]);
    LinearConfig.Builder linear = LinearConfig.builder(config.hiddenSize(), labels).bias(true);
    return model.head(blocks.linear(linear, pair.weight(), pair.bias())).output("logits");
  }

  private EncoderModel.Builder pooler(EncoderModel.Builder model) {
    if (!weights.hasPooler()) {
      return model;
    }
    ViTWeights.Pair pair = weights.pooler();
    int hidden = config.hiddenSize();
    LinearConfig.Builder linear =
        LinearConfig.builder(hidden, hidden).bias(true).activation(Activation.TANH);
    return model
        .head(blocks.linear(linear, pair.weight(), pair.bias()))
        .output(Encoder.POOLER_OUTPUT);
  }

  private TransformerBlock layer(int layer) {
    return blocks.layer(
        layer,
        norm(layer, weights.attentionNorm(layer)),
        blocks.attention(layer, config.attentionConfig(layer), weights.attention(layer)),
        norm(layer, weights.mlpNorm(layer)),
        blocks.mlp(layer, config.mlpConfig(), weights.mlp(layer)));
  }

  private LayerNorm norm(int layer, ViTWeights.Pair pair) {
    return blocks.layerNorm(layer, config.layerNormConfig(), pair.weight(), pair.bias());
  }
}
