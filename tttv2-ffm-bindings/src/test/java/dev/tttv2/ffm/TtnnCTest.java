// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.ffm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The door, on the library that is loaded: what goes in and out, and how failures come out. */
class TtnnCTest {
  private static MemorySegment device;

  @BeforeAll
  static void open() {
    try (Arena arena = Arena.ofConfined()) {
      DeviceOptionsStruct options =
          DeviceOptionsStruct.allocate(arena).numThreads(2).dramBytes(64L << 20);
      device = TtnnC.deviceOpen(options.segment());
    }
  }

  @AfterAll
  static void close() {
    TtnnC.deviceClose(device);
  }

  @Test
  void theLibraryDescribesItself() {
    assertEquals(
        TtnnConstants.ABI_MAJOR, TtnnC.abiVersion() / 1000, "major of " + TtnnC.abiVersion());
    assertEquals(NativeLibrary.backend(), TtnnC.backendName());
    assertEquals(NativeLibrary.version(), TtnnC.backendVersion());
    assertEquals(NativeLibrary.storageFormat(), TtnnC.storageFormat());
    assertTrue(TtnnC.supports("linear", TtnnConstants.DTYPE_BFLOAT16, TtnnConstants.LAYOUT_TILE));
    assertFalse(
        TtnnC.supports("linear", TtnnConstants.DTYPE_BFLOAT16, TtnnConstants.LAYOUT_ROW_MAJOR));
    TtnnException.InvalidArgument e =
        assertThrows(TtnnException.InvalidArgument.class, () -> TtnnC.supports("linea", 1, 1));
    assertEquals("supports", e.operation());
    assertEquals(TtnnConstants.STATUS_INVALID_ARGUMENT, e.status());
    assertTrue(e.getMessage().startsWith("supports: "), e.getMessage());
    assertTrue(e.getMessage().contains("linea"), e.getMessage());
  }

  @Test
  void extensionsHaveAReason() {
    try (Arena arena = Arena.ofConfined()) {
      for (int i = 0; i < TtnnC.extensionCount(); i++) {
        ExtensionInfoStruct info = ExtensionInfoStruct.allocate(arena);
        TtnnC.extension(i, info.segment());
        assertFalse(info.operation().isBlank());
        assertFalse(info.rule().isBlank());
        assertFalse(info.reason().isBlank());
      }
      MemorySegment out = ExtensionInfoStruct.allocate(arena).segment();
      assertThrows(
          TtnnException.InvalidArgument.class, () -> TtnnC.extension(TtnnC.extensionCount(), out));
    }
  }

  @Test
  void aTensorGoesInAndComesOut() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment a = tensor(arena, new float[] {1, 2, 3, 4, 5, 6}, 2, 3);
      MemorySegment b = tensor(arena, new float[] {1, 0, 0, 1, 1, 1}, 3, 2);
      assertTrue(TtnnC.tensorIsAllocated(a));
      MemorySegment c = TtnnC.matmul(a, b, MemorySegment.NULL);
      assertArrayEquals(new float[] {4, 5, 10, 11}, floats(arena, c, 4));

      TensorSpecStruct spec = TensorSpecStruct.allocate(arena);
      TtnnC.tensorGetSpec(c, spec.segment());
      assertArrayEquals(new long[] {2, 2}, spec.shape());
      assertArrayEquals(new long[] {32, 32}, spec.paddedShape());
      assertEquals(TtnnConstants.DTYPE_FLOAT32, spec.dtype());
      assertEquals(TtnnConstants.LAYOUT_TILE, spec.layout());

      long size = TtnnC.tensorStorageSize(c);
      MemorySegment storage = arena.allocate(size, 64);
      TtnnC.tensorReadStorage(c, storage, size);
      for (int borrow = 0; borrow <= 1; borrow++) {
        MemorySegment again =
            TtnnC.tensorFromStorage(device, spec.segment(), storage, size, borrow);
        assertArrayEquals(new float[] {4, 5, 10, 11}, floats(arena, again, 4));
        TtnnC.tensorDestroy(again);
      }

      MatmulOptions options = MatmulOptions.allocate(arena).transposeB(true);
      TtnnException.Shape shape =
          assertThrows(TtnnException.Shape.class, () -> TtnnC.matmul(a, b, options.segment()));
      assertEquals("matmul", shape.operation());
      assertTrue(shape.getMessage().contains("3"), shape.getMessage());

