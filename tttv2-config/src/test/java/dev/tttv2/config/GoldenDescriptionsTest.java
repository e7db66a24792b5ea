// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tttv2.config.PositionEncoding.Frequencies;
import dev.tttv2.core.block.Activation;
import dev.tttv2.core.block.QkNorm;
import dev.tttv2.core.block.RoPEScaling;
import dev.tttv2.core.block.RoPEStyle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * The config.json of every golden model, as transformers 4 and 5 spell it, through the common
 * readers: what they make of it, and which fields they leave to the family.
 */
class GoldenDescriptionsTest {
  private static final FamilyFields ALL = FamilyFields.everything(ModelKind.DECODER);

  /** As GPT-2 and others call fields. */
  private static final FamilyFields GPT =
      ALL.alsoSpelled("hidden_size", "n_embd")
          .alsoSpelled("num_hidden_layers", "n_layer")
          .alsoSpelled("num_attention_heads", "n_head")
          .spelled("max_position_embeddings", "n_positions")
          .spelled("intermediate_size", "n_inner")
          .spelled("hidden_act", "activation_function")
          .spelled("layer_norm_eps", "layer_norm_epsilon");

  /** Reads a description; what a family knows of its own accord is in the defaults. */
  private interface Reader {
    ModelConfig read(Metadata config);
  }

  /**
   * What is expected of a model.
   *
   * @param left the fields that are the family's
   */
  private record Expected(Reader reader, ModelConfig description, Set<String> left) {}

  private static Reader decoder(Supplier<DecoderConfig.Builder> defaults) {
    return decoder(ALL, defaults);
  }

  private static Reader decoder(FamilyFields fields, Supplier<DecoderConfig.Builder> defaults) {
    return config ->
        DecoderMetadata.huggingFace(config, Optional.empty(), fields, defaults.get()).build();
  }

  /** What all golden decoders have, unless said otherwise. */
  private static DecoderConfig.Builder common(int hidden, int layers, int heads, int inner) {
    return DecoderConfig.builder()
        .vocabSize(320)
        .bosTokenId(1)
        .eosTokenIds(List.of(2))
        .hiddenSize(hidden)
        .numLayers(layers)
        .numHeads(heads)
        .intermediateSize(inner);
  }

  private static DecoderConfig.Builder llama() {
    return common(128, 2, 4, 192).numKvHeads(2).headDim(32).maxPositions(512);
  }

  private static DecoderConfig.Builder gemma() {
    return DecoderConfig.builder().tiedEmbeddings(true).normUnitOffset(true);
  }

  private static DecoderConfig.Builder plain() {
    return asPlain(DecoderConfig.builder());
  }

  private static DecoderConfig.Builder asPlain(DecoderConfig.Builder builder) {
    return builder
        .normKind(NormKind.LAYER_NORM)
        .activation(Activation.GELU_TANH)
        .gated(false)
        .biases(true);
  }

  private static Map<String, Expected> expected() {
    Map<String, Expected> all = new HashMap<>();
    addLlamas(all);
    addQwens(all);
    addGemmas(all);
    addGpts(all);
    addOthers(all);
    addEncoders(all);
    return all;
  }

  private static void add(
      Map<String, Expected> all,
      String name,
      Reader reader,
      ModelConfig description,
      String... left) {
    all.put(name, new Expected(reader, description, new TreeSet<>(List.of(left))));
  }

