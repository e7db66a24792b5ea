// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.examples;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tttv2.config.Checkpoint;
import dev.tttv2.config.DecoderConfig;
import dev.tttv2.config.DecoderMetadata;
import dev.tttv2.config.DecoderWeights;
import dev.tttv2.config.FamilyFields;
import dev.tttv2.config.OptimizationConfig;
import dev.tttv2.config.WeightCache;
import dev.tttv2.core.DataType;
import dev.tttv2.core.Device;
import dev.tttv2.core.LazyWeight;
import dev.tttv2.core.block.MLP;
import dev.tttv2.core.block.MLPConfig;
import dev.tttv2.core.block.MLPWeights;
import dev.tttv2.core.block.TransformerBlock;
import dev.tttv2.interfaces.CausalLM;
import dev.tttv2.interfaces.DecoderModel;
import dev.tttv2.interfaces.GenerationConfig;
import dev.tttv2.interfaces.Generator;
import dev.tttv2.interfaces.LoadOptions;
import dev.tttv2.interfaces.ModelBlocks;
import dev.tttv2.interfaces.Prompt;
import dev.tttv2.interfaces.SamplingParams;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The Java of docs/migration.md: it stands here as well, compiles, and computes what it should. */
class MigrationGuideTest {
  static MLP mlp(Device device, LazyWeight w1, LazyWeight w2, LazyWeight w3) {
    long hidden = w1.shape()[1];
    long intermediate = w1.shape()[0];
    MLPConfig config =
        MLPConfig.builder((int) hidden, (int) intermediate)
            .gateUpDtype(DataType.BFLOAT4_B)
            .downDtype(DataType.BFLOAT8_B)
            .build();
    return new MLP(device, config.resolve(device.target()), new MLPWeights(w1, w3, w2));
  }

  static TransformerBlock layer(
      int i, DecoderConfig config, DecoderWeights weights, ModelBlocks blocks) {
    String attention = "model.layers." + i + ".self_attn.";
    String mlp = "model.layers." + i + ".mlp.";
    return blocks.layer(
        i,
        blocks.rmsNorm(
            i, config.rmsNormConfig(), weights.norm("model.layers." + i + ".input_layernorm")),
        blocks.attention(
            i,
            config.attentionConfig(i),
            weights.attention(
                attention + "q_proj",
                attention + "k_proj",
                attention + "v_proj",
                attention + "o_proj")),
        blocks.rmsNorm(
            i,
            config.rmsNormConfig(),
            weights.norm("model.layers." + i + ".post_attention_layernorm")),
        blocks.mlp(
            i,
            config.mlpConfig(),
            weights.gatedMlp(mlp + "gate_proj", mlp + "up_proj", mlp + "down_proj")));
  }

  static DecoderConfig config(Checkpoint checkpoint) {
    FamilyFields fields = FamilyFields.decoder("num_key_value_heads", "head_dim");
    DecoderConfig.Builder config =
        DecoderMetadata.read(checkpoint, fields, DecoderConfig.builder());
    checkpoint.metadata().refuseUnread(); // a field that nobody understood is refused, by name
    return config.build();
  }

  static CausalLM llama(Checkpoint checkpoint, Device device, LoadOptions options) {
    return DecoderModel.load(
        checkpoint,
        config(checkpoint),
        device,
        options,
        (model, blocks, config, weights) -> {
          String table = "model.embed_tokens";
          model.embedding(blocks.embedding(config.embeddingConfig(), weights.embedding(table)));
          for (int i = 0; i < config.numLayers(); i++) {
            model.layer(layer(i, config, weights, blocks));
          }
          model.norm(blocks.rmsNorm(config.rmsNormConfig(), weights.norm("model.norm")));
          model.head(blocks.lmHead(config, weights, "lm_head", table));
          weights.refuseUnused("a Llama", name -> false);
        });
  }

  @Test
  void decoderGeneratesTheReferencesTokens() throws IOException {
    Path directory = Golden.root().resolve("tiny/llama_gqa");
    Golden golden = Golden.read(directory.resolve("golden.safetensors"));
    int length = golden.shape("input_ids")[1];
    int newTokens = golden.shape("greedy.tokens")[1];
    int[] prompt = Arrays.copyOf(golden.ints("input_ids"), length);
    int[] expected = Arrays.copyOf(golden.ints("greedy.tokens"), newTokens);
    try (Checkpoint checkpoint = Checkpoint.open(directory);
        Device device = Device.open();
        CausalLM model =
            llama(
                checkpoint,
                device,
                LoadOptions.of(OptimizationConfig.float32(), WeightCache.none()))) {
      GenerationConfig config =
          GenerationConfig.of(
              SamplingParams.builder().maxTokens(newTokens).ignoreEos(true).build());
      int[] actual =
          new Generator(model, null)
              .generate(List.of(Prompt.tokens(prompt)), config).getFirst().tokens().stream()
                  .mapToInt(Integer::intValue)
                  .toArray();
      assertArrayEquals(expected, actual);
    }
  }

  @Test
  void mlpHasTheDtypesOfTheGuide() {
    LazyWeight in = LazyWeight.of("in", new float[64 * 32], 64, 32);
    LazyWeight out = LazyWeight.of("out", new float[32 * 64], 32, 64);
    try (Device device = Device.open();
        MLP mlp = mlp(device, in, out, in)) {
      assertEquals(DataType.BFLOAT4_B, mlp.plan().gateUpDtype());
      assertEquals(DataType.BFLOAT8_B, mlp.plan().downDtype());
    }
  }

  @Test
  void guideShowsThisFile() throws IOException {
    String guide = Files.readString(Path.of("../docs/migration.md"));
    String source =
        unindented(
            Files.readString(Path.of("src/test/java/dev/tttv2/examples/MigrationGuideTest.java")));
    List<String> blocks =
        Pattern.compile("(?ms)^```java\n(.*?)^```$")
            .matcher(guide)
            .results()
            .map((MatchResult block) -> block.group(1))
            .toList();
    assertFalse(blocks.isEmpty());
    for (String block : blocks) {
      assertTrue(source.contains(unindented(block)), () -> "not in this file:\n" + block);
    }
  }

  private static String unindented(String code) {
    return code.lines().map(String::strip).collect(Collectors.joining("\n"));
  }
}
