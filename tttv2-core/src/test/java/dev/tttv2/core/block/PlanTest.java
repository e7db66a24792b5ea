// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.core.block;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tttv2.core.BufferType;
import dev.tttv2.core.ComputeConfig;
import dev.tttv2.core.DataType;
import dev.tttv2.core.Device;
import dev.tttv2.core.DeviceTarget;
import dev.tttv2.core.Layout;
import dev.tttv2.core.LazyWeight;
import dev.tttv2.core.MemoryConfig;
import dev.tttv2.core.Tensor;
import dev.tttv2.core.TensorSpec;
import dev.tttv2.ffm.TtnnException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** From wishes to plans, and what is refused on the way. */
class PlanTest {
  private static final DeviceTarget HOST = new DeviceTarget("host", 8, 8, 1, 1, 1, 1, true);
  private static final DeviceTarget BOARD =
      new DeviceTarget("wormhole_b0", 8, 8, 12, 1, 1, 32, false);

  private static void refuses(String text, Executable body) {
    IllegalArgumentException e = assertThrows(IllegalArgumentException.class, body);
    assertTrue(e.getMessage().contains(text), e.getMessage());
  }

  @Test
  void whatIsNotWishedForHasADefault() {
    AttentionPlan plan = AttentionConfig.builder(576, 9, 3, 64).build().resolve(BOARD);
    assertEquals(0.125f, plan.scale());
    assertEquals(DataType.BFLOAT8_B, plan.wqkvDtype());
    assertEquals(DataType.BFLOAT16, plan.activationDtype());
    assertEquals(DataType.BFLOAT16, plan.cacheDtype());
    assertEquals(MemoryConfig.DRAM_INTERLEAVED, plan.outputMemory());
    assertEquals(960, plan.qkvSize());
    assertEquals(576, plan.headsSize());
    assertEquals(
        DataType.FLOAT32,
        AttentionConfig.builder(64, 2, 2, 32)
            .activationDtype(DataType.FLOAT32)
            .build()
            .resolve(HOST)
            .cacheDtype());
    MLPPlan mlp = MLPConfig.builder(576, 1536).build().resolve(BOARD);
    assertEquals(Activation.SILU, mlp.activation());
    assertEquals(ComputeConfig.HIFI2, mlp.downCompute());
    EmbeddingPlan embedding =
        EmbeddingConfig.builder(10, 4).weightDtype(DataType.FLOAT32).build().resolve(HOST);
    assertEquals(DataType.FLOAT32, embedding.outputDtype());
    assertEquals(8, RoPEConfig.builder(64, 100).build().resolve(BOARD).gridX());
  }

  @Test
  void wishesOverrideDefaults() {
    MLPPlan plan =
        MLPConfig.builder(64, 96)
            .activation(Activation.GELU)
            .gateUpDtype(DataType.BFLOAT4_B)
            .gateUpCompute(ComputeConfig.LOFI)
            .innerMemory(MemoryConfig.L1_INTERLEAVED)
            .build()
            .resolve(BOARD);
    assertEquals(Activation.GELU, plan.activation());
    assertEquals(DataType.BFLOAT4_B, plan.gateUpDtype());
    assertEquals(DataType.BFLOAT8_B, plan.downDtype());
    assertEquals(ComputeConfig.LOFI, plan.gateUpCompute());
    assertEquals(MemoryConfig.L1_INTERLEAVED, plan.innerMemory());
  }

