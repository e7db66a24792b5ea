// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.config;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tttv2.core.DataType;
import dev.tttv2.core.TensorSpec;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class HostWeightTest {
  private static float[] counting(int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = i;
    }
    return values;
  }

  private static HostWeight weight(String name, float[] values, long... shape) {
    byte[] file = new SafetensorsBuilder().floats(name, values, shape).build();
    Map<String, StoredTensor> tensors =
        SafetensorsFile.read(
            new MappedFile(Path.of("model.safetensors"), MemorySegment.ofArray(file)));
    return HostWeight.of(tensors.get(name));
  }

  private static HostWeight weight(String name, long... shape) {
    int count = 1;
    for (long extent : shape) {
      count *= (int) extent;
    }
    return weight(name, counting(count), shape);
  }

  @Test
  void decodesManyRowsInParallel() {
    float[] values = new float[1000 * 333];
    Random random = new Random(1);
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextFloat();
    }
    assertArrayEquals(values, weight("w", values, 1000, 333).toFloats());
    assertArrayEquals(values, weight("w", values, 333_000).toFloats());
    assertArrayEquals(values, weight("w", values, 10, 100, 333).toFloats());
    assertArrayEquals(values, weight("w", values, 1, 333_000).toFloats());
  }

  @Test
  void joinsRows() {
    HostWeight q = weight("q", 2, 3);
    HostWeight k = weight("k", new float[] {10, 11, 12}, 1, 3);
    HostWeight joined = HostWeight.concatRows(List.of(q, k, q));
    assertEquals("q+k+q", joined.name());
    assertArrayEquals(new long[] {5, 3}, joined.shape());
    assertArrayEquals(
        new float[] {0, 1, 2, 3, 4, 5, 10, 11, 12, 0, 1, 2, 3, 4, 5}, joined.toFloats());
    assertArrayEquals(new float[] {3, 4, 5, 10, 11, 12}, joined.rows(1, 3).toFloats());
    HostWeight biases = HostWeight.concatRows("b", List.of(weight("a", 2), weight("b", 3)));
    assertArrayEquals(new float[] {0, 1, 0, 1, 2}, biases.toFloats());
    String message =
        assertThrows(
                IllegalArgumentException.class,
                () -> HostWeight.concatRows("qk", List.of(q, weight("k", 2, 4))))
            .getMessage();
    assertEquals(
        "qk: weight k has shape [2, 4], which cannot be joined by rows to [2, 3] of q", message);
    assertThrows(IllegalArgumentException.class, () -> HostWeight.concatRows("none", List.of()));
  }

  @Test
  void unpermutesRotaryPairs() {
    // Two heads of four rows: pairs (0,1), (2,3) become (0,2), (1,3).
    HostWeight w = weight("q", 8, 2).unpermuteRope(2);
    assertArrayEquals(new long[] {8, 2}, w.shape());
    assertArrayEquals(
        new float[] {0, 1, 4, 5, 2, 3, 6, 7, 8, 9, 12, 13, 10, 11, 14, 15}, w.toFloats());
    assertArrayEquals(
        new float[] {0, 2, 4, 1, 3, 5}, weight("bias", 6).unpermuteRope(1).toFloats());
    for (int heads : new int[] {0, -1, 3, 8}) {
      assertThrows(IllegalArgumentException.class, () -> weight("q", 8, 2).unpermuteRope(heads));
    }
    assertThrows(IllegalArgumentException.class, () -> weight("q", 2, 2, 2).unpermuteRope(1));
  }

  @Test
  void cutsRows() {
    HostWeight w = weight("w", 4, 2, 3);
    HostWeight cut = w.rows(1, 3);
    assertEquals("w[1:3]", cut.name());
    assertArrayEquals(new long[] {2, 2, 3}, cut.shape());
    assertArrayEquals(new float[] {6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17}, cut.toFloats());
    assertArrayEquals(new float[] {12, 13, 14, 15, 16, 17}, cut.rows(1, 2).toFloats());
    assertArrayEquals(new float[] {2, 3}, weight("b", 5).rows(2, 4).toFloats());
    assertThrows(IllegalArgumentException.class, () -> w.rows(0, 5));
    assertThrows(IllegalArgumentException.class, () -> w.rows(-1, 2));
    assertThrows(IllegalArgumentException.class, () -> w.rows(2, 2));
  }

  @Test
  void combinatorsAgreeWithNaiveIndexing() {
    Random random = new Random(7);
    for (int round = 0; round < 50; round++) {
      int heads = 1 + random.nextInt(4);
      int dim = 2 * (1 + random.nextInt(8));
      int in = 1 + random.nextInt(40);
      int rows = heads * dim;
      float[] values = counting(rows * in);
      HostWeight q = weight("q", values, rows, in).unpermuteRope(heads);
      HostWeight both = HostWeight.concatRows(List.of(q, weight("v", values, rows, in)));
      int from = random.nextInt(2 * rows);
      int to = from + 1 + random.nextInt(2 * rows - from);
      float[] actual = both.rows(from, to).toFloats();
      for (int row = from; row < to; row++) {
        int stored = row % rows;
        if (row < rows) {
          int inHead = row % dim;
          int half = inHead / (dim / 2);
          stored = row - inHead + inHead % (dim / 2) * 2 + half;
        }
        for (int i = 0; i < in; i++) {
          assertEquals(values[stored * in + i], actual[(row - from) * in + i]);
        }
      }
    }
  }

  @Test
  void checksTheTensorsShape() {
    HostWeight w = weight("w", 4, 6);
    w.checkShape(TensorSpec.tile(DataType.BFLOAT16, 1, 1, 6, 4), true);
    w.checkShape(TensorSpec.tile(DataType.BFLOAT16, 4, 6), false);
    weight("norm", 64).checkShape(TensorSpec.rowMajor(DataType.BFLOAT16, 1, 1, 2, 32), false);
    weight("conv", 8, 3, 2, 2).checkShape(TensorSpec.tile(DataType.BFLOAT16, 8, 12), false);
    String message =
        assertThrows(
                IllegalArgumentException.class,
                () -> w.checkShape(TensorSpec.tile(DataType.BFLOAT16, 4, 6), true))
            .getMessage();
    assertEquals("weight w has shape [4, 6], expected [4, 6] transposed", message);
    assertThrows(
        IllegalArgumentException.class,
        () -> w.checkShape(TensorSpec.tile(DataType.BFLOAT16, 4, 5), false));
    assertThrows(
        IllegalArgumentException.class,
        () -> w.checkShape(TensorSpec.tile(DataType.BFLOAT16, 6, 4), false));
    assertThrows(
        IllegalArgumentException.class,
        () -> weight("b", 6).checkShape(TensorSpec.tile(DataType.BFLOAT16, 6, 1), true));
  }

  @Test
  void recipesTellWeightsApart() {
    SourceHashes hashes = WeightCache.none().sourceHashes();
    HostWeight a = weight("a", 4, 2);
    String recipe = a.recipe(hashes);
    assertEquals(recipe, weight("other name", 4, 2).recipe(hashes));
    List<HostWeight> others =
        List.of(
            weight("a", new float[8], 4, 2),
            weight("a", 2, 4),
            a.rows(0, 3),
            a.unpermuteRope(1),
            a.unpermuteRope(2),
            HostWeight.concatRows(List.of(a, a)));
    for (HostWeight other : others) {
      assertTrue(!recipe.equals(other.recipe(WeightCache.none().sourceHashes())), other.toString());
    }
  }
}