      TtnnC.tensorDestroy(c);
      assertFalse(TtnnC.tensorIsAllocated(c));
      assertThrows(TtnnException.InvalidArgument.class, () -> TtnnC.tensorDestroy(c));
      TtnnC.tensorDestroy(a);
      TtnnC.tensorDestroy(b);
      TtnnC.tensorDestroy(MemorySegment.NULL);
    }
  }

  @Test
  void severalOutputsAreWrittenToTheCallersPointers() {
    try (Arena arena = Arena.ofConfined()) {
      float[] values = new float[32 * 4 * 32];
      for (int i = 0; i < values.length; i++) {
        values[i] = i % 128 / 32; // head 0 and 1 of q, the head of k, the head of v
      }
      MemorySegment x = tensor(arena, values, 1, 1, 32, 128);
      HeadsOptions options =
          HeadsOptions.allocate(arena)
              .numHeads(2)
              .numKvHeads(1)
              .transposeKHeads(TtnnConstants.SWITCH_OFF);
      MemorySegment outs = arena.allocate(ValueLayout.ADDRESS, 3);
      TtnnC.nlpCreateQkvHeads(x, options.segment(), outs);
      float[] first = {0, 2, 3};
      for (int i = 0; i < 3; i++) {
        MemorySegment head = outs.getAtIndex(ValueLayout.ADDRESS, i);
        assertEquals(first[i], floats(arena, head, i == 0 ? 2048 : 1024)[0]);
        TtnnC.tensorDestroy(head);
      }
      TtnnC.tensorDestroy(x);
    }
  }

  @Test
  void blockFloatsPackAndUnpack() {
    try (Arena arena = Arena.ofConfined()) {
      long size = TtnnC.tiledSize(TtnnConstants.DTYPE_BFLOAT8_B, 2, 16);
      assertEquals(1088, size);
      float[] values = new float[32];
      for (int i = 0; i < values.length; i++) {
        values[i] = i;
      }
      MemorySegment source = arena.allocateFrom(ValueLayout.JAVA_FLOAT, values);
      MemorySegment packed = arena.allocate(size);
      MemorySegment back = arena.allocate(source.byteSize());
      TtnnC.packTiles(TtnnConstants.DTYPE_BFLOAT8_B, 2, 16, source, packed, size);
      TtnnC.unpackTiles(TtnnConstants.DTYPE_BFLOAT8_B, 2, 16, packed, size, back);
      assertArrayEquals(values, back.toArray(ValueLayout.JAVA_FLOAT));
      assertThrows(
          TtnnException.class,
          () -> TtnnC.packTiles(TtnnConstants.DTYPE_BFLOAT8_B, 2, 16, source, packed, size - 1));
    }
  }

  @Test
  void memoryIsCountedAndRunsOut() {
    try (Arena arena = Arena.ofConfined()) {
      MemoryStatsStruct stats = MemoryStatsStruct.allocate(arena);
      TtnnC.deviceGetMemoryStats(device, TtnnConstants.BUFFER_TYPE_DRAM, stats.segment());
      assertEquals(64L << 20, stats.totalBytes());
      TensorSpecStruct spec =
          TensorSpecStruct.allocate(arena)
              .dtype(TtnnConstants.DTYPE_FLOAT32)
              .layout(TtnnConstants.LAYOUT_TILE)
              .shape(1 << 14, 1 << 12);
      TtnnException.OutOfMemory e =
          assertThrows(
              TtnnException.OutOfMemory.class, () -> TtnnC.tensorCreate(device, spec.segment()));
      assertEquals("tensor_create", e.operation());
      assertTrue(e.getMessage().contains(Long.toString(1L << 28)), e.getMessage());
    }
  }

  @Test
  void theDeviceDescribesItself() {
    try (Arena arena = Arena.ofConfined()) {
      DeviceInfoStruct info = DeviceInfoStruct.allocate(arena);
      TtnnC.deviceGetInfo(device, info.segment());
      assertFalse(info.arch().isBlank());
      assertEquals(2, info.numThreads());
      assertEquals(64L << 20, info.dramBytes());
      assertNotEquals(0, info.gridX() * info.gridY());
      TtnnC.synchronizeDevice(device);
    }
  }

  @Test
  void tracesReplay() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment x = tensor(arena, new float[] {1, 2, 3, 4}, 2, 2);
      int trace = TtnnC.beginTraceCapture(device);
      MemorySegment y = TtnnC.multiplyScalar(x, 3f, MemorySegment.NULL);
      TtnnC.endTraceCapture(device, trace);
      TtnnC.executeTrace(device, trace, 1);
      assertArrayEquals(new float[] {3, 6, 9, 12}, floats(arena, y, 4));
      TtnnC.releaseTrace(device, trace);
      assertThrows(TtnnException.InvalidArgument.class, () -> TtnnC.executeTrace(device, trace, 1));
      TtnnC.tensorDestroy(y);
      TtnnC.tensorDestroy(x);
    }
  }

  private static MemorySegment tensor(Arena arena, float[] values, long... shape) {
    TensorSpecStruct spec =
        TensorSpecStruct.allocate(arena)
            .dtype(TtnnConstants.DTYPE_FLOAT32)
            .layout(TtnnConstants.LAYOUT_TILE)
            .shape(shape);
    MemorySegment source = arena.allocateFrom(ValueLayout.JAVA_FLOAT, values);
    HostDataStruct data =
        HostDataStruct.allocate(arena)
            .dtype(TtnnConstants.DTYPE_FLOAT32)
            .data(source)
            .size(source.byteSize());
    return TtnnC.tensorFromHost(device, spec.segment(), data.segment());
  }

  private static float[] floats(Arena arena, MemorySegment tensor, int count) {
    MemorySegment values = arena.allocate(ValueLayout.JAVA_FLOAT, count);
    TtnnC.tensorRead(tensor, TtnnConstants.DTYPE_FLOAT32, values, values.byteSize());
    return values.toArray(ValueLayout.JAVA_FLOAT);
  }
}
