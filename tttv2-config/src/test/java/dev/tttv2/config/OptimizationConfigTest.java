// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tttv2.core.DataType;
import dev.tttv2.core.DeviceTarget;
import dev.tttv2.core.MathFidelity;
import dev.tttv2.core.block.AttentionConfig;
import dev.tttv2.core.block.CrossAttentionConfig;
import dev.tttv2.core.block.EmbeddingConfig;
import dev.tttv2.core.block.GroupNormConfig;
import dev.tttv2.core.block.LMHeadConfig;
import dev.tttv2.core.block.LayerNormConfig;
import dev.tttv2.core.block.MLPConfig;
import dev.tttv2.core.block.MixtureOfExpertsConfig;
import dev.tttv2.core.block.PatchEmbeddingConfig;
import dev.tttv2.core.block.ProgramConfigs;
import dev.tttv2.core.block.RMSNormConfig;
import dev.tttv2.core.block.RoPEConfig;
import dev.tttv2.core.block.TransformerBlockConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OptimizationConfigTest {
  @Test
  void presetsAreTheRecipes() {
    OptimizationConfig exact = OptimizationConfig.of("float32");
    for (TensorGroup group : TensorGroup.values()) {
      assertEquals(DataType.FLOAT32, exact.dtype(3, group));
    }
    for (OpGroup group : OpGroup.values()) {
      assertEquals(MathFidelity.HIFI4, exact.compute(3, group).mathFidelity());
    }
    OptimizationConfig accuracy = OptimizationConfig.of("accuracy");
    assertEquals(DataType.BFLOAT8_B, accuracy.dtype(0, TensorGroup.WQKV));
    assertEquals(DataType.BFLOAT8_B, accuracy.dtype(TensorGroup.LM_HEAD));
    assertEquals(DataType.BFLOAT8_B, accuracy.dtype(0, TensorGroup.FF1_FF3));
    assertEquals(DataType.BFLOAT16, accuracy.dtype(0, TensorGroup.KV_CACHE));
    assertEquals(DataType.BFLOAT16, accuracy.dtype(TensorGroup.EMBEDDING));
    assertEquals(ComputeProfile.HIFI2_FP16, accuracy.profile(0, OpGroup.LI_FF2));
    OptimizationConfig performance = OptimizationConfig.of("performance");
    assertEquals(DataType.BFLOAT4_B, performance.dtype(0, TensorGroup.FF1_FF3));
    assertEquals(DataType.BFLOAT8_B, performance.dtype(0, TensorGroup.FF2));
    assertEquals(DataType.BFLOAT8_B, performance.dtype(0, TensorGroup.KV_CACHE));
    assertEquals(MathFidelity.LOFI, performance.compute(0, OpGroup.LI_FF1_FF3).mathFidelity());
    assertEquals(MathFidelity.HIFI2, performance.compute(0, OpGroup.SDPA_DECODE).mathFidelity());
    assertEquals(MathFidelity.HIFI4, performance.compute(0, OpGroup.SDPA_PREFILL).mathFidelity());
    assertEquals("performance", performance.name());
    String message =
        assertThrows(IllegalArgumentException.class, () -> OptimizationConfig.of("fast"))
            .getMessage();
    assertEquals("no preset \"fast\"; there are float32, accuracy, performance", message);
  }

  @Test
  void everyPresetIsComplete() {
    for (String name : OptimizationConfig.presets()) {
      OptimizationConfig config = OptimizationConfig.of(name);
      for (TensorGroup group : TensorGroup.values()) {
        assertTrue(group.dtypes().contains(config.dtype(group)), name + " " + group);
      }
      for (OpGroup group : OpGroup.values()) {
        assertEquals(config.profile(group).config(), config.compute(7, group));
      }
    }
  }

  @Test
  void overridesReachOneLayerOrAll() {
    OptimizationConfig base = OptimizationConfig.performance();
    OptimizationConfig config =
        base.withOverrides(
            " layers.31.ff1_3=bfp8, layers.0-2.li_ff1_3 = hifi2 ; kv_cache=bf16 # a comment, =\n"
                + "\nlayers.*.wo=bf16\nlm_head=bf16");
    assertEquals(DataType.BFLOAT8_B, config.dtype(31, TensorGroup.FF1_FF3));
    assertEquals(DataType.BFLOAT4_B, config.dtype(30, TensorGroup.FF1_FF3));
    assertEquals(ComputeProfile.LOFI, config.profile(3, OpGroup.LI_FF1_FF3));
    assertEquals(ComputeProfile.HIFI2, config.profile(0, OpGroup.LI_FF1_FF3));
    assertEquals(ComputeProfile.HIFI2, config.profile(2, OpGroup.LI_FF1_FF3));
    assertEquals(DataType.BFLOAT16, config.dtype(5, TensorGroup.KV_CACHE));
    assertEquals(DataType.BFLOAT16, config.dtype(5, TensorGroup.WO));
    assertEquals(DataType.BFLOAT16, config.dtype(TensorGroup.LM_HEAD));
    assertEquals("performance+", config.name());
    assertEquals(OptimizationConfig.performance(), base, "the original stays as it was");
    assertNotEquals(base, config);
    config.checkLayers(32);
    String message =
        assertThrows(IllegalArgumentException.class, () -> config.checkLayers(31)).getMessage();
    assertEquals("there is an override for layer 31, but the model has layers 0 to 30", message);
  }

  @Test
  void configuresBlocks() {
    OptimizationConfig config =
        OptimizationConfig.performance()
            .withOverrides(
                "layers.1.wqkv=bf16, layers.1.ff2=bfp4, layers.1.norm=fp32, layers.1.norm_op=hifi4,"
                    + "layers.1.li_qkv_prefill=lofi, layers.1.li_qkv_decode=hifi4,"
                    + "layers.1.li_o_prefill=hifi4, layers.1.li_o_decode=lofi,"
                    + "activation=fp32, embedding=fp32, lm_head=bf16, li_lm_head=lofi");
    AttentionConfig attention = config.configure(1, AttentionConfig.builder(64, 2, 2, 32)).build();
    assertEquals(
        config
            .configure(0, AttentionConfig.builder(64, 2, 2, 32))
            .wqkvDtype(DataType.BFLOAT16)
            .normDtype(DataType.FLOAT32)
            .wqkvPrefillCompute(ComputeProfile.LOFI.config())
            .wqkvDecodeCompute(ComputeProfile.HIFI4.config())
            .woPrefillCompute(ComputeProfile.HIFI4.config())
            .woDecodeCompute(ComputeProfile.LOFI.config())
            .normCompute(ComputeProfile.HIFI4.config())
            .build(),
        attention);
    assertEquals(DataType.BFLOAT8_B, attention.woDtype());
    assertEquals(DataType.BFLOAT8_B, attention.cacheDtype());
    assertEquals(ComputeProfile.HIFI4.config(), attention.prefillCompute());
    assertEquals(ComputeProfile.HIFI2.config(), attention.decodeCompute());
    MLPConfig mlp = config.configure(1, MLPConfig.builder(64, 96)).build();
    assertEquals(DataType.BFLOAT4_B, mlp.gateUpDtype());
    assertEquals(DataType.BFLOAT4_B, mlp.downDtype());
    assertEquals(DataType.FLOAT32, mlp.activationDtype());
    assertEquals(ComputeProfile.LOFI.config(), mlp.gateUpCompute());
    assertEquals(ComputeProfile.HIFI2_FP16.config(), mlp.downCompute());
    MixtureOfExpertsConfig experts =
        config.configure(1, MixtureOfExpertsConfig.builder(64, 96, 4, 2)).build();
    assertEquals(DataType.FLOAT32, experts.routerDtype());
    assertEquals(DataType.BFLOAT4_B, experts.gateUpDtype());
    assertEquals(DataType.BFLOAT4_B, experts.downDtype());
    assertEquals(DataType.FLOAT32, experts.activationDtype());
    assertEquals(ComputeProfile.LOFI.config(), experts.gateUpCompute());
    assertEquals(ComputeProfile.HIFI2_FP16.config(), experts.downCompute());
    CrossAttentionConfig cross =
        config.configure(1, CrossAttentionConfig.builder(64, 64, 2, 2, 32)).build();
    assertEquals(DataType.BFLOAT16, cross.weightDtype());
    assertEquals(DataType.FLOAT32, cross.activationDtype());
    assertEquals(ComputeProfile.LOFI.config(), cross.linearCompute());
    assertEquals(ComputeProfile.HIFI4.config(), cross.sdpaCompute());
    PatchEmbeddingConfig patches =
        config.configure(PatchEmbeddingConfig.builder(32, 32, 8, 3, 64)).build();
    assertEquals(DataType.FLOAT32, patches.weightDtype());
    assertEquals(DataType.FLOAT32, patches.activationDtype());
    assertEquals(
        DataType.BFLOAT16, config.configure(GroupNormConfig.builder(64, 4)).build().weightDtype());
    assertEquals(
        ComputeProfile.HIFI4.config(),
        config.configure(1, LayerNormConfig.builder(64)).build().compute());
    RMSNormConfig norm = config.configure(1, RMSNormConfig.builder(64)).build();
    assertEquals(DataType.FLOAT32, norm.weightDtype());
    assertEquals(ComputeProfile.HIFI4.config(), norm.compute());
    RMSNormConfig last = config.configure(RMSNormConfig.builder(64)).build();
    assertEquals(DataType.BFLOAT16, last.weightDtype());
    assertEquals(ComputeProfile.HIFI2.config(), last.compute());
    assertEquals(
        DataType.FLOAT32,
        config.configure(1, TransformerBlockConfig.builder(1)).build().residualDtype());
    EmbeddingConfig embedding = config.configure(EmbeddingConfig.builder(100, 64)).build();
    assertEquals(DataType.FLOAT32, embedding.weightDtype());
    assertEquals(DataType.FLOAT32, embedding.outputDtype());
    assertEquals(DataType.FLOAT32, config.configure(RoPEConfig.builder(32, 8)).build().dtype());
    LMHeadConfig lmHead = config.configure(LMHeadConfig.builder(64, 100)).build();
    assertEquals(DataType.BFLOAT16, lmHead.weightDtype());
    assertEquals(DataType.FLOAT32, lmHead.outputDtype());
    assertEquals(ComputeProfile.LOFI.config(), lmHead.compute());
  }

  @Test
  void laterOverridesWin() {
    OptimizationConfig config =
        OptimizationConfig.accuracy()
            .withOverrides("layers.1.ff2=bf16,ff2=bfp4,layers.2.ff2=fp32,layers.2.ff2=bfp8");
    assertEquals(DataType.BFLOAT4_B, config.dtype(1, TensorGroup.FF2));
    assertEquals(DataType.BFLOAT8_B, config.dtype(2, TensorGroup.FF2));
    assertEquals(
        config, OptimizationConfig.accuracy().withOverrides("ff2=bfp4\nlayers.2.ff2=bfp8"));
  }

  @Test
  void programConfigsAreChosenForTheModelOrLayers() {
    OptimizationConfig preset = OptimizationConfig.performance();
    assertEquals(ProgramConfigs.AUTOMATIC, preset.programs(7));
    OptimizationConfig config =
        preset.withOverrides("programs=tuned, layers.1-2.programs=automatic");
    assertEquals(ProgramConfigs.TUNED, config.programs());
    assertEquals(ProgramConfigs.TUNED, config.programs(0));
    assertEquals(ProgramConfigs.AUTOMATIC, config.programs(2));
    assertEquals("performance+", config.name());
    DeviceTarget host = new DeviceTarget("host", 8, 8, 12, 1, 1, 1, true);
    assertEquals(
        ProgramConfigs.AUTOMATIC,
        config.configure(1, MLPConfig.builder(64, 64)).build().resolve(host).programs());
    assertEquals(
        ProgramConfigs.TUNED,
        config
            .configure(0, AttentionConfig.builder(64, 2, 2, 32))
            .build()
            .resolve(host)
            .programs());
    assertEquals(
        ProgramConfigs.TUNED,
        config.configure(LMHeadConfig.builder(64, 64)).build().resolve(host).programs());
    assertEquals(
        preset.withOverrides("programs=tuned"), config.withOverrides("layers.*.programs=tuned"));
  }

  @Test
  void textFormReadsBack() {
    OptimizationConfig config =
        OptimizationConfig.performance()
            .withOverride(4, TensorGroup.WQKV, DataType.FLOAT32)
            .withOverride(4, OpGroup.SDPA_DECODE, ComputeProfile.HIFI4_FP32)
            .withOverride(OpGroup.NORM, ComputeProfile.HIFI2_NA)
            .withOverride(ProgramConfigs.TUNED)
            .withOverride(5, ProgramConfigs.AUTOMATIC);
    String text = config.toString();
    String overrides = text.substring(text.indexOf(' ')).strip().replace(' ', ',');
    assertEquals(config, OptimizationConfig.float32().withOverrides(overrides));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "ff1_3|expected group=value",
        "ff9=bfp8|\"ff9\" is no group; there are [embedding, ff1_3",
        "programs=fast|\"fast\" is no choice of program configs; there are [automatic, tuned]",
        "ff2=int8|\"int8\" is no precision; there are [bfp4, bfp8, bf16, fp32]",
        "li_ff2=bfp8|\"bfp8\" is no fidelity; there are [lofi,",
        "norm=bfp8|norm cannot be BFLOAT8_B, only one of [FLOAT32, BFLOAT16]",
        "kv_cache=bfp4|kv_cache cannot be BFLOAT4_B",
        "layers.x.ff2=bfp8|\"layers.x.ff2\" is not layers.N.group",
        "layers.3-1.ff2=bfp8|layers 3-1 are not a range",
        "layers.0-999999.ff2=bfp8|layers 0-999999 are not a range below 1024",
        "layers.3.lm_head=bfp8|lm_head is one for the whole model and cannot be overridden for"
            + " layer 3",
        "layers.1.activation=fp32|activation is one for the whole model and cannot be overridden",
        "activation=bfp8|activation cannot be BFLOAT8_B",
        "layers.-1.ff2=bfp8|\"layers.-1.ff2\" is not",
        "layers.3.ff2=|\"\" is no precision",
      })
  void errorsNameThePart(String override, String expected) {
    String message =
        assertThrows(
                IllegalArgumentException.class,
                () -> OptimizationConfig.accuracy().withOverrides("wo=bf16, " + override))
            .getMessage();
    assertTrue(message.startsWith("override: \"" + override + "\": "), message);
    assertTrue(message.contains(expected), message);
  }

  @Test
  void filesAreRead(@TempDir Path directory) throws IOException {
    Path file = Files.writeString(directory.resolve("o.txt"), "# mine\nff2=bf16\n\nwo=bfp9\n");
    String message =
        assertThrows(
                IllegalArgumentException.class,
                () -> OptimizationConfig.accuracy().withOverrides(file))
            .getMessage();
    assertTrue(message.startsWith(file + ":4: \"wo=bfp9\": "), message);
    Files.writeString(file, "# mine\nff2=bf16\n");
    assertEquals(
        DataType.BFLOAT16,
        OptimizationConfig.accuracy().withOverrides(file).dtype(9, TensorGroup.FF2));
    assertThrows(
        IllegalArgumentException.class,
        () -> OptimizationConfig.accuracy().withOverrides(directory.resolve("none")));
  }
}
