// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.core.block;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tttv2.core.DataType;
import dev.tttv2.core.DeviceTarget;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How a prompt's attention is divided among 64 cores. */
class PrefillChunksTest {
  private static final DeviceTarget BOARD =
      new DeviceTarget("wormhole_b0", 8, 8, 12, 1, 1, 32, true);

  private static AttentionConfig.Builder heads(int numHeads, int headDim) {
    return AttentionConfig.builder(numHeads * headDim, numHeads, numHeads, headDim);
  }

  @ParameterizedTest(name = "{0} heads, {2} queries from {1}: {3}")
  @CsvSource({
    "32, 0, 2048, 256", //
    "32, 0, 512, 256",
    "32, 0, 256, 128",
    "32, 0, 128, 64",
    "32, 0, 1, 32",
    "9, 0, 128, 32",
    "9, 0, 1024, 128",
    "32, 2048, 2048, 256",
    "32, 2112, 2048, 64",
    "32, 2080, 2048, 32",
  })
  void everyCoreHasAChunkThatBeginsWhereTheCallDoes(
      int heads, int start, long length, int expected) {
    assertEquals(expected, heads(heads, 64).build().resolve(BOARD).prefillChunk(start, length));
  }

  @ParameterizedTest(name = "heads of {0} in {1}: {2}")
  @CsvSource({
    "64, BFLOAT16, 256", //
    "128, BFLOAT16, 256",
    "160, BFLOAT16, 128",
    "256, BFLOAT16, 128",
    "128, FLOAT32, 128",
    "2048, FLOAT32, 32",
  })
  void chunksFitIntoL1(int headDim, DataType dtype, int expected) {
    AttentionConfig config = heads(64, headDim).activationDtype(dtype).build();
    assertEquals(expected, config.resolve(BOARD).prefillChunk(0, 1 << 20));
  }

  @Test
  void theChoiceMayBeLeftToTheOperation() {
    assertEquals(0, heads(32, 64).prefillChunk(0).build().resolve(BOARD).prefillChunk(0, 2048));
    assertEquals(64, heads(32, 64).prefillChunk(64).build().resolve(BOARD).prefillChunk(0, 2048));
  }

  @ParameterizedTest
  @ValueSource(ints = {-32, 16, 33, 96})
  void oddSizesAreRefused(int chunk) {
    AttentionConfig config = heads(32, 64).prefillChunk(chunk).build();
    assertEquals(
        "attention: prefillChunk is %d, expected 0 (TTNN's choice) or a power of two from 32 on"
            .formatted(chunk),
        assertThrows(IllegalArgumentException.class, () -> config.resolve(BOARD)).getMessage());
  }
}
