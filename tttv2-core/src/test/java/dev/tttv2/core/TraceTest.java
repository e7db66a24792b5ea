// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.core;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tttv2.ffm.TtnnException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Capture, replay, and what is refused meanwhile. */
class TraceTest {
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
    MemoryStats stats = device.memory(BufferType.DRAM);
    assertEquals(0, stats.liveTensors());
    assertEquals(0, stats.allocatedBytes());
  }

  private static Tensor floats(float... values) {
    return Tensor.of(device, DataType.FLOAT32, Layout.TILE, values, 1, values.length);
  }

  @Test
  void replaysOnNewInputsAndItsOwnOutput() {
    Tensor[] result = new Tensor[1];
    try (Tensor x = floats(1, 2);
        Tensor steps = Tensor.ofInts(device, DataType.INT32, new int[] {0}, 1);
        Trace trace =
            device.capture(
                () -> {
                  Ttnn.plusOne(steps);
                  try (Tensor doubled = Ttnn.multiply(x, 2)) {
                    result[0] = Ttnn.add(doubled, 1);
                  }
                  Ttnn.copy(result[0], x);
                })) {
      assertArrayEquals(new int[] {0}, steps.toInts(), "nothing ran yet");
      trace.execute();
      assertArrayEquals(new float[] {3, 5}, result[0].toFloats());
      trace.execute(false);
      trace.execute(false);
      assertArrayEquals(new float[] {15, 23}, result[0].toFloats());
      assertArrayEquals(new int[] {3}, steps.toInts());
      x.write(new float[] {0, -1});
      trace.execute(false);
      device.synchronize();
      assertArrayEquals(new float[] {1, -1}, result[0].toFloats());
      result[0].close();
    }
  }

  @Test
  void keepsTheMemoryOfClosedTensors() {
    try (Tensor out = floats(0, 0)) {
      Tensor x = floats(4, 5);
      Trace trace = device.capture(() -> Ttnn.copy(x, out));
      x.close();
      try (Tensor other = floats(8, 9)) {
        trace.execute();
        assertArrayEquals(new float[] {8, 9}, other.toFloats());
      }
      assertArrayEquals(new float[] {4, 5}, out.toFloats());
      trace.close();
      trace.close();
      IllegalStateException e = assertThrows(IllegalStateException.class, trace::execute);
      assertTrue(e.getMessage().contains("closed"), e.getMessage());
    }
  }

  @Test
  void aFailingBodyEndsTheCapture() {
    try (Tensor x = floats(1)) {
      ArithmeticException failure = new ArithmeticException();
      assertSame(
          failure,
          assertThrows(
              ArithmeticException.class,
              () ->
                  device.capture(
                      () -> {
                        Ttnn.silu(x).close();
                        throw failure;
                      })));
      // Reads are possible again.
      assertArrayEquals(new float[] {1}, x.toFloats());
    }
  }

  @Test
  void readsWritesAndNestedCapturesAreRefused() {
    try (Tensor x = floats(1)) {
      assertThrows(TtnnException.class, () -> device.capture(x::toFloats));
      assertThrows(TtnnException.class, () -> device.capture(() -> x.write(new float[1])));
      assertThrows(
          TtnnException.class, () -> device.capture(() -> device.capture(() -> {}).close()));
      assertArrayEquals(new float[] {1}, x.toFloats());
    }
  }

  private static void leakTrace(Tensor x) {
    device.capture(() -> Ttnn.silu(x).close());
  }

  @Test
  void aLeakedTraceIsReportedAndReleased() throws InterruptedException {
    try (CapturedLog log = new CapturedLog();
        Tensor x = floats(1)) {
      long before = device.memory(BufferType.DRAM).allocatedBytes();
      leakTrace(x);
      assertNotNull(log.await("leak: trace"), () -> "logged: " + log.texts());
      for (int i = 0; i < 200 && device.memory(BufferType.DRAM).allocatedBytes() > before; i++) {
        Thread.sleep(10);
      }
      assertEquals(before, device.memory(BufferType.DRAM).allocatedBytes());
    }
  }
}