  @Test
  void numbersThatDoNotFitAreNamed() {
    refuses(
        "numHeads is 10, expected a multiple of numKvHeads 3",
        () -> AttentionConfig.builder(640, 10, 3, 64).build().resolve(HOST));
    refuses(
        "headDim is 0, expected at least 1",
        () -> AttentionConfig.builder(640, 10, 5, 0).build().resolve(HOST));
    refuses(
        "slidingWindow is -1",
        () -> AttentionConfig.builder(64, 2, 2, 32).slidingWindow(-1).build().resolve(HOST));
    refuses(
        "scale is NaN",
        () -> AttentionConfig.builder(64, 2, 2, 32).scale(Float.NaN).build().resolve(HOST));
    refuses(
        "activationDtype is BFLOAT8_B, expected BFLOAT16 or FLOAT32",
        () ->
            AttentionConfig.builder(64, 2, 2, 32)
                .activationDtype(DataType.BFLOAT8_B)
                .build()
                .resolve(HOST));
    refuses(
        "wqkvDtype is UINT32",
        () ->
            AttentionConfig.builder(64, 2, 2, 32).wqkvDtype(DataType.UINT32).build().resolve(HOST));
    refuses("epsilon is -1.0", () -> RMSNormConfig.builder(64).epsilon(-1).build().resolve(HOST));
    refuses("intermediateSize is -3", () -> MLPConfig.builder(64, -3).build().resolve(HOST));
    refuses(
        "splits is 9, expected 1 to 8",
        () -> LMHeadConfig.builder(64, 256).splits(9).build().resolve(HOST));
    refuses(
        "activation is QUICK_GELU, which no matmul takes along",
        () -> LinearConfig.builder(64, 8).activation(Activation.QUICK_GELU).build().resolve(HOST));
    refuses(
        "rotaryDim is 31, expected an even number of at most headDim 31",
        () -> RoPEConfig.builder(31, 100).build().resolve(HOST));
    refuses(
        "attention: rotaryDim is 34, expected an even number of at most headDim 32",
        () -> AttentionConfig.builder(64, 2, 2, 32).rotaryDim(34).build().resolve(HOST));
    refuses(
        "attention: qkNormEpsilon is NaN, expected 0 or more",
        () -> AttentionConfig.builder(64, 2, 2, 32).qkNormEpsilon(Float.NaN).build().resolve(HOST));
    refuses(
        "attention: logitSoftcap is -1.0, expected 0 (none) or more",
        () -> AttentionConfig.builder(64, 2, 2, 32).logitSoftcap(-1).build().resolve(HOST));
    refuses(
        "LMHead: softcap is -30.0",
        () -> LMHeadConfig.builder(64, 256).softcap(-30).build().resolve(HOST));
    refuses(
        "LMHead: logitsScale is 0.0, expected more than 0",
        () -> LMHeadConfig.builder(64, 256).logitsScale(0).build().resolve(HOST));
    refuses(
        "embedding: scale is -1.0",
        () -> EmbeddingConfig.builder(64, 256).scale(-1).build().resolve(HOST));
    refuses(
        "transformer block: residualScale is 0.0",
        () -> TransformerBlockConfig.builder(0).residualScale(0).build().resolve(HOST));
    refuses("numHeads is 0", () -> ALiBiConfig.builder(0, 64).build().resolve(HOST));
    refuses("theta is 0.0", () -> RoPEConfig.builder(32, 100).theta(0).build().resolve(HOST));
    refuses("factor is -2.0", () -> new RoPEScaling.Linear(-2));
    refuses(
        "highFreqFactor is 1.0, expected more than lowFreqFactor 4.0",
        () -> new RoPEScaling.Llama3(8, 4, 1, 8192));
    refuses("layer is -1", () -> TransformerBlockConfig.builder(-1).build().resolve(HOST));
    refuses(
        "blockSize is 48, expected a multiple of 32",
        () -> new KVCacheConfig(1, 1, 32, 4, 48, DataType.BFLOAT16));
    refuses("numBlocks is 0", () -> new KVCacheConfig(1, 1, 32, 0, DataType.BFLOAT16));
    refuses("dtype is INT32", () -> new KVCacheConfig(1, 1, 32, 1, DataType.INT32));
  }

  @Test
  void headsArePaddedToWhatTheHardwareRotates() {
    assertEquals(32, padded(16, 16, RoPEStyle.HALF, BOARD), "both halves in one tile");
    assertEquals(32, padded(32, 32, RoPEStyle.HALF, BOARD));
    assertEquals(64, padded(48, 48, RoPEStyle.HALF, BOARD), "a tile for each half");
    assertEquals(128, padded(80, 80, RoPEStyle.HALF, BOARD));
    assertEquals(96, padded(80, 80, RoPEStyle.INTERLEAVED, BOARD));
    assertEquals(96, padded(80, 0, RoPEStyle.HALF, BOARD), "nothing is rotated");
    assertEquals(80, padded(80, 20, RoPEStyle.HALF, HOST));
    AttentionPlan plan = AttentionConfig.builder(640, 8, 4, 80).build().resolve(BOARD);
    assertEquals(80, plan.headDim());
    assertEquals(8 * 128, plan.headsSize());
    assertEquals(16 * 128, plan.qkvSize());
    assertEquals((float) (1 / Math.sqrt(80)), plan.scale());
  }

  private static int padded(int headDim, int rotaryDim, RoPEStyle style, DeviceTarget target) {
    return AttentionConfig.builder(640, 8, 8, headDim)
        .rotaryDim(rotaryDim)
        .ropeStyle(style)
        .build()
        .resolve(target)
        .paddedHeadDim();
  }

