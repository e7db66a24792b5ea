// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces.server;

import dev.tttv2.config.EncoderConfig;
import dev.tttv2.interfaces.Encoder;
import dev.tttv2.interfaces.EncoderOutput;
import dev.tttv2.interfaces.Pooling;
import dev.tttv2.interfaces.TextBatch;
import dev.tttv2.interfaces.Tokenizer;
import java.util.List;
import java.util.Objects;

/**
 * An encoder that makes embeddings of texts.
 *
 * @param name what it is called in requests
 * @param encoder the encoder; stays the caller's
 * @param tokenizer its tokenizer; stays the caller's
 * @param pooling how one vector is made of a text's
 * @param normalize whether vectors are scaled to length 1
 */
public record EmbeddingModel(
    String name, Encoder encoder, Tokenizer tokenizer, Pooling pooling, boolean normalize) {
  /**
   * Checks that all are there.
   *
   * @throws NullPointerException if something is null
   * @throws IllegalArgumentException if the name is empty, or it encodes no texts
   */
  public EmbeddingModel {
    Objects.requireNonNull(encoder, "encoder");
    Objects.requireNonNull(tokenizer, "tokenizer");
    Objects.requireNonNull(pooling, "pooling");
    if (name.isEmpty()) {
      throw new IllegalArgumentException("the embedding model's name is empty");
    }
    if (!(encoder.config() instanceof EncoderConfig)) {
      throw new IllegalArgumentException(
          "%s encodes images, expected an encoder of texts".formatted(name));
    }
  }

  /** Refuses to stand beside a language model of the same name. */
  void checkName(ServerConfig config) {
    if (name.equals(config.modelName())) {
      throw new IllegalArgumentException("both models are called \"%s\"".formatted(name));
    }
  }

  private EncoderConfig config() {
    return (EncoderConfig) encoder.config();
  }

  int vocabSize() {
    return config().vocabSize();
  }

  /** Returns the longest text in tokens, those around it included. */
  int maxTokens() {
    return config().maxPositions();
  }

  /** Returns a vector for each text. */
  EncoderOutput embed(List<int[]> texts) {
    TextBatch batch = TextBatch.of(texts);
    EncoderOutput vectors =
        pooling.pool(encoder.encode(batch).get(Encoder.LAST_HIDDEN_STATE), batch);
    return normalize ? Pooling.normalized(vectors) : vectors;
  }
}
