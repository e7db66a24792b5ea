// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.core;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tttv2.ffm.TtnnException;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Tensors on several devices, and what these exchange. */
class MeshTest {
  private static final float[] VALUES = {1, 2, 3, 4, 5, 6, 7, 8};

  private static Device open(int rows, int columns) {
    return Device.open(
        DeviceOptions.builder().mesh(rows, columns).numThreads(1).dramBytes(1 << 20).build());
  }

  private static Tensor place(Device device, MeshMapping mapping, long... part) {
    try (Arena arena = Arena.ofConfined()) {
      return Tensor.fromHost(
          device,
          TensorSpec.tile(DataType.FLOAT32, part),
          DataType.FLOAT32,
          arena.allocateFrom(ValueLayout.JAVA_FLOAT, VALUES),
          false,
          mapping);
    }
  }

  @Test
  void sharesAndGathers() {
    try (Device device = open(1, 4);
        Tensor x = place(device, MeshMapping.shard(-1), 1, 2);
        Tensor whole = Ttnn.allGather(x, -1, CollectiveArgs.DEFAULTS);
        Tensor own = Ttnn.meshPartition(whole, 1, CollectiveArgs.DEFAULTS);
        Tensor sum = Ttnn.allReduce(x, CollectiveArgs.DEFAULTS);
        Tensor parts = Ttnn.reduceScatter(whole, 1, CollectiveArgs.DEFAULTS)) {
      assertEquals(4, device.info().meshCols());
      assertArrayEquals(new long[] {1, 2}, x.shape());
      assertArrayEquals(VALUES, x.toFloats(MeshMapping.shard(1)));
      assertArrayEquals(VALUES, whole.toFloats());
      assertArrayEquals(VALUES, own.toFloats(MeshMapping.shard(-1)));
      assertArrayEquals(new float[] {16, 20}, sum.toFloats());
      assertArrayEquals(
          new float[] {4, 8, 12, 16, 20, 24, 28, 32}, parts.toFloats(MeshMapping.shard(1)));
      assertEquals(4 * 8, x.storageSize());
    }
  }

  @Test
  void aMeshOpensInGroups() {
    DeviceOptions options =
        DeviceOptions.builder().mesh(2, 4).numThreads(1).dramBytes(1 << 20).build();
    List<Device> groups = Device.openGroups(options, 1, 2);
    assertEquals(
        List.of("host:0", "host:2", "host:4", "host:6"),
        groups.stream().map(Device::toString).toList());
    for (Device group : groups) {
      assertEquals(1, group.target().meshRows());
      assertEquals(2, group.target().meshCols());
      try (group;
          Tensor x = place(group, MeshMapping.shard(-1), 1, 4);
          Tensor sum = Ttnn.allReduce(x, CollectiveArgs.DEFAULTS)) {
        assertArrayEquals(new float[] {6, 8, 10, 12}, sum.toFloats());
      }
    }
    List<Device> squares = Device.openGroups(options, 2, 2);
    assertEquals(List.of("host:0", "host:2"), squares.stream().map(Device::toString).toList());
    for (Device square : squares) {
      assertEquals(4, square.target().tensorParallel());
      try (square;
          Tensor x = place(square, MeshMapping.shard(-1), 1, 2)) {
        assertArrayEquals(VALUES, x.toFloats(MeshMapping.shard(-1)));
      }
    }
    RuntimeException e = assertThrows(TtnnException.class, () -> Device.openGroups(options, 2, 3));
    assertTrue(
        e.getMessage().contains("a mesh of 2 x 4 does not divide into groups of 2 x 3"),
        e.getMessage());
    assertThrows(TtnnException.class, () -> Device.openGroups(options, 0, -1));
  }

  @Test
  void exchangesAlongAnAxis() {
    try (Device device = open(2, 2);
        Tensor x = place(device, MeshMapping.of(0, 1), 1, 2);
        Tensor row = Ttnn.allGather(x, 1, CollectiveArgs.builder().alongRows().build());
        Tensor column = Ttnn.allGather(x, 0, CollectiveArgs.builder().alongColumns().build())) {
      assertArrayEquals(VALUES, x.toFloats(MeshMapping.of(0, 1)));
      assertArrayEquals(VALUES, row.toFloats(MeshMapping.of(0, null)));
      assertArrayEquals(VALUES, column.toFloats(MeshMapping.of(null, 1)));
      assertThrows(
          RuntimeException.class, () -> Ttnn.allReduce(x, CollectiveArgs.DEFAULTS).close());
    }
  }

  @Test
  void refusesWhatDoesNotFit() {
    try (Device device = open(1, 4);
        Tensor x = place(device, MeshMapping.REPLICATED, 2, 4)) {
      assertEquals(
          "mesh mapping [2, 2]: a tensor [2, 4] has no such dimension",
          assertThrows(IllegalArgumentException.class, () -> x.toFloats(MeshMapping.shard(2)))
              .getMessage());
      String message =
          assertThrows(
                  RuntimeException.class, () -> place(device, MeshMapping.shard(1), 2, 4).close())
              .getMessage();
      assertTrue(message.contains("32 bytes") && message.contains("128"), message);
    }
    DeviceTarget grid = new DeviceTarget("host", 8, 8, 12, 2, 4, 1, true);
    assertEquals(8, grid.tensorParallel());
    assertThrows(IllegalArgumentException.class, () -> grid.requireOneDevice("a block"));
  }

  @Test
  void bothAxesShareADimensionRowByRow() {
    try (Device device = open(2, 2);
        Tensor x = place(device, MeshMapping.shard(-1), 2, 1);
        Tensor rows = Ttnn.allGather(x, -1, CollectiveArgs.builder().alongRows().build());
        Tensor whole = Ttnn.allGather(rows, -1, CollectiveArgs.builder().alongColumns().build())) {
      assertEquals(MeshMapping.of(-1, -1), MeshMapping.shard(-1));
      assertArrayEquals(
          new long[] {2, 4}, MeshMapping.shard(1).whole(new long[] {2, 1}, device.target()));
      assertArrayEquals(VALUES, x.toFloats(MeshMapping.shard(1)));
      assertArrayEquals(VALUES, whole.toFloats());
    }
  }

  /**
   * Added up within the columns, then within the rows: each device keeps the part of its number.
   */
  @Test
  void sumsAreScatteredOverBothAxes() {
    try (Device device = open(2, 4);
        Tensor x = place(device, MeshMapping.REPLICATED, 1, 8);
        Tensor ofColumns =
            Ttnn.reduceScatter(x, -1, CollectiveArgs.builder().alongColumns().build());
        Tensor sum =
            Ttnn.reduceScatter(ofColumns, -1, CollectiveArgs.builder().alongRows().build())) {
      assertArrayEquals(new long[] {1, 1}, sum.shape());
      assertArrayEquals(
          new float[] {8, 16, 24, 32, 40, 48, 56, 64}, sum.toFloats(MeshMapping.shard(1)));
    }
  }

  @Test
  void weightsAreShared() {
    try (Device device = open(1, 2);
        Tensor x =
            LazyWeight.of("w", VALUES, 4, 2)
                .load(
                    device, TensorSpec.tile(DataType.FLOAT32, 2, 2), true, MeshMapping.shard(-1))) {
      assertArrayEquals(new float[] {1, 3, 5, 7, 2, 4, 6, 8}, x.toFloats(MeshMapping.shard(1)));
    }
  }
}
