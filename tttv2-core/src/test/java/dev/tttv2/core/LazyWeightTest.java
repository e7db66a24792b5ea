// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.core;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Weights in arrays, and weights that know no more than the interface asks for. */
class LazyWeightTest {
  private static Device device;

  @BeforeAll
  static void open() {
    device = Device.open();
  }

  @AfterAll
  static void close() {
    device.close();
  }

  @AfterEach
  void nothingIsLeft() {
    assertEquals(0, device.memory(BufferType.DRAM).liveTensors());
  }

  private static LazyWeight counting(String name, int first, long... shape) {
    long volume = 1;
    for (long extent : shape) {
      volume *= extent;
    }
    float[] values = new float[(int) volume];
    for (int i = 0; i < values.length; i++) {
      values[i] = first + i;
    }
    return LazyWeight.of(name, values, shape);
  }

  /** The same weight, without what the array's class can do in host memory. */
  private record Opaque(LazyWeight weight) implements LazyWeight {
    @Override
    public String name() {
      return weight.name();
    }

    @Override
    public long[] shape() {
      return weight.shape();
    }

    @Override
    public Tensor load(Device device, TensorSpec spec, boolean transposed) {
      return weight.load(device, spec, transposed);
    }
  }

  private static float[] load(LazyWeight weight, TensorSpec spec, boolean transposed) {
    try (Tensor tensor = weight.load(device, spec, transposed)) {
      assertEquals(spec, tensor.spec());
      assertTrue(tensor.toString().startsWith("\"" + weight.name() + "\""), tensor.toString());
      return tensor.toFloats();
    }
  }

  private static void refuses(String text, Executable body) {
    IllegalArgumentException e = assertThrows(IllegalArgumentException.class, body);
    assertTrue(e.getMessage().contains(text), e.getMessage());
  }

  @ParameterizedTest
  @EnumSource(
      value = DataType.class,
      names = {"FLOAT32", "BFLOAT16", "BFLOAT8_B"})
  void joinedInHostMemoryOrOnTheDeviceIsTheSame(DataType dtype) {
    List<LazyWeight> parts =
        List.of(counting("q", 0, 64, 3), counting("k", 7, 32, 3), counting("v", -5, 32, 3));
    LazyWeight host = LazyWeight.concat(parts);
    LazyWeight onDevice = LazyWeight.concat(parts.stream().<LazyWeight>map(Opaque::new).toList());
    assertEquals("q+k+v", host.name());
    assertEquals(host.name(), onDevice.name());
    assertArrayEquals(new long[] {128, 3}, host.shape());
    assertArrayEquals(host.shape(), onDevice.shape());
    TensorSpec spec = TensorSpec.tile(dtype, 3, 128);
    assertArrayEquals(load(host, spec, true), load(onDevice, spec, true));
    assertArrayEquals(
        load(host, TensorSpec.tile(dtype, 128, 3), false),
        load(onDevice, TensorSpec.tile(dtype, 128, 3), false));
  }

  @Test
  void biasesAreJoined() {
    List<LazyWeight> parts = List.of(counting("a", 0, 3), counting("b", 10, 2));
    TensorSpec spec = TensorSpec.tile(DataType.FLOAT32, 1, 1, 1, 5);
    float[] expected = {0, 1, 2, 10, 11};
    assertArrayEquals(expected, load(LazyWeight.concat(parts), spec, false));
    assertArrayEquals(
        expected,
        load(LazyWeight.concat(List.of(new Opaque(parts.get(0)), parts.get(1))), spec, false));
    assertArrayEquals(
        expected,
        load(LazyWeight.concat(List.of(parts.get(0), new Opaque(parts.get(1)))), spec, false));
    assertSame(parts.get(0), LazyWeight.concat(parts.subList(0, 1)));
  }

  @ParameterizedTest
  @EnumSource(
      value = DataType.class,
      names = {"FLOAT32", "BFLOAT8_B"})
  void rowsOfAWeight(DataType dtype) {
    LazyWeight whole = counting("w", 0, 96, 5);
    for (LazyWeight weight : List.of(whole, new Opaque(whole))) {
      LazyWeight rows = weight.rows(32, 64);
      assertArrayEquals(new long[] {32, 5}, rows.shape());
      assertEquals("w[32:64]", rows.name());
      float[] expected = load(counting("rows", 32 * 5, 32, 5), TensorSpec.tile(dtype, 5, 32), true);
      assertArrayEquals(expected, load(rows, TensorSpec.tile(dtype, 5, 32), true));
      refuses("weight w: rows 90 to 97 of shape [96, 5]", () -> weight.rows(90, 97));
      refuses("rows 5 to 5", () -> weight.rows(5, 5));
    }
    LazyWeight bias = new Opaque(counting("b", 0, 8)).rows(2, 5);
    assertArrayEquals(
        new float[] {2, 3, 4}, load(bias, TensorSpec.tile(DataType.FLOAT32, 1, 1, 1, 3), false));
  }

  private static float[] values(LazyWeight weight) {
    return load(weight, TensorSpec.tile(DataType.FLOAT32, weight.shape()), false);
  }

