// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.core;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tttv2.ffm.TtnnException;
import dev.tttv2.user.Forgetful;
import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Who frees what, when, and what is said about it. */
class LifetimeTest {
  private static final String MADE_BY_FORGETFUL = "dev.tttv2.user.Forgetful.result(Forgetful.java:";

  private static DeviceOptions.Builder small() {
    return DeviceOptions.builder().numThreads(1).dramBytes(64 << 20);
  }

  private static Tensor numbers(Device device, int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = i;
    }
    return Tensor.of(device, DataType.FLOAT32, Layout.TILE, values, 1, count);
  }

  private static int live(Device device) {
    return device.memory(BufferType.DRAM).liveTensors();
  }

  @Test
  void closingIsIdempotentAndFreesAtOnce() {
    try (Device device = Device.open(small().build())) {
      Tensor tensor = numbers(device, 1024);
      assertEquals(1, live(device));
      assertFalse(tensor.isClosed());
      tensor.close();
      assertEquals(0, live(device));
      assertEquals(0, device.memory(BufferType.DRAM).allocatedBytes());
      tensor.close();
      assertTrue(tensor.isClosed());
    }
  }

  @Test
  void aClosedTensorIsNamedByEveryUse() {
    try (Device device = Device.open(small().build());
        Tensor other = numbers(device, 8)) {
      Tensor tensor = numbers(device, 8).named("model.norm.weight");
      tensor.close();
      List<Runnable> uses =
          List.of(
              tensor::toFloats,
              tensor::spec,
              tensor::rank,
              tensor::storageSize,
              () -> tensor.write(new float[8]),
              () -> Ttnn.silu(tensor),
              () -> Ttnn.add(tensor, other),
              () -> Ttnn.add(other, tensor),
              () -> Ttnn.add(other, other, BinaryArgs.builder().output(tensor).build()),
              () -> Ttnn.concat(List.of(other, tensor), -1));
      for (Runnable use : uses) {
        IllegalStateException e = assertThrows(IllegalStateException.class, use::run);
        assertTrue(
            e.getMessage().contains("\"model.norm.weight\" [1, 8] FLOAT32 TILE"), e.getMessage());
        assertTrue(e.getMessage().contains("closed"), e.getMessage());
      }
      assertEquals(1, live(device));
      assertSame(device, tensor.device());
    }
  }

  @Test
  void argumentsHoldTensorsThatMayBeClosed() {
    try (Device device = Device.open(small().build());
        Tensor x = numbers(device, 8);
        Tensor weight = Tensor.of(device, DataType.FLOAT32, Layout.TILE, new float[64], 8, 8)) {
      Tensor bias = numbers(device, 8).named("bias");
      MatmulArgs args = MatmulArgs.builder().bias(bias).build();
      Ttnn.linear(x, weight, args).close();
      bias.close();
      IllegalStateException e =
          assertThrows(IllegalStateException.class, () -> Ttnn.linear(x, weight, args));
      assertTrue(e.getMessage().contains("\"bias\" [1, 8]"), e.getMessage());
    }
  }

  @Test
  void aTracedTensorRemembersWhereItWasClosed() {
    try (Device device = Device.open(small().traceLeaks(true).build());
        Tensor x = numbers(device, 8)) {
      Tensor result = Ttnn.silu(x);
      result.close();
      IllegalStateException e = assertThrows(IllegalStateException.class, result::toFloats);
      assertTrue(e.getMessage().contains("\"silu\" [1, 8] FLOAT32 TILE"), e.getMessage());
      assertNotNull(e.getCause());
      assertTrue(
          Arrays.stream(e.getCause().getStackTrace())
              .anyMatch(
                  frame -> frame.getMethodName().equals("aTracedTensorRemembersWhereItWasClosed")));
    }
  }

  /** In a method of its own, so that no local variable keeps the tensor. */
  private static void leakHere(Device device) {
    numbers(device, 96).named("forgotten");
  }

  @Test
  void aLeakedTensorIsReportedWithWhereItWasMadeAndFreed() throws InterruptedException {
    try (CapturedLog log = new CapturedLog();
        Device device = Device.open(small().traceLeaks(true).build())) {
      leakHere(device);
      assertEquals(1, live(device));
      LogRecord record = log.await("leak", "\"forgotten\" [1, 96] FLOAT32 TILE", "without close()");
      assertNotNull(record, () -> "logged: " + log.texts());
      assertNotNull(record.getThrown());
      assertTrue(
          Arrays.stream(record.getThrown().getStackTrace())
              .anyMatch(frame -> frame.getMethodName().equals("leakHere")),
          "the stack names the method that made the tensor");
      awaitNoTensors(device);
    }
  }

  /** The report comes before the tensor is freed. */
  private static void awaitNoTensors(Device device) throws InterruptedException {
    for (int i = 0; i < 200 && live(device) > 0; i++) {
      Thread.sleep(10);
    }
    assertEquals(0, live(device));
  }

  @Test
  void withoutTracingTheReportSaysHowToTurnItOn() throws InterruptedException {
    try (CapturedLog log = new CapturedLog();
        Device device = Device.open(small().traceLeaks(false).build())) {
      leakHere(device);
      LogRecord record = log.await("leak", "\"forgotten\"", "-Dtttv2.leak.trace=true");
      assertNotNull(record, () -> "logged: " + log.texts());
      assertNull(record.getThrown());
      // A programming error: Log4j without a configuration drops warnings.
      assertEquals(Level.SEVERE, record.getLevel());
      awaitNoTensors(device);
    }
  }

  @Test
  void everyResultIsReportedWithTheCallThatMadeIt() throws InterruptedException {
    try (CapturedLog log = new CapturedLog();
        Device device = Device.open(small().traceLeaks(false).build());
        Tensor x = numbers(device, 8)) {
      for (int i = 0; i < 20; i++) {
        Forgetful.result(x).named("result " + i);
      }
      for (int i = 0; i < 20; i++) {
        assertNotNull(
            log.await("leak", "\"result " + i + "\" [1, 8]", MADE_BY_FORGETFUL),
            () -> "logged: " + log.texts());
      }
    }
  }

  @Test
  void aBlocksResultIsReportedWithTheCallOfTheBlock() throws InterruptedException {
    try (CapturedLog log = new CapturedLog();
        Device device = Device.open(small().traceLeaks(false).build());
        Tensor x = numbers(device, 8)) {
      Forgetful.normed(device, x).named("normed");
      assertNotNull(
          log.await("leak", "\"normed\" [1, 8]", "Forgetful.normed"),
          () -> "logged: " + log.texts());
    }
  }

  @Test
  void whatAComposedOperationMakesIsReportedWithItsCallAndTheNames() throws InterruptedException {
    try (CapturedLog log = new CapturedLog();
        Device device = Device.open(small().traceLeaks(false).build());
        Tensor x = numbers(device, 8)) {
      Forgetful.composed("inner", x).named("of inner");
      assertNotNull(
          log.await("leak", "\"silu\"", "Forgetful.composed", "within inner of outer;"),
          () -> "logged: " + log.texts());
      assertNotNull(
          log.await("leak", "\"relu\"", "Forgetful.composed", "within outer;"),
          () -> "logged: " + log.texts());
      assertNotNull(
          log.await("leak", "\"of inner\" [1, 8]", "Forgetful.composed", "within inner of outer;"),
          () -> "logged: " + log.texts());
      // What it hands on was made elsewhere.
      handOn(Forgetful.result(x).named("before"));
      assertNotNull(
          log.await("leak", "\"before\" [1, 8]", MADE_BY_FORGETFUL),
          () -> "logged: " + log.texts());
      // Nothing is left of it, also when it fails.
      assertThrows(
          IllegalStateException.class,
          () ->
              Tensor.composed(
                  "failing",
                  () -> {
                    throw new IllegalStateException("on purpose");
                  }));
      assertEquals(
          "empty gave no tensor",
          assertThrows(NullPointerException.class, () -> Tensor.composed("empty", () -> null))
              .getMessage());
      Forgetful.result(x).named("afterwards");
      assertNotNull(
          log.await("leak", "\"afterwards\"", MADE_BY_FORGETFUL), () -> "logged: " + log.texts());
    }
  }

  @Test
  void aForgottenReadIsReportedAndReleased() throws InterruptedException {
    try (CapturedLog log = new CapturedLog();
        Device device = Device.open(small().traceLeaks(false).build());
        Tensor x = numbers(device, 8).named("x")) {
      x.beginRead(DataType.FLOAT32);
      assertNotNull(
          log.await("leak: the read of tensor \"x\" on device"), () -> "logged: " + log.texts());
    }
  }

  private static void handOn(Tensor tensor) {
    assertSame(tensor, Tensor.composed("handing on", () -> tensor));
  }

  @Test
  void closingADeviceTellsOfTenOpenTensorsWhereTheyWereMade() {
    try (CapturedLog log = new CapturedLog()) {
      try (Device device = Device.open(small().traceLeaks(false).build())) {
        List<Tensor> kept = new ArrayList<>();
        try (Tensor x = numbers(device, 8)) {
          for (int i = 0; i < 13; i++) {
            kept.add(Forgetful.result(x).named("result " + i));
          }
        }
        assertEquals(13, live(device));
        Reference.reachabilityFence(kept);
      }
      List<String> texts = log.texts();
      assertEquals(12, texts.size(), texts::toString);
      assertTrue(texts.getFirst().contains("13 tensors still open"), texts::toString);
      for (int i = 0; i < 10; i++) {
        String text = texts.get(1 + i);
        assertTrue(text.contains("\"result " + i + "\" [1, 8]"), text);
        assertTrue(text.contains(MADE_BY_FORGETFUL), text);
      }
      assertTrue(texts.getLast().contains("3 more"), texts::toString);
    }
  }

  @Test
  void whatIsClosedIsNotReported() throws InterruptedException {
    try (CapturedLog log = new CapturedLog()) {
      try (Device device = Device.open(small().traceLeaks(true).build())) {
        for (int i = 0; i < 100; i++) {
          numbers(device, 32).close();
        }
        leakHere(device);
        assertNotNull(log.await("leak", "\"forgotten\""));
        awaitNoTensors(device);
      }
      assertEquals(1, log.texts().size(), () -> "logged: " + log.texts());
    }
  }

  private static void leakDevice() {
    Device.open(small().deviceId(0).traceLeaks(true).build());
  }

  @Test
  void aLeakedDeviceIsReportedAndClosed() throws InterruptedException {
    try (CapturedLog log = new CapturedLog()) {
      leakDevice();
      LogRecord record = log.await("device", "became unreachable without close()");
      assertNotNull(record, () -> "logged: " + log.texts());
      assertTrue(
          Arrays.stream(record.getThrown().getStackTrace())
              .anyMatch(frame -> frame.getMethodName().equals("leakDevice")));
    }
  }

  @Test
  void closingADeviceReportsOpenTensorsAndFreesThem() {
    try (CapturedLog log = new CapturedLog()) {
      Device device = Device.open(small().traceLeaks(true).build());
      Tensor tensor = numbers(device, 64).named("still here");
      Tensor[] result = new Tensor[1];
      Trace trace = device.capture(() -> result[0] = Ttnn.silu(tensor));
      device.close();
      device.close();
      assertFalse(device.isOpen());
      assertNotNull(log.find("2 tensors still open"), () -> "logged: " + log.texts());
      LogRecord record = log.find("still open", "\"still here\" [1, 64] FLOAT32 TILE");
      assertNotNull(record, () -> "logged: " + log.texts());
      assertNotNull(record.getThrown());
      assertTrue(tensor.isClosed());
      IllegalStateException e = assertThrows(IllegalStateException.class, tensor::toFloats);
      assertTrue(e.getMessage().contains("device"), e.getMessage());
      assertThrows(IllegalStateException.class, trace::execute);
      assertThrows(IllegalStateException.class, device::synchronize);
      assertThrows(IllegalStateException.class, () -> device.memory(BufferType.DRAM));
      assertThrows(IllegalStateException.class, () -> numbers(device, 4));
      assertDoesNotThrow(tensor::close);
      assertDoesNotThrow(result[0]::close);
      assertDoesNotThrow(trace::close);
      assertEquals("host", device.info().arch());
    }
  }

  @Test
  void closingADeviceQuietlyWhenAllIsClosed() {
    try (CapturedLog log = new CapturedLog()) {
      try (Device device = Device.open(small().traceLeaks(true).build());
          Tensor x = numbers(device, 4);
          Tensor y = Ttnn.silu(x)) {
        assertEquals(4, y.dim(-1));
      }
      assertEquals(List.of(), log.texts());
    }
  }

  @Test
  void tensorsOfTwoDevicesDoNotMix() {
    try (Device first = Device.open(small().build());
        Device second = Device.open(small().build());
        Tensor a = numbers(first, 8);
        Tensor b = numbers(second, 8).named("b")) {
      IllegalArgumentException e =
          assertThrows(IllegalArgumentException.class, () -> Ttnn.add(a, b));
      assertTrue(e.getMessage().startsWith("add: tensor \"b\" [1, 8]"), e.getMessage());
      NormArgs args = NormArgs.builder().weight(b).build();
      assertThrows(IllegalArgumentException.class, () -> Ttnn.rmsNorm(a, args));
      assertThrows(IllegalArgumentException.class, () -> Ttnn.copy(a, b));
    }
  }

  @Test
  void manyThreadsUseOneDevice() throws Exception {
    int threads = 8;
    try (Device device = Device.open(small().numThreads(2).build());
        Tensor shared = numbers(device, 128);
        ExecutorService pool = Executors.newVirtualThreadPerTaskExecutor();
        ExecutorService platform = Executors.newFixedThreadPool(threads)) {
      float[] expected;
      try (Tensor doubled = Ttnn.multiply(shared, 2)) {
        expected = doubled.toFloats();
      }
      Callable<Void> task =
          () -> {
            for (int i = 0; i < 50; i++) {
              try (Tensor a = Ttnn.multiply(shared, 2)) {
                assertArrayEquals(expected, a.toFloats());
              }
              // A failure's text belongs to the thread that failed.
              int width = 3 + i;
              try (Tensor odd = numbers(device, width)) {
                TtnnException e = assertThrows(TtnnException.class, () -> Ttnn.add(shared, odd));
                assertTrue(e.getMessage().contains(String.valueOf(width)), e.getMessage());
              }
            }
            return null;
          };
      List<Future<Void>> results =
          IntStream.range(0, 2 * threads)
              .mapToObj(i -> (i % 2 == 0 ? pool : platform).submit(task))
              .toList();
      for (Future<Void> result : results) {
        result.get(60, TimeUnit.SECONDS);
      }
      assertEquals(1, live(device));
    }
  }

  @Test
  void closingRacesWithUseAndWithItself() throws Exception {
    try (Device device = Device.open(small().build());
        ExecutorService pool = Executors.newFixedThreadPool(3)) {
      for (int i = 0; i < 200; i++) {
        Tensor tensor = numbers(device, 32);
        CyclicBarrier start = new CyclicBarrier(3);
        Callable<Void> close =
            () -> {
              start.await();
              tensor.close();
              return null;
            };
        Callable<Void> use =
            () -> {
              start.await();
              try (Tensor result = Ttnn.silu(tensor)) {
                assertEquals(32, result.dim(-1));
              } catch (IllegalStateException | TtnnException.InvalidArgument e) {
                // Closed before it was used, in Java's eyes or in the library's.
                assertTrue(tensor.isClosed());
              }
              return null;
            };
        for (Future<Void> result : pool.invokeAll(List.of(close, close, use))) {
          result.get();
        }
        assertTrue(tensor.isClosed());
      }
      assertEquals(0, live(device));
    }
  }

  @Test
  void memoryThatDoesNotSufficeIsAnErrorWithNumbersAndLosesNothing() {
    try (Device device = Device.open(small().dramBytes(1 << 20).build());
        Tensor kept = numbers(device, 1024)) {
      long before = device.memory(BufferType.DRAM).allocatedBytes();
      TensorSpec large = TensorSpec.tile(DataType.FLOAT32, 1024, 1024);
      TtnnException.OutOfMemory e =
          assertThrows(TtnnException.OutOfMemory.class, () -> Tensor.zeros(device, large));
      assertTrue(e.getMessage().contains(String.valueOf(4 << 20)), e.getMessage());
      TensorSpec half = TensorSpec.tile(DataType.FLOAT32, 384, 384);
      try (Tensor fits = Tensor.zeros(device, half)) {
        assertThrows(TtnnException.OutOfMemory.class, () -> Ttnn.silu(fits));
        assertEquals(0, fits.toFloats()[0]);
      }
      assertEquals(before, device.memory(BufferType.DRAM).allocatedBytes());
      assertEquals(1, live(device));
      assertEquals(1023, kept.toFloats()[1023]);
    }
  }
}