  private static void addLlamas(Map<String, Expected> all) {
    Reader reader = decoder(DecoderConfig::builder);
    add(
        all,
        "llama_bias",
        reader,
        common(80, 2, 2, 192).numKvHeads(1).headDim(48).maxPositions(512).biases(true).build());
    add(
        all,
        "llama_gqa",
        reader,
        common(144, 2, 9, 192).numKvHeads(3).headDim(16).maxPositions(512).build());
    add(all, "llama_mha", reader, llama().vocabSize(331).numKvHeads(4).build());
    add(
        all,
        "llama_mqa_hd64",
        reader,
        common(192, 2, 3, 192)
            .numKvHeads(1)
            .headDim(64)
            .maxPositions(512)
            .tiedEmbeddings(true)
            .build());
    add(
        all,
        "llama_rope_linear",
        reader,
        llama().maxPositions(256).ropeScaling(new RoPEScaling.Linear(4)).build());
    add(
        all,
        "llama_rope_dynamic",
        reader,
        llama().maxPositions(256).ropeScaling(new RoPEScaling.Dynamic(4, 64)).build());
    add(
        all,
        "llama_rope_llama3",
        reader,
        llama().ropeTheta(500_000).ropeScaling(new RoPEScaling.Llama3(8, 1, 4, 64)).build());
    add(
        all,
        "llama_rope_yarn",
        reader,
        llama()
            .maxPositions(256)
            .ropeScaling(new RoPEScaling.Yarn(4, 64, 16, 0.5, 1.2, true))
            .build());
    add(all, "mistral_sliding", reader, llama().slidingWindow(16).build());
    add(
        all,
        "mixtral",
        reader,
        common(64, 2, 4, 96)
            .numKvHeads(2)
            .maxPositions(256)
            .ropeTheta(1e6)
            .experts(new MixtureOfExpertsConfig(4, 2, 96, true, 0, List.of()))
            .build());
    add(
        all,
        "smollm3",
        decoder(() -> DecoderConfig.builder().tiedEmbeddings(true)),
        common(128, 4, 4, 192)
            .numKvHeads(2)
            .maxPositions(256)
            .normEpsilon(1e-6)
            .tiedEmbeddings(true)
            .layersWithoutRope(List.of(3))
            .build());
    add(
        all,
        "granite",
        reader,
        common(128, 2, 4, 224)
            .numKvHeads(2)
            .maxPositions(256)
            .normEpsilon(1e-6)
            .attentionScale(0.11)
            .embeddingScale(6)
            .residualScale(0.4)
            .logitsScale(1 / 1.7)
            .build());
    add(
        all,
        "olmo2",
        decoder(() -> DecoderConfig.builder().qkNorm(QkNorm.ALL_HEADS)),
        common(128, 2, 4, 224)
            .numKvHeads(2)
            .maxPositions(256)
            .ropeTheta(500_000)
            .qkNorm(QkNorm.ALL_HEADS)
            .build());
  }

  private static void addQwens(Map<String, Expected> all) {
    Reader qwen2 = decoder(() -> DecoderConfig.builder().qkvBias(true));
    DecoderConfig.Builder small =
        llama().normEpsilon(1e-6).qkvBias(true).tiedEmbeddings(true).ropeTheta(1e6);
    add(all, "qwen2", qwen2, small.build());
    add(
        all,
        "qwen2_yarn",
        qwen2,
        small.maxPositions(128).ropeTheta(10_000).ropeScaling(new RoPEScaling.Yarn(2, 64)).build());
    Reader qwen3 = decoder(() -> DecoderConfig.builder().qkNorm(QkNorm.PER_HEAD));
    add(
        all,
        "qwen3",
        qwen3,
        common(96, 2, 4, 224)
            .numKvHeads(2)
            .headDim(32)
            .maxPositions(512)
            .normEpsilon(1e-6)
            .ropeTheta(1e6)
            .tiedEmbeddings(true)
            .qkNorm(QkNorm.PER_HEAD)
            .build());
    add(
        all,
        "qwen3_moe",
        qwen3,
        common(64, 3, 4, 96)
            .numKvHeads(2)
            .headDim(16)
            .maxPositions(256)
            .normEpsilon(1e-6)
            .qkNorm(QkNorm.PER_HEAD)
            .experts(new MixtureOfExpertsConfig(6, 2, 48, false, 0, List.of(1)))
            .build());
  }

  private static void addGemmas(Map<String, Expected> all) {
    DecoderConfig.Builder small =
        common(96, 2, 4, 192)
            .numKvHeads(1)
            .headDim(32)
            .maxPositions(512)
            .normEpsilon(1e-6)
            .normUnitOffset(true)
            .activation(Activation.GELU_TANH)
            .tiedEmbeddings(true);
    FamilyFields names = ALL.spelled("hidden_act", "hidden_activation").withoutEffect("hidden_act");
    Reader gemma = decoder(names, GoldenDescriptionsTest::gemma);
    add(all, "gemma", gemma, small.build());
    add(
        all,
        "gemma2",
        gemma,
        small
            .numLayers(3)
            .numKvHeads(2)
            .attentionScale(1 / Math.sqrt(20))
            .attentionSoftcap(3)
            .logitSoftcap(5)
            .slidingWindows(List.of(16, 0, 16))
            .build());
    add(
        all,
        "gemma3_text",
        decoder(names, () -> gemma().qkNorm(QkNorm.PER_HEAD)),
        small
            .numLayers(4)
            .numKvHeads(1)
            .attentionScale(1 / Math.sqrt(24))
            .attentionSoftcap(0)
            .logitSoftcap(0)
            .qkNorm(QkNorm.PER_HEAD)
            .slidingWindows(List.of(16, 16, 0, 16))
            .ropeTheta(1e6)
            .ropeScaling(new RoPEScaling.Linear(8))
            .localRope(10_000, RoPEScaling.NONE)
            .build());
  }

