// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.examples.cli;

import dev.tttv2.config.Checkpoint;
import dev.tttv2.config.WeightCache;
import dev.tttv2.core.Device;
import dev.tttv2.interfaces.Encoder;
import dev.tttv2.interfaces.EncoderFamily;
import dev.tttv2.interfaces.LoadOptions;
import dev.tttv2.interfaces.Pooling;
import dev.tttv2.interfaces.Tokenizer;
import dev.tttv2.interfaces.server.EmbeddingModel;
import java.nio.file.Path;

/**
 * An encoder with its tokenizer.
 *
 * @param model what answers requests
 */
record Embedder(Encoder encoder, Tokenizer tokenizer, EmbeddingModel model)
    implements AutoCloseable {
  /**
   * Loads an encoder.
   *
   * @param name what it is called in requests
   */
  static Embedder load(Path path, String name, Pooling pooling, Device device, RunOptions run) {
    try (Checkpoint checkpoint = Checkpoint.open(path)) {
      Tokenizer tokenizer = Tokenizer.of(checkpoint);
      Encoder encoder =
          EncoderFamily.of(checkpoint)
              .load(checkpoint, device, LoadOptions.of(run.optimizations(), WeightCache.open()));
      return new Embedder(
          encoder, tokenizer, new EmbeddingModel(name, encoder, tokenizer, pooling, true));
    }
  }

  @Override
  public void close() {
    try (tokenizer) {
      encoder.close();
    }
  }
}
