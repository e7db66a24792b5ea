// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tttv2.config.TensorFile;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class PoolingTest {
  private static final String CASE = "right_padded/";

  /** Returns texts of which the values do not matter. */
  private static TextBatch texts(int[] mask, int rows) {
    int[][] masks = new int[mask.length / rows][];
    Arrays.setAll(masks, text -> Arrays.copyOfRange(mask, text * rows, (text + 1) * rows));
    return new TextBatch(new int[masks.length][rows], masks, null);
  }

  @Test
  void equalsTheReference() {
    Path file = Path.of(System.getProperty("tttv2.goldens"), "blocks", "pooling.safetensors");
    try (TensorFile golden = TensorFile.open(file)) {
      long[] shape = golden.shape(CASE + "x");
      int[] extents = {(int) shape[0], (int) shape[1], (int) shape[2]};
      EncoderOutput hidden = new EncoderOutput(extents, golden.floats(CASE + "x"));
      TextBatch texts = texts(golden.ints(CASE + "mask"), extents[1]);
      EncoderOutput mean = Pooling.MEAN.pool(hidden, texts);
      assertArrayEquals(new int[] {extents[0], extents[2]}, mean.shape());
      assertArrayEquals(golden.floats(CASE + "mean"), mean.values(), 1e-6f);
      assertArrayEquals(
          golden.floats(CASE + "mean_normalized"), Pooling.normalized(mean).values(), 1e-6f);
      assertArrayEquals(golden.floats(CASE + "cls"), Pooling.CLS.pool(hidden, texts).values(), 0f);
      assertArrayEquals(
          golden.floats(CASE + "last"), Pooling.LAST.pool(hidden, texts).values(), 0f);
      assertArrayEquals(golden.floats(CASE + "max"), Pooling.MAX.pool(hidden, texts).values(), 0f);
      // A case or an output that nobody looks at would be left out.
      assertEquals(
          Set.of("x", "mask", "mean", "mean_normalized", "cls", "last", "max"),
          golden.names().stream()
              .map(name -> name.startsWith(CASE) ? name.substring(CASE.length()) : name)
              .collect(Collectors.toSet()));
    }
  }

  @Test
  void imagesHaveNoPadding() {
    EncoderOutput hidden = new EncoderOutput(new int[] {1, 2, 2}, new float[] {1, 2, 3, 6});
    ImageBatch image = new ImageBatch(new float[1], 1, 1, 1, 1);
    assertArrayEquals(new float[] {2, 4}, Pooling.MEAN.pool(hidden, image).values());
  }

  @Test
  void aVectorOfZerosStaysOne() {
    EncoderOutput zeros = new EncoderOutput(new int[] {1, 2}, new float[2]);
    assertArrayEquals(new float[2], Pooling.normalized(zeros).values());
  }

  @Test
  void refusesWhatWasNotMadeOfTheInputs() {
    EncoderOutput hidden = new EncoderOutput(new int[] {2, 1, 1}, new float[2]);
    TextBatch texts = texts(new int[] {1, 1, 1}, 1);
    String message =
        assertThrows(IllegalArgumentException.class, () -> Pooling.MEAN.pool(hidden, texts))
            .getMessage();
    assertTrue(message.contains("[2, 1, 1] was given for 3 inputs"), message);
    assertEquals(
        "encoder output: shape [2, 2] has 4 values, 3 were given",
        assertThrows(
                IllegalArgumentException.class,
                () -> new EncoderOutput(new int[] {2, 2}, new float[3]))
            .getMessage());
  }
}