  private static void addGpts(Map<String, Expected> all) {
    add(
        all,
        "gpt2",
        decoder(GPT, () -> plain().tiedEmbeddings(true).intermediateFactor(4).learnedPositions(0)),
        asPlain(common(96, 2, 4, 384))
            .maxPositions(128)
            .tiedEmbeddings(true)
            .learnedPositions(0)
            .build(),
        "reorder_and_upcast_attn",
        "scale_attn_by_inverse_layer_idx",
        "scale_attn_weights",
        "store");
    add(
        all,
        "gptj",
        decoder(
            GPT,
            () ->
                plain()
                    .qkvBias(false)
                    .outputBias(false)
                    .lmHeadBias(true)
                    .parallelResidual(true)
                    .intermediateFactor(4)
                    .ropeStyle(RoPEStyle.INTERLEAVED)),
        asPlain(common(96, 2, 3, 384))
            .qkvBias(false)
            .outputBias(false)
            .lmHeadBias(true)
            .maxPositions(128)
            .parallelResidual(true)
            .ropeStyle(RoPEStyle.INTERLEAVED)
            .rotaryDim(16)
            .build());
    add(
        all,
        "gpt_neox",
        decoder(GoldenDescriptionsTest::plain),
        asPlain(common(128, 2, 4, 192))
            .activation(Activation.GELU)
            .maxPositions(256)
            .parallelResidual(true)
            .rotaryDim(8)
            .build());
    add(
        all,
        "bloom",
        decoder(
            GPT,
            () -> plain().tiedEmbeddings(true).intermediateFactor(4).maxPositions(2048).alibi()),
        asPlain(common(96, 2, 6, 384)).maxPositions(2048).tiedEmbeddings(true).alibi().build(),
        "apply_residual_connection_post_layernorm",
        "slow_but_exact");
    add(
        all,
        "opt",
        decoder(
            ALL.spelled("intermediate_size", "ffn_dim")
                .spelled("hidden_act", "activation_function"),
            () -> plain().normEpsilon(1e-5).tiedEmbeddings(true).learnedPositions(2)),
        asPlain(common(96, 2, 4, 256))
            .activation(Activation.RELU)
            .maxPositions(128)
            .tiedEmbeddings(true)
            .learnedPositions(2)
            .build(),
        "_remove_final_layer_norm",
        "do_layer_norm_before",
        "enable_bias",
        "layer_norm_elementwise_affine",
        "word_embed_proj_dim");
  }

  private static void addOthers(Map<String, Expected> all) {
    add(
        all,
        "phi",
        decoder(() -> plain().parallelResidual(true).lmHeadBias(true)),
        asPlain(common(128, 2, 4, 192))
            .maxPositions(256)
            .parallelResidual(true)
            .lmHeadBias(true)
            .rotaryDim(16)
            .build(),
        "qk_layernorm");
    DecoderConfig.Builder phi3 = common(128, 2, 4, 224).numKvHeads(2).maxPositions(256);
    Reader reader = decoder(DecoderConfig::builder);
    add(all, "phi3", reader, phi3.build());
    float[] shortFactors = new float[12];
    float[] longFactors = new float[12];
    for (int i = 0; i < 12; i++) {
      shortFactors[i] = (float) (1 + 0.05 * i);
      longFactors[i] = (float) (1 + 0.6 * i + 0.04 * i * i);
    }
    add(
        all,
        "phi3_longrope",
        reader,
        phi3.rotaryDim(24)
            .ropeScaling(
                new RoPEScaling.LongRope(
                    shortFactors, longFactors, 64, Math.sqrt(1 + Math.log(4) / Math.log(64))))
            .build());
    add(
        all,
        "stablelm",
        decoder(() -> DecoderConfig.builder().normKind(NormKind.LAYER_NORM).qkvBias(true)),
        common(128, 2, 4, 224)
            .maxPositions(256)
            .normKind(NormKind.LAYER_NORM)
            .qkvBias(true)
            .rotaryDim(8)
            .build(),
        "qk_layernorm",
        "use_qkv_bias");
  }

