// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** Tensors that are closed together. */
class TensorScopeTest {
  private static Tensor zero(Device device) {
    return Tensor.zeros(device, TensorSpec.rowMajor(DataType.INT32, 1));
  }

  @Test
  void closesAllButWhatWasReleased() {
    try (Device device = Device.open()) {
      Tensor kept;
      Tensor first;
      try (TensorScope scope = new TensorScope()) {
        first = scope.add(zero(device));
        Tensor result = zero(device);
        assertSame(result, scope.add(result));
        scope.add(zero(device)).close();
        kept = scope.release(result);
        assertSame(result, kept);
        assertEquals(2, scope.size());
        IllegalArgumentException e =
            assertThrows(IllegalArgumentException.class, () -> scope.release(result));
        assertTrue(e.getMessage().contains("is not in this scope"), e.getMessage());
      }
      assertTrue(first.isClosed());
      assertFalse(kept.isClosed());
      kept.close();
      assertEquals(0, device.memory(BufferType.DRAM).liveTensors());
    }
  }

  @Test
  void aClosedScopeClosesWhatItIsGiven() {
    try (Device device = Device.open()) {
      TensorScope scope = new TensorScope();
      scope.close();
      scope.close();
      Tensor late = zero(device);
      assertThrows(IllegalStateException.class, () -> scope.add(late));
      assertTrue(late.isClosed());
    }
  }

  @Test
  void closesWhenTheBodyFails() {
    try (Device device = Device.open()) {
      assertThrows(
          ArithmeticException.class,
          () -> {
            try (TensorScope scope = new TensorScope()) {
              scope.add(zero(device));
              throw new ArithmeticException();
            }
          });
      assertEquals(0, device.memory(BufferType.DRAM).liveTensors());
    }
  }
}
