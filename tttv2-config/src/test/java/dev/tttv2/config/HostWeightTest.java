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
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
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
  void rearrangesRowsAndColumns() {
    int[] pattern = {1, -1, 0};
    HostWeight w = weight("w", 4, 2);
    HostWeight rows = w.rearranged(0, 2, pattern);
    assertEquals("w", rows.name());
    assertArrayEquals(new long[] {6, 2}, rows.shape());
    assertArrayEquals(new float[] {2, 3, 0, 0, 0, 1, 6, 7, 0, 0, 4, 5}, rows.toFloats());
    HostWeight columns = w.rearranged(-1, 2, pattern);
    assertArrayEquals(new long[] {4, 3}, columns.shape());
    assertArrayEquals(new float[] {1, 0, 0, 3, 0, 2, 5, 0, 4, 7, 0, 6}, columns.toFloats());
    assertArrayEquals(
        new float[] {1, 0, 0, 3, 0, 2}, weight("b", 4).rearranged(0, 2, pattern).toFloats());
    assertArrayEquals(
        new float[] {6, 7, 8, 9, 10, 11, 0, 1, 2, 3, 4, 5},
        weight("w", 2, 2, 3).rearranged(0, 2, new int[] {1, 0}).toFloats());
    // Rows of q, k and v of each of two heads of one row.
    HostWeight qkv = weight("qkv", 6, 1);
    assertArrayEquals(new float[] {1, 4}, qkv.rearranged(0, 3, new int[] {1}).toFloats());
    assertThrows(IllegalArgumentException.class, () -> w.rearranged(0, 3, pattern));
    assertThrows(IllegalArgumentException.class, () -> w.rearranged(2, 2, pattern));
  }

  @Test
  void transposes() {
    HostWeight w = weight("conv1d", 2, 3).transposed();
    assertArrayEquals(new long[] {3, 2}, w.shape());
    assertArrayEquals(new float[] {0, 3, 1, 4, 2, 5}, w.toFloats());
    assertArrayEquals(new float[] {1, 4}, w.rows(1, 2).toFloats());
    assertArrayEquals(weight("conv1d", 2, 3).toFloats(), w.transposed().toFloats());
    String message =
        assertThrows(IllegalArgumentException.class, () -> weight("b", 3).transposed())
            .getMessage();
    assertTrue(message.startsWith("weight b of shape [3] cannot be transposed"), message);
  }

  @Test
  void cutsColumns() {
    HostWeight w = weight("w", 2, 4).columns(1, 3);
    assertEquals("w[.., 1:3]", w.name());
    assertArrayEquals(new long[] {2, 2}, w.shape());
    assertArrayEquals(new float[] {1, 2, 5, 6}, w.toFloats());
    assertArrayEquals(new float[] {1, 2}, weight("b", 4).columns(1, 3).toFloats());
    String message =
        assertThrows(IllegalArgumentException.class, () -> weight("w", 2, 4).columns(3, 5))
            .getMessage();
    assertEquals("weight w of shape [2, 4] has no columns 3 to 5", message);
  }

  @Test
  void reshapes() {
    HostWeight conv = weight("conv", 4, 3, 2, 2);
    HostWeight linear = conv.reshaped(4, 12);
    assertArrayEquals(new long[] {4, 12}, linear.shape());
    assertArrayEquals(conv.toFloats(), linear.toFloats());
    assertArrayEquals(counting(48), linear.reshaped(48).toFloats());
    assertArrayEquals(new float[] {12, 13}, linear.rows(1, 2).columns(0, 2).toFloats());
    HostWeight odd = linear.columns(0, 6).reshaped(8, 3);
    assertArrayEquals(new float[] {12, 13, 14, 15, 16, 17}, odd.rows(2, 4).toFloats());
    assertArrayEquals(
        new float[] {3, 4, 5, 12, 13, 14, 15}, odd.reshaped(24).rows(3, 10).toFloats());
    for (long[] shape :
        new long[][] {{}, {5, 10}, {-4, -12}, {0, 48}, {1L << 32, 1L << 32, 48}, {47}}) {
      assertThrows(IllegalArgumentException.class, () -> conv.reshaped(shape));
    }
    assertEquals(
        "weight conv of shape [4, 3, 2, 2] cannot be reshaped to [5, 10]",
        assertThrows(IllegalArgumentException.class, () -> conv.reshaped(5, 10)).getMessage());
  }

  /** A weight of 64-value rows in a quantised format, of random bits. */
  private static HostWeight quantised(long... shape) {
    int values = 1;
    for (long extent : shape) {
      values *= (int) extent;
    }
    byte[] bytes = new byte[values / 32 * 34];
    new Random(5).nextBytes(bytes);
    for (int block = 0; block < bytes.length; block += 34) {
      bytes[block + 1] = 0x20; // a scale that is finite
    }
    StoredTensor tensor =
        new StoredTensor(
            new MappedFile(Path.of("model.gguf"), MemorySegment.ofArray(bytes)),
            "q",
            "Q8_0",
            Optional.of(WeightFormat.Q8_0),
            shape,
            0,
            bytes.length);
    return HostWeight.of(tensor);
  }

  @Test
  void combinatorsReachIntoBlocks() {
    float[] all = quantised(3, 64).toFloats();
    HostWeight part = quantised(3, 64).columns(30, 40);
    HostWeight turned = quantised(3, 64).transposed();
    for (int row = 0; row < 3; row++) {
      for (int i = 0; i < 64; i++) {
        assertEquals(all[row * 64 + i], turned.rows(i, i + 1).toFloats()[row]);
      }
      assertArrayEquals(
          Arrays.copyOfRange(all, row * 64 + 30, row * 64 + 40),
          part.rows(row, row + 1).toFloats());
    }
    assertArrayEquals(all, quantised(3, 64).reshaped(2, 96).toFloats());
    assertArrayEquals(all, quantised(3, 64).reshaped(4, 48).toFloats());
    assertArrayEquals(all, quantised(3, 64).reshaped(192).toFloats());
    HostWeight vector = quantised(64);
    float[] values = vector.toFloats();
    assertArrayEquals(Arrays.copyOfRange(values, 5, 40), vector.rows(5, 40).toFloats());
    assertArrayEquals(
        new float[] {values[1], 0, values[3], 0},
        vector.rearranged(0, 2, new int[] {1, -1}).rows(0, 4).toFloats());
  }

  /** Row-major values and what the combinators should make of them. */
  private record Naive(int rows, int width, float[] values) {
    float at(int row, int column) {
      return values[row * width + column];
    }

    interface Element {
      float at(int row, int column);
    }

    static Naive of(int rows, int width, Element element) {
      float[] values = new float[rows * width];
      for (int row = 0; row < rows; row++) {
        for (int column = 0; column < width; column++) {
          values[row * width + column] = element.at(row, column);
        }
      }
      return new Naive(rows, width, values);
    }

    Naive transposed() {
      return of(width, rows, (row, column) -> at(column, row));
    }

    Naive rows(int from, int to) {
      return of(to - from, width, (row, column) -> at(from + row, column));
    }

    Naive rearranged(int group, int[] pattern) {
      return of(
          rows / group * pattern.length,
          width,
          (row, column) -> {
            int chosen = pattern[row % pattern.length];
            return chosen < 0 ? 0 : at(row / pattern.length * group + chosen, column);
          });
    }
  }

  /** Any combinators on top of each other, on a plain and a quantised weight. */
  @Test
  void stackedCombinatorsAgreeWithNaiveIndexing() {
    Random random = new Random(11);
    for (int round = 0; round < 200; round++) {
      HostWeight weight = round % 2 == 0 ? weight("w", 24, 64) : quantised(24, 64);
      Naive naive = new Naive(24, 64, weight.toFloats());
      StringBuilder steps = new StringBuilder();
      for (int step = 0; step < 4; step++) {
        int choice = random.nextInt(7);
        steps.append(choice).append(' ');
        switch (choice) {
          case 0 -> {
            weight = weight.transposed();
            naive = naive.transposed();
          }
          case 1 -> {
            int from = random.nextInt(naive.rows);
            int to = from + 1 + random.nextInt(naive.rows - from);
            weight = weight.rows(from, to);
            naive = naive.rows(from, to);
          }
          case 2 -> {
            int from = random.nextInt(naive.width);
            int to = from + 1 + random.nextInt(naive.width - from);
            weight = weight.columns(from, to);
            naive = naive.transposed().rows(from, to).transposed();
          }
          case 3, 4 -> {
            boolean byRows = choice == 3;
            int extent = byRows ? naive.rows : naive.width;
            int group = 1 + random.nextInt(extent);
            while (extent % group != 0) {
              group--;
            }
            int bound = group;
            int[] pattern = random.ints(1 + random.nextInt(4), -1, bound).toArray();
            weight = weight.rearranged(byRows ? 0 : 1, group, pattern);
            naive =
                byRows
                    ? naive.rearranged(group, pattern)
                    : naive.transposed().rearranged(group, pattern).transposed();
          }
          case 5 -> {
            int size = naive.values.length;
            int rows = 1 + random.nextInt(size);
            while (size % rows != 0) {
              rows--;
            }
            weight = weight.reshaped(rows, size / rows);
            naive = new Naive(rows, size / rows, naive.values);
          }
          default -> {
            weight = HostWeight.concatRows(List.of(weight, weight));
            Naive one = naive;
            naive = Naive.of(2 * one.rows, one.width, (row, i) -> one.at(row % one.rows, i));
          }
        }
        assertArrayEquals(new long[] {naive.rows, naive.width}, weight.shape(), steps.toString());
        assertArrayEquals(naive.values, weight.toFloats(), steps.toString());
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
            a.transposed(),
            a.transposed().transposed().rows(0, 2),
            a.reshaped(8),
            a.columns(0, 1),
            a.columns(1, 2),
            a.columns(0, 1).reshaped(1, 4),
            a.rearranged(0, 2, new int[] {1, 0}),
            a.rearranged(0, 4, new int[] {1, 0, 3, 2, -1}),
            a.rearranged(1, 2, new int[] {1, 0}),
            HostWeight.concatRows(List.of(a, a)));
    Set<String> recipes = new HashSet<>(Set.of(recipe));
    for (HostWeight other : others) {
      assertTrue(recipes.add(other.recipe(WeightCache.none().sourceHashes())), other.toString());
    }
  }
}
