// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.core;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tttv2.ffm.TtnnException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Data on its way to tensors and back, and what a tensor says of itself. */
class TensorTest {
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

  private static float[] random(int count) {
    Random random = new Random(3);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  private static void refuses(String text, Executable body) {
    IllegalArgumentException e = assertThrows(IllegalArgumentException.class, body);
    assertTrue(e.getMessage().contains(text), e.getMessage());
  }

  @Test
  void shapesOfTooManyElementsAreRefused() {
    TensorSpec.tile(DataType.FLOAT32, 1L << 20, (1L << 20) - 1);
    for (long[] shape :
        new long[][] {
          {1L << 40}, {1L << 20, 1L << 20}, {1L << 31, 1L << 32}, {1L << 32, 1L << 32}
        }) {
      refuses("a product below 2^40", () -> TensorSpec.tile(DataType.FLOAT32, shape));
    }
  }

  @Test
  void aReadThatHasBegunKeepsTheValues() {
    int[] values = IntStream.range(0, 1500).toArray();
    int[] read = new int[1500];
    PendingRead early;
    PendingRead late;
    try (Tensor tensor = Tensor.ofInts(device, DataType.INT32, values, 30, 50)) {
      early = tensor.beginRead(DataType.INT32);
      tensor.write(new int[1500]);
      late = tensor.named("numbers").beginRead(DataType.INT32);
    }
    for (int i = 0; i < 2; i++) {
      early.finish(read);
      assertArrayEquals(values, read);
    }
    late.finish(read);
    assertArrayEquals(new int[1500], read);
    String message =
        assertThrows(TtnnException.InvalidArgument.class, () -> late.finish(new int[1]))
            .getMessage();
    assertTrue(message.contains("dst is 4 bytes"), message);
    early.close();
    late.close();
    late.close();
    assertEquals(
        "the read of tensor \"numbers\" is closed",
        assertThrows(IllegalStateException.class, () -> late.finish(read)).getMessage());
  }

  @Test
  void aReadGoesWithItsDevice() {
    PendingRead read;
    try (Device other = Device.open();
        Tensor tensor = Tensor.ofInts(other, DataType.UINT32, new int[] {1, 2}, 2)) {
      read = tensor.beginRead(DataType.UINT32);
    }
    String message =
        assertThrows(IllegalStateException.class, () -> read.finish(new int[2])).getMessage();
    assertTrue(message.endsWith("is closed"), message);
    read.close();
  }

  @ParameterizedTest
  @EnumSource(
      value = DataType.class,
      names = {"FLOAT32", "BFLOAT16", "BFLOAT8_B", "BFLOAT4_B"})
  void floatsComeBackAsNearAsTheTypeAllows(DataType dtype) {
    float[] values = random(3 * 40 * 50);
    double limit =
        switch (dtype) {
          case FLOAT32 -> 0;
          case BFLOAT16 -> 0.02;
          case BFLOAT8_B -> 0.04;
          default -> 0.6;
        };
    try (Tensor tensor = Tensor.of(device, dtype, Layout.TILE, values, 3, 40, 50)) {
      Goldens.assertClose(values, tensor.toFloats(), limit);
      assertEquals(TensorSpec.tile(dtype, 3, 40, 50), tensor.spec());
      assertEquals(50, tensor.dim(-1));
      assertEquals(3, tensor.rank());
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = DataType.class,
      names = {"UINT32", "INT32", "UINT16", "UINT8"})
  void integersComeBack(DataType dtype) {
    int[] values = {0, 1, 200, 3, 4, 5};
    try (Tensor tensor = Tensor.ofInts(device, dtype, values, 2, 3)) {
      assertArrayEquals(values, tensor.toInts());
      values[1] = 77;
      tensor.write(values);
      assertArrayEquals(values, tensor.toInts());
      assertEquals(Layout.ROW_MAJOR, tensor.layout());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 1024, 1025, 5000})
  void smallAndLargeWritesReplaceValues(int count) {
    float[] values = random(count);
    int[] numbers = new int[count];
    numbers[count - 1] = -5;
    try (Tensor floats = Tensor.zeros(device, TensorSpec.rowMajor(DataType.FLOAT32, 1, count));
        Tensor ints = Tensor.zeros(device, TensorSpec.rowMajor(DataType.INT32, count))) {
      assertEquals(0, floats.toFloats()[count - 1]);
      floats.write(values);
      assertArrayEquals(values, floats.toFloats());
      ints.write(numbers);
      assertArrayEquals(numbers, ints.toInts());
      refuses(
          "%d values given for a tensor [%d] INT32 ROW_MAJOR, which has %d"
              .formatted(count + 1, count, count),
          () -> ints.write(new int[count + 1]));
      refuses("3 values given for a tensor", () -> ints.read(new int[3]));
    }
  }

  @Test
  void hostDataMayBeHalfPrecisionAndTransposed() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment halves =
          arena.allocateFrom(
              ValueLayout.JAVA_SHORT,
              Float.floatToFloat16(1),
              Float.floatToFloat16(2),
              Float.floatToFloat16(3),
              Float.floatToFloat16(4),
              Float.floatToFloat16(5),
              Float.floatToFloat16(6));
      // [out 2, in 3] for an [in 3, out 2] tensor.
      try (Tensor tensor =
          Tensor.fromHost(
              device, TensorSpec.tile(DataType.FLOAT32, 3, 2), DataType.FLOAT16, halves, true)) {
        assertArrayEquals(new float[] {1, 4, 2, 5, 3, 6}, tensor.toFloats());
        MemorySegment back = arena.allocate(12);
        tensor.read(DataType.BFLOAT16, back);
        assertEquals(0x4080, back.getAtIndex(ValueLayout.JAVA_SHORT, 1));
        assertThrows(
            TtnnException.InvalidArgument.class, () -> tensor.read(DataType.FLOAT32, back));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void storageGoesAndComes(boolean borrow) {
    TensorSpec spec = TensorSpec.tile(DataType.BFLOAT8_B, 70, 33);
    float[] values = random(70 * 33);
    try (Arena arena = Arena.ofShared()) {
      MemorySegment bytes;
      float[] packed;
      try (Tensor tensor = Tensor.of(device, DataType.BFLOAT8_B, Layout.TILE, values, 70, 33)) {
        packed = tensor.toFloats();
        bytes = arena.allocate(tensor.storageSize(), 64);
        tensor.readStorage(bytes);
        assertThrows(
            TtnnException.InvalidArgument.class,
            () -> tensor.readStorage(bytes.asSlice(0, bytes.byteSize() - 1)));
      }
      long before = device.memory(BufferType.DRAM).borrowedBytes();
      try (Tensor again = Tensor.fromStorage(device, spec, bytes, borrow)) {
        assertArrayEquals(packed, again.toFloats());
        long borrowed = device.memory(BufferType.DRAM).borrowedBytes() - before;
        assertEquals(borrow && device.backend().equals("host") ? bytes.byteSize() : 0, borrowed);
      }
    }
  }

  @Test
  void aBorrowedTensorIsReadOnly() {
    try (Arena arena = Arena.ofShared();
        Tensor source = Tensor.ofInts(device, DataType.INT32, new int[] {1, 2}, 2)) {
      MemorySegment bytes = arena.allocate(source.storageSize(), 64);
      source.readStorage(bytes);
      try (Tensor borrowed = Tensor.fromStorage(device, source.spec(), bytes, true)) {
        assertThrows(TtnnException.class, () -> Ttnn.plusOne(borrowed));
        assertThrows(TtnnException.class, () -> borrowed.write(new int[] {3, 4}));
        assertArrayEquals(new int[] {1, 2}, borrowed.toInts());
      }
    }
  }

  @Test
  void countsAreChecked() {
    refuses(
        "5 values given for a tensor [2, 3] FLOAT32 TILE, which has 6",
        () -> Tensor.of(device, DataType.FLOAT32, Layout.TILE, new float[5], 2, 3));
    refuses("4 values given", () -> Tensor.ofInts(device, DataType.INT32, new int[4], 3));
    try (Tensor tensor = Tensor.ofInts(device, DataType.INT32, new int[2], 2)) {
      assertThrows(IndexOutOfBoundsException.class, () -> tensor.dim(1));
      assertThrows(IndexOutOfBoundsException.class, () -> tensor.dim(-2));
      assertThrows(TtnnException.class, tensor::toFloats);
    }
  }

  @Test
  void namesAreSeen() {
    try (Tensor tensor =
        Tensor.zeros(device, TensorSpec.tile(DataType.BFLOAT16, 4, 5)).named("wqkv")) {
      assertEquals("\"wqkv\" [4, 5] BFLOAT16 TILE", tensor.toString());
    }
  }

  @Test
  void specsAreValuesAndChecked() {
    long[] shape = {2, 3};
    TensorSpec spec = TensorSpec.tile(DataType.FLOAT32, shape);
    shape[0] = 9;
    spec.shape()[1] = 9;
    assertEquals(TensorSpec.tile(DataType.FLOAT32, 2, 3), spec);
    assertEquals(TensorSpec.tile(DataType.FLOAT32, 2, 3).hashCode(), spec.hashCode());
    assertNotEquals(spec, spec.withShape(3, 2));
    assertNotEquals(spec, spec.withMemory(MemoryConfig.L1_INTERLEAVED));
    assertEquals(6, spec.volume());
    assertEquals(
        "[2, 3] FLOAT32 TILE L1 INTERLEAVED",
        spec.withMemory(MemoryConfig.L1_INTERLEAVED).toString());
    refuses("[] has 0 dimensions", () -> TensorSpec.tile(DataType.FLOAT32));
    refuses("[2, 0]", () -> TensorSpec.tile(DataType.FLOAT32, 2, 0));
    refuses("[1048576, 1048576]", () -> TensorSpec.tile(DataType.FLOAT32, 1 << 20, 1 << 20));
    refuses("FLOAT16", () -> TensorSpec.tile(DataType.FLOAT16, 2));
    refuses(
        "BFLOAT8_B exists in TILE layout only",
        () -> TensorSpec.rowMajor(DataType.BFLOAT8_B, 2, 2));
    refuses("no row-major form", DataType.BFLOAT4_B::hostBytes);
  }

  @Test
  void shardsAndCoresAreChecked() {
    assertEquals(
        List.of(new CoreRange(0, 0, 7, 1), new CoreRange(0, 2, 2, 2)),
        CoreRange.rowByRow(19, 8, 8));
    assertEquals(List.of(new CoreRange(0, 0, 2, 0)), CoreRange.rowByRow(3, 8, 8));
    assertEquals(List.of(new CoreRange(0, 0, 7, 3)), CoreRange.rowByRow(32, 8, 8));
    assertEquals(32, CoreRange.rowByRow(32, 8, 8).getFirst().size());
    refuses("65 cores wanted of a grid of 8 x 8", () -> CoreRange.rowByRow(65, 8, 8));
    refuses("core range (3, 0) to (2, 0)", () -> new CoreRange(3, 0, 2, 0));
    refuses(
        "an interleaved tensor has no shards",
        () -> MemoryConfig.sharded(TensorMemoryLayout.INTERLEAVED, 32, 32, List.of()));
    refuses(
        "9 core ranges, at most 8",
        () ->
            MemoryConfig.sharded(
                TensorMemoryLayout.HEIGHT_SHARDED,
                32,
                32,
                Collections.nCopies(9, new CoreRange(0, 0, 0, 0))));
    MemoryConfig sharded =
        MemoryConfig.sharded(
            TensorMemoryLayout.HEIGHT_SHARDED,
            32,
            64,
            CoreRange.rowByRow(3, device.info().gridX(), device.info().gridY()));
    try (Tensor x = Tensor.zeros(device, TensorSpec.tile(DataType.BFLOAT16, 1, 3, 1, 64));
        Tensor moved = Ttnn.toMemoryConfig(x, sharded)) {
      assertEquals(sharded, moved.spec().memory());
    }
  }

  @Test
  void aDeviceSaysWhatItIs() {
    DeviceInfo info = device.info();
    assertTrue(info.gridX() >= 1 && info.gridY() >= 1 && info.dramBytes() > 0, info.toString());
    assertEquals(info.arch(), device.target().arch());
    assertEquals(info.gridX() * info.gridY(), device.target().cores());
    assertEquals(info.arch() + ":" + info.deviceId(), device.toString());
    assertTrue(!device.storageFormat().isEmpty());
    MemoryStats stats = device.memory(BufferType.DRAM);
    assertEquals(info.dramBytes(), stats.totalBytes());
    try (Tensor tensor = Tensor.zeros(device, TensorSpec.tile(DataType.FLOAT32, 64, 64))) {
      assertEquals(64 * 64 * 4, tensor.storageSize());
      assertTrue(device.memory(BufferType.DRAM).allocatedBytes() >= 64 * 64 * 4);
    }
    assertTrue(device.memory(BufferType.DRAM).peakAllocatedBytes() >= 64 * 64 * 4);
    refuses("none may be negative", () -> DeviceOptions.builder().dramBytes(-1).build());
    assertThrows(
        TtnnException.class, () -> Device.open(DeviceOptions.builder().deviceId(1 << 20).build()));
  }
}
