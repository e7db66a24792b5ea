// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.config;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DecoderWeightsTest {
  private static final DecoderConfig TIED =
      DecoderConfig.builder()
          .vocabSize(2)
          .hiddenSize(4)
          .intermediateSize(8)
          .numLayers(1)
          .numHeads(1)
          .maxPositions(8)
          .tiedEmbeddings(true)
          .build();

  @TempDir Path directory;

  /** The head that a checkpoint with this tensor beside the embedding gets. */
  private float[] head(float[] values, long... shape) throws IOException {
    Files.writeString(directory.resolve("config.json"), "{\"architectures\": [\"X\"]}");
    Files.write(
        directory.resolve("model.safetensors"),
        new SafetensorsBuilder()
            .floats("embed.weight", new float[] {1, 2, 3, 4, 5, 6, 7, 8}, 2, 4)
            .floats("head.weight", values, shape)
            .build());
    try (Checkpoint checkpoint = Checkpoint.open(directory)) {
      WeightLoader loader = new WeightLoader(checkpoint, WeightCache.none());
      DecoderWeights weights = new DecoderWeights(loader, TIED);
      assertArrayEquals(new long[] {2, 4}, weights.lmHead("head", "embed").shape());
      weights.refuseUnused("a test", name -> false);
      return loader.host("embed.weight").toFloats();
    }
  }

  @Test
  void aTiedHeadMayBeStoredTwice() throws IOException {
    float[] same = {1, 2, 3, 4, 5, 6, 7, 8};
    assertArrayEquals(same, head(same, 2, 4));
  }

  @Test
  void aTiedHeadThatDiffersIsRefused() {
    Path file = directory.resolve("model.safetensors");
    assertEquals(
        file
            + ": tensor \"head.weight\": is not embed.weight, although tie_word_embeddings is true",
        refusal(new float[] {1, 2, 3, 4, 5, 6, 7, 9}, 2, 4));
    assertEquals(
        file + ": tensor \"head.weight\": has shape [5], expected [2, 4]",
        refusal(new float[5], 5));
  }

  private String refusal(float[] values, long... shape) {
    return assertThrows(CheckpointException.class, () -> head(values, shape)).getMessage();
  }
}
