// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.examples.bert;

import dev.tttv2.config.EncoderConfig;
import dev.tttv2.core.block.Activation;
import dev.tttv2.core.block.EmbeddingConfig;
import dev.tttv2.core.block.LayerNorm;
import dev.tttv2.core.block.LinearConfig;
import dev.tttv2.core.block.Residual;
import dev.tttv2.core.block.TransformerBlock;
import dev.tttv2.interfaces.Encoder;
import dev.tttv2.interfaces.EncoderModel;
import dev.tttv2.interfaces.ModelBlocks;

/**
 * BERT (Devlin et al., 2018), from blocks.
 *
 * <pre>
 * x = norm(tokens(ids) + positions + token types(types))
 * for each layer:
 *   x = norm(x + attention(x))           to both sides
 *   x = norm(x + mlp(x))                 down(gelu(up(x)))
 * last_hidden_state = x                  [B, S, H]
 * pooler_output = tanh(pooler(x[0]))     [B, H], where the checkpoint has a pooler
 * logits = classifier(pooler_output)     [B, labels], of a classifier
 * </pre>
 */
final class Bert {
  private final EncoderConfig config;
  private final BertWeights weights;
  private final ModelBlocks blocks;

  private Bert(EncoderConfig config, BertWeights weights, ModelBlocks blocks) {
    this.config = config;
    this.weights = weights;
    this.blocks = blocks;
  }

  /**
   * Loads every weight.
   *
   * @param classifies whether there is a classifier behind the pooler
   */
  static EncoderModel.Builder of(
      EncoderConfig config, BertWeights weights, boolean classifies, ModelBlocks blocks) {
    return new Bert(config, weights, blocks).model(classifies);
  }

  private EncoderModel.Builder model(boolean classifies) {
    BertWeights.Pair embeddingNorm = weights.embeddingNorm();
    EncoderModel.Builder model =
        EncoderModel.texts(config, blocks)
            .embedding(blocks.embedding(config.embeddingConfig(), weights.tokens()))
            .positions(blocks.embedding(table(config.maxPositions()), weights.positions()))
            .tokenTypes(blocks.embedding(table(config.tokenTypes()), weights.tokenTypes()))
            .embeddingNorm(
                blocks.layerNorm(
                    config.layerNormConfig(), embeddingNorm.weight(), embeddingNorm.bias()));
    for (int i = 0; i < config.numLayers(); i++) {
      model.layer(layer(i));
    }
    int hidden = config.hiddenSize();
    if (classifies || weights.hasPooler()) {
      LinearConfig.Builder pooler =
          LinearConfig.builder(hidden, hidden).bias(true).activation(Activation.TANH);
      BertWeights.Pair pair = weights.pooler();
      model.head(blocks.linear(pooler, pair.weight(), pair.bias())).output(Encoder.POOLER_OUTPUT);
    }
    if (classifies) {
      BertWeights.Pair pair = weights.classifier();
      int labels = Math.toIntExact(pair.bias().shape()[0]);
      LinearConfig.Builder classifier = LinearConfig.builder(hidden, labels).bias(true);
      model.head(blocks.linear(classifier, pair.weight(), pair.bias())).output("logits");
    }
    return model;
  }

  private EmbeddingConfig.Builder table(int rows) {
    return EmbeddingConfig.builder(rows, config.hiddenSize());
  }

  private TransformerBlock layer(int layer) {
    return blocks.layer(
        layer,
        new Residual.PostNorm(norm(layer, weights.attentionNorm(layer))),
        blocks.attention(layer, config.attentionConfig(layer), weights.attention(layer)),
        new Residual.PostNorm(norm(layer, weights.mlpNorm(layer))),
        blocks.mlp(layer, config.mlpConfig(), weights.mlp(layer)));
  }

  private LayerNorm norm(int layer, BertWeights.Pair pair) {
    return blocks.layerNorm(layer, config.layerNormConfig(), pair.weight(), pair.bias());
  }
}
