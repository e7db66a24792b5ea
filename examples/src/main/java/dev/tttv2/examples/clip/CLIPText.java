// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.examples.clip;

import dev.tttv2.config.EncoderConfig;
import dev.tttv2.config.WeightLoader;
import dev.tttv2.core.block.EmbeddingConfig;
import dev.tttv2.interfaces.Encoder;
import dev.tttv2.interfaces.EncoderModel;
import dev.tttv2.interfaces.ModelBlocks;
import java.util.function.ToIntFunction;

/**
 * CLIP's tower of texts (Radford et al., 2021), from blocks.
 *
 * <pre>
 * x = tokens(ids) + positions
 * for each layer:
 *   x = x + attention(norm(x))           causal
 *   x = x + mlp(norm(x))                 down(quick_gelu(up(x)))
 * last_hidden_state = norm(x)            [B, S, H]
 * pooler_output = x[end of text]         [B, H], without projection
 * text_embeds = projection(that row)     [B, P], with projection
 * </pre>
 */
final class CLIPText {
  /** What OpenAI's checkpoints have as eos_token_id, though their end of text is the last id. */
  private static final int WRONG_EOS = 2;

  private final EncoderConfig config;
  private final ModelBlocks blocks;
  private final CLIPLayers parts;

  CLIPText(EncoderConfig config, WeightLoader loader, ModelBlocks blocks) {
    this.config = config;
    this.blocks = blocks;
    this.parts = new CLIPLayers(config, loader, blocks, "text_model.");
  }

  /** Loads every weight. */
  EncoderModel.Builder model(boolean projected) {
    int hidden = config.hiddenSize();
    EncoderModel.Builder model =
        EncoderModel.texts(config, blocks)
            .embedding(
                blocks.embedding(
                    config.embeddingConfig(),
                    parts.weight("embeddings.token_embedding", config.vocabSize(), hidden)))
            .positions(
                blocks.embedding(
                    EmbeddingConfig.builder(config.maxPositions(), hidden),
                    parts.weight("embeddings.position_embedding", config.maxPositions(), hidden)));
    for (int i = 0; i < config.numLayers(); i++) {
      model.layer(parts.layer(i));
    }
    model.norm(parts.norm("final_layer_norm")).headRow(endOfText());
    return projected
        ? model
            .head(parts.projection("text_projection", config.projectionSize().orElseThrow()))
            .output("text_embeds")
        : model.output(Encoder.POOLER_OUTPUT);
  }

  /** Finds the end of a text: as Hugging Face, the largest id where eos_token_id is known wrong. */
  private ToIntFunction<int[]> endOfText() {
    int eos = config.eosTokenId().orElseThrow();
    return eos == WRONG_EOS ? CLIPText::largest : ids -> first(ids, eos);
  }

  private static int largest(int[] ids) {
    int largest = 0;
    for (int i = 1; i < ids.length; i++) {
      if (ids[i] > ids[largest]) {
        largest = i;
      }
    }
    return largest;
  }

  private static int first(int[] ids, int wanted) {
    for (int i = 0; i < ids.length; i++) {
      if (ids[i] == wanted) {
        return i;
      }
    }
    throw new IllegalArgumentException(
        "has no token %d (eos_token_id), whose row stands for the text".formatted(wanted));
  }
}