  @Test
  void whatTheHardwareDoesNotTakeIsRefusedBeforeAnythingIsLoaded() {
    refuses(
        "activationDtype: wormhole_b0 takes no FLOAT32",
        () ->
            AttentionConfig.builder(64, 2, 2, 32)
                .activationDtype(DataType.FLOAT32)
                .build()
                .resolve(BOARD));
    refuses(
        "weightDtype: wormhole_b0 takes no FLOAT32",
        () -> EmbeddingConfig.builder(8, 8).weightDtype(DataType.FLOAT32).build().resolve(BOARD));
    refuses(
        "attention: logitSoftcap 50.0: TTNN's attention has none (wormhole_b0)",
        () -> AttentionConfig.builder(64, 2, 2, 32).logitSoftcap(50).build().resolve(BOARD));
    refuses(
        "ALiBi: masks beside keys in a cache: TTNN's attention has none (wormhole_b0)",
        () -> ALiBiConfig.builder(4, 64).build().resolve(BOARD));
    refuses("grid 0 x 8", () -> new DeviceTarget("host", 0, 8, 1, 1, 1, 1, true));
  }

  private static LazyWeight weight(String name, long... shape) {
    long volume = 1;
    for (long extent : shape) {
      volume *= extent;
    }
    return LazyWeight.of(name, new float[(int) volume], shape);
  }

  @Test
  void weightsOfTheWrongShapeAreNamedWithBothShapes() {
    try (Device device = Device.open()) {
      MLPPlan mlp = MLPConfig.builder(64, 96).build().resolve(device.target());
      refuses(
          "MLP: down layers.0.down_proj has shape [96, 64], expected [64, 96]",
          () ->
              new MLP(
                  device,
                  mlp,
                  new MLPWeights(
                      weight("gate", 96, 64),
                      weight("up", 96, 64),
                      weight("layers.0.down_proj", 96, 64))));
      refuses(
          "MLP: up is missing, expected shape [96, 64]",
          () ->
              new MLP(
                  device,
                  mlp,
                  new MLPWeights(weight("gate", 96, 64), null, weight("down", 64, 96))));
      refuses(
          "MLP: gate bias b was given, but the plan has none",
          () ->
              new MLP(
                  device,
                  mlp,
                  new MLPWeights(
                      weight("gate", 96, 64),
                      weight("up", 96, 64),
                      weight("down", 64, 96),
                      weight("b", 96),
                      null,
                      null)));
      AttentionPlan attention =
          AttentionConfig.builder(64, 4, 2, 32).qkvBias(true).build().resolve(device.target());
      refuses(
          "attention: q bias is missing, expected shape [128]",
          () ->
              new Attention(
                  device,
                  attention,
                  new AttentionWeights(
                      weight("q", 128, 64),
                      weight("k", 64, 64),
                      weight("v", 64, 64),
                      weight("o", 64, 128))));
      RMSNormPlan norm = RMSNormConfig.builder(64).build().resolve(device.target());
      refuses(
          "RMSNorm: weight w has shape [65], expected [64]",
          () -> new RMSNorm(device, norm, weight("w", 65)));
      assertEquals(0, device.memory(BufferType.DRAM).liveTensors(), "nothing was loaded");
    }
  }

  @Test
  void inputsOfTheWrongWidthAreAnErrorWithTheNumbers() {
    try (Device device = Device.open();
        MLP mlp =
            new MLP(
                device,
                MLPConfig.builder(64, 96).build().resolve(device.target()),
                new MLPWeights(
                    weight("gate", 96, 64), weight("up", 96, 64), weight("down", 64, 96)));
        Tensor x = Tensor.of(device, DataType.BFLOAT16, Layout.TILE, new float[80], 1, 1, 1, 80)) {
      TtnnException.Shape e = assertThrows(TtnnException.Shape.class, () -> mlp.forward(x));
      assertTrue(e.getMessage().contains("80") && e.getMessage().contains("64"), e.getMessage());
    }
  }

  @Test
  void aLoadThatFailsFreesWhatItHadLoaded() {
    LazyWeight broken =
        new LazyWeight() {
          @Override
          public String name() {
            return "broken";
          }

          @Override
          public long[] shape() {
            return new long[] {64, 96};
          }

          @Override
          public Tensor load(Device device, TensorSpec spec, boolean transposed) {
            throw new IllegalStateException("the file is gone");
          }
        };
    try (Device device = Device.open()) {
      MLPPlan plan = MLPConfig.builder(64, 96).build().resolve(device.target());
      IllegalStateException e =
          assertThrows(
              IllegalStateException.class,
              () ->
                  new MLP(
                      device,
                      plan,
                      new MLPWeights(weight("gate", 96, 64), weight("up", 96, 64), broken)));
      assertEquals("the file is gone", e.getMessage());
      assertEquals(0, device.memory(BufferType.DRAM).liveTensors());
    }
  }
}