  @Test
  void rearrangesRowsAndColumns() {
    LazyWeight w = counting("w", 0, 4, 2);
    int[] pattern = {1, -1, 0};
    LazyWeight rows = w.rearranged(0, 2, pattern);
    assertArrayEquals(new long[] {6, 2}, rows.shape());
    assertEquals("w", rows.name());
    assertArrayEquals(new float[] {2, 3, 0, 0, 0, 1, 6, 7, 0, 0, 4, 5}, values(rows));
    LazyWeight columns = w.rearranged(1, 2, pattern);
    assertArrayEquals(new long[] {4, 3}, columns.shape());
    assertArrayEquals(new float[] {1, 0, 0, 3, 0, 2, 5, 0, 4, 7, 0, 6}, values(columns));
    assertArrayEquals(values(columns), values(w.rearranged(-1, 2, pattern)));
    LazyWeight vector = counting("b", 0, 4).rearranged(0, 4, new int[] {3, 2, 1, 0, -1});
    assertArrayEquals(
        new float[] {3, 2, 1, 0, 0}, load(vector, TensorSpec.tile(DataType.FLOAT32, 1, 5), false));
    assertArrayEquals(
        values(counting("c", 0, 2, 4, 3).rearranged(0, 2, new int[] {1, 0})),
        values(
            LazyWeight.concat(
                List.of(
                    counting("c", 0, 2, 4, 3).rows(1, 2), counting("c", 0, 2, 4, 3).rows(0, 1)))));
  }

  /** As Opaque, but can be rearranged. */
  private record Movable(LazyWeight weight) implements LazyWeight {
    @Override
    public String name() {
      return weight.name();
    }

    @Override
    public long[] shape() {
      return weight.shape();
    }

    @Override
    public Tensor load(Device device, TensorSpec spec, boolean transposed) {
      return weight.load(device, spec, transposed);
    }

    @Override
    public LazyWeight rearranged(int dim, int group, int[] pattern) {
      return new Movable(weight.rearranged(dim, group, pattern));
    }
  }

  @Test
  void partsAndJoinsAreRearrangedWhereGroupsStayWhole() {
    int[] pattern = {1, 0, -1};
    LazyWeight w = counting("w", 0, 8, 2);
    LazyWeight part = new Movable(w).rows(2, 6);
    LazyWeight joined = LazyWeight.concat(List.of(new Movable(w.rows(0, 2)), w.rows(2, 8)));
    for (int dim = 0; dim < 2; dim++) {
      assertArrayEquals(
          values(w.rows(2, 6).rearranged(dim, 2, pattern)),
          values(part.rearranged(dim, 2, pattern)));
      assertArrayEquals(
          values(w.rearranged(dim, 2, pattern)), values(joined.rearranged(dim, 2, pattern)));
    }
    int[] swap = {3, 2, 1, 0};
    assertEquals(
        "weight w[2:6] of shape [8, 2]: its rows are cut out on the device and are not whole groups"
            + " of 4",
        assertThrows(UnsupportedOperationException.class, () -> part.rearranged(0, 4, swap))
            .getMessage());
    assertEquals(
        "weight w[0:2]+w[2:8]: groups of 4 rows reach across part w[0:2] of 2 rows, which is joined"
            + " on the device",
        assertThrows(UnsupportedOperationException.class, () -> joined.rearranged(0, 4, swap))
            .getMessage());
    assertEquals(
        "weight w: dev.tttv2.core.LazyWeightTest$Opaque does not implement"
            + " LazyWeight.rearranged(int dim, int group, int[] pattern)",
        assertThrows(
                UnsupportedOperationException.class, () -> new Opaque(w).rearranged(0, 4, swap))
            .getMessage());
    refuses(
        "weight w: dimension 0 of shape [8, 2] cannot be rearranged in groups of 3",
        () -> w.rearranged(0, 3, pattern));
    refuses("groups of 2 by [2]", () -> w.rearranged(0, 2, new int[] {2}));
    refuses("groups of 2 by [-2]", () -> part.rearranged(1, 2, new int[] {-2}));
    refuses("groups of 2 by []", () -> joined.rearranged(0, 2, new int[0]));
    refuses(
        "dimension 1 of shape [2, 2, 2] cannot be rearranged, only the first and the last",
        () -> counting("c", 0, 2, 2, 2).rearranged(1, 2, pattern));
  }

  @Test
  void whatDoesNotFitIsNamed() {
    LazyWeight weight = counting("w", 0, 2, 3);
    refuses(
        "weight w: 5 values for shape [2, 3], which has 6",
        () -> LazyWeight.of("w", new float[5], 2, 3));
    refuses("weight w: shape [0]", () -> LazyWeight.of("w", new float[0], 0));
    refuses(
        "weight w: shape [2, 3] cannot be loaded transposed as [2, 3] FLOAT32 TILE",
        () -> weight.load(device, TensorSpec.tile(DataType.FLOAT32, 2, 3), true));
    refuses(
        "weight w: shape [2, 3] cannot be loaded as [7] FLOAT32 TILE",
        () -> weight.load(device, TensorSpec.tile(DataType.FLOAT32, 7), false));
    refuses(
        "weight w has shape [2, 3], weight u has [2, 4]",
        () -> LazyWeight.concat(List.of(weight, counting("u", 0, 2, 4))));
    refuses(
        "weight w has shape [2, 3], weight u has [6]",
        () -> LazyWeight.concat(List.of(new Opaque(weight), counting("u", 0, 6))));
    refuses("concat: no weights", () -> LazyWeight.concat(List.of()));
  }
}