  private static void addEncoders(Map<String, Expected> all) {
    add(
        all,
        "bert",
        config ->
            EncoderMetadata.huggingFace(
                    config, FamilyFields.everything(ModelKind.ENCODER), EncoderConfig.builder())
                .build(),
        EncoderConfig.builder()
            .vocabSize(320)
            .hiddenSize(96)
            .numLayers(2)
            .numHeads(4)
            .intermediateSize(192)
            .normEpsilon(1e-12)
            .maxPositions(64)
            .tokenTypes(2)
            .padTokenId(0)
            .build());
    add(
        all,
        "clip_text",
        config ->
            EncoderMetadata.huggingFace(
                    config,
                    FamilyFields.everything(ModelKind.ENCODER),
                    EncoderConfig.builder().causal(true))
                .build(),
        EncoderConfig.builder()
            .vocabSize(320)
            .hiddenSize(96)
            .numLayers(2)
            .numHeads(4)
            .intermediateSize(192)
            .activation(Activation.QUICK_GELU)
            .causal(true)
            .maxPositions(24)
            .projectionSize(40)
            .padTokenId(1)
            .eosTokenId(319)
            .build());
    VisionConfig.Builder vision =
        VisionConfig.builder()
            .imageSize(32, 32)
            .patchSize(8)
            .hiddenSize(96)
            .numLayers(2)
            .numHeads(4)
            .intermediateSize(192);
    Reader reader =
        config ->
            VisionMetadata.huggingFace(
                    config, FamilyFields.everything(ModelKind.VISION), VisionConfig.builder())
                .build();
    add(
        all,
        "clip_vision",
        reader,
        vision.activation(Activation.QUICK_GELU).projectionSize(40).build());
    add(
        all,
        "vit",
        reader,
        VisionConfig.builder()
            .imageSize(32, 32)
            .patchSize(8)
            .hiddenSize(96)
            .numLayers(2)
            .numHeads(4)
            .intermediateSize(192)
            .normEpsilon(1e-12)
            .labels(Stream.iterate(0, i -> i + 1).limit(10).map(i -> "LABEL_" + i).toList())
            .build(),
        "pooler_act",
        "pooler_output_size");
  }

  @TestFactory
  Stream<DynamicTest> everyConfigIsRead() throws IOException {
    Map<String, Expected> expected = expected();
    List<Path> folders;
    try (Stream<Path> list = Files.list(Goldens.path("tiny"))) {
      folders = list.filter(Files::isDirectory).sorted().toList();
    }
    assertTrue(folders.size() >= 6, folders.toString());
    return folders.stream()
        .flatMap(
            folder ->
                Stream.of("config.json", "config_v5.json")
                    .map(
                        name ->
                            DynamicTest.dynamicTest(
                                folder.getFileName() + " " + name,
                                () ->
                                    check(
                                        expected.get(folder.getFileName().toString()),
                                        folder.resolve(name)))));
  }

  private static void check(Expected expected, Path file) {
    assertNotNull(expected, "nothing is said of this model");
    Metadata config = HuggingFaceCheckpoint.readConfig(file);
    assertEquals(expected.description, expected.reader.read(config));
    assertEquals(expected.left, new TreeSet<>(config.unread()));
    switch (expected.description) {
      case DecoderConfig c -> assertEquals(c, c.toBuilder().build());
      case EncoderConfig c -> assertEquals(c, c.toBuilder().build());
      case VisionConfig c -> assertEquals(c, c.toBuilder().build());
    }
  }

  @TestFactory
  Stream<DynamicTest> layersFindTheirRotation() {
    Map<String, Expected> all = expected();
    return Stream.of(
        DynamicTest.dynamicTest(
            "two frequencies",
            () -> {
              DecoderConfig config = (DecoderConfig) all.get("gemma3_text").description;
              assertEquals(2, config.ropes(64).size());
              assertEquals(1e6, config.ropes(64).get(0).build().theta());
              assertEquals(new RoPEScaling.Linear(8), config.ropes(64).get(0).build().scaling());
              assertEquals(10_000.0, config.ropes(64).get(1).build().theta());
              assertEquals(OptionalInt.of(1), config.ropeIndex(0));
              assertEquals(OptionalInt.of(0), config.ropeIndex(2));
              assertEquals(
                  Optional.of(new Frequencies(10_000, RoPEScaling.NONE)),
                  config.rotary().localFrequencies());
              assertEquals(16, config.attentionConfig(1).build().slidingWindow());
              assertEquals(0, config.attentionConfig(2).build().slidingWindow());
            }),
        DynamicTest.dynamicTest(
            "a layer without",
            () -> {
              DecoderConfig config = (DecoderConfig) all.get("smollm3").description;
              assertEquals(1, config.ropes(64).size());
              assertEquals(OptionalInt.of(0), config.ropeIndex(2));
              assertEquals(OptionalInt.empty(), config.ropeIndex(3));
              assertEquals(32, config.attentionConfig(2).build().rotaryDim());
              assertEquals(0, config.attentionConfig(3).build().rotaryDim());
            }),
        DynamicTest.dynamicTest(
            "none at all",
            () -> {
              DecoderConfig config = (DecoderConfig) all.get("bloom").description;
              assertEquals(List.of(), config.ropes(64));
              assertEquals(OptionalInt.empty(), config.ropeIndex(0));
            }));
  }
}
