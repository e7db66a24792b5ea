// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.core;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tttv2.core.MatmulProgramConfig.Multicast;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The host refuses the program configs that TTNN refuses: it takes all that are computed. */
class MatmulProductTest {
  private static final DeviceTarget WORMHOLE =
      new DeviceTarget("wormhole_b0", 8, 8, 12, 1, 1, 32, false);

  private static MatmulProgramConfig config(long m, long k, long n, ComputeConfig compute) {
    return new MatmulProduct(
            m, k, n, DataType.BFLOAT16, DataType.BFLOAT8_B, DataType.BFLOAT16, false, compute)
        .programConfig(WORMHOLE);
  }

  @Test
  void aDecodeStepSharesTheColumns() {
    MatmulProgramConfig config = config(32, 4096, 6144, ComputeConfig.HIFI2);
    assertEquals(Multicast.IN0, config.multicast());
    assertEquals(1, config.perCoreM());
    assertEquals(3, config.perCoreN());
    assertEquals(3, config.outSubblockW());
  }

  @Test
  void aPromptSharesBoth() {
    MatmulProgramConfig config = config(2048, 4096, 14_336, ComputeConfig.LOFI);
    assertEquals(Multicast.BOTH, config.multicast());
    assertEquals(8, config.perCoreM());
    assertEquals(56, config.perCoreN());
    assertTrue(config.outSubblockH() * config.outSubblockW() > 4, config.toString());
  }

  @Test
  void aNarrowWeightSharesTheRows() {
    MatmulProgramConfig config = config(8192, 4096, 64, ComputeConfig.HIFI2);
    assertEquals(Multicast.IN1, config.multicast());
    assertEquals(4, config.perCoreM());
    assertEquals(2, config.perCoreN());
  }

  @Test
  void everyConfigIsTakenAndChangesNothing() {
    Random random = new Random(11);
    List<DataType> weights =
        List.of(DataType.FLOAT32, DataType.BFLOAT16, DataType.BFLOAT8_B, DataType.BFLOAT4_B);
    List<ComputeConfig> computes =
        List.of(ComputeConfig.LOFI, ComputeConfig.HIFI2, ComputeConfig.HIFI4);
    try (Device device = Device.open()) {
      for (int i = 0; i < 200; i++) {
        long m = 1 + random.nextInt(i % 10 == 0 ? 3000 : 200);
        long k = 1 + random.nextInt(700);
        long n = 1 + random.nextInt(i % 10 == 1 ? 20_000 : 900);
        DataType weight = weights.get(random.nextInt(weights.size()));
        DataType output = random.nextBoolean() ? DataType.BFLOAT16 : DataType.FLOAT32;
        ComputeConfig compute = computes.get(random.nextInt(computes.size()));
        try (Tensor x = values(device, random, DataType.BFLOAT16, 1, 1, m, k);
            Tensor w = values(device, random, weight, k, n);
            Tensor bias = values(device, random, DataType.BFLOAT16, 1, n)) {
          MatmulArgs args = MatmulArgs.builder().dtype(output).compute(compute).bias(bias).build();
          try (Tensor expected = Ttnn.linear(x, w, args);
              Tensor tuned = Ttnn.linear(x, w, args.tuned(x, w))) {
            assertArrayEquals(expected.toFloats(), tuned.toFloats());
          }
        }
      }
    }
  }

  private static Tensor values(Device device, Random random, DataType dtype, long... shape) {
    int count = 1;
    for (long extent : shape) {
      count *= (int) extent;
    }
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = random.nextFloat() - 0.5f;
    }
    return Tensor.of(device, dtype, Layout.TILE, values, shape);
  }

  @Test
  void anyProductHasAConfig() {
    Random random = new Random(12);
    for (int i = 0; i < 2000; i++) {
      long m = 1 + random.nextInt(100_000);
      long k = 1 + random.nextInt(40_000);
      long n = 1 + random.nextInt(300_000);
      MatmulProgramConfig config = config(m, k, n, ComputeConfig.HIFI4);
      int rows = Math.toIntExact(Math.ceilDiv(m, 32L));
      int columns = Math.toIntExact(Math.ceilDiv(n, 32L));
      int down = Math.ceilDiv(rows, config.perCoreM());
      int across = Math.ceilDiv(columns, config.perCoreN());
      switch (config.multicast()) {
        case IN0 -> assertTrue(down == 1 && across <= 64, config::toString);
        case IN1 -> assertTrue(across == 1 && down <= 64, config::toString);
        case BOTH -> assertTrue(down <= 8 && across <= 8, config::toString);
      }
      long step = config.in0BlockW() * (config.outBlockH() * 2048L + config.outBlockW() * 1088L);
      long output = (long) config.outBlockH() * config.outBlockW() * (2048 + 4096);
      assertTrue(2 * step + output <= 1_393_312, config::toString);
      assertEquals(0, Math.ceilDiv(k, 32L) % config.in0BlockW(), config::toString);
      assertTrue(config.outSubblockH() * config.outSubblockW() <= 4, config::toString);
    }
  }

  @Test
  void whatDoesNotDivideIsRefused() {
    assertThrows(IllegalArgumentException.class, () -> config(0, 32, 32, ComputeConfig.HIFI2));
    assertEquals(
        "matmul program: 6 tiles of a core in blocks of 4 and subblocks of 2 do not divide",
        assertThrows(
                IllegalArgumentException.class,
                () -> new MatmulProgramConfig(Multicast.BOTH, 8, 8, 1, 2, 1, 4, 1, 6, 1))
            .getMessage());
    assertThrows(
        IllegalArgumentException.class,
        () -> new MatmulProgramConfig(Multicast.BOTH, 0, 8, 1, 1, 1, 1, 1, 1, 1));
  }
}
