// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tttv2.config.PositionEncoding.Frequencies;
import dev.tttv2.core.block.Activation;
import dev.tttv2.core.block.AttentionConfig;
import dev.tttv2.core.block.EmbeddingConfig;
import dev.tttv2.core.block.LMHeadConfig;
import dev.tttv2.core.block.MLPConfig;
import dev.tttv2.core.block.QkNorm;
import dev.tttv2.core.block.RMSNormConfig;
import dev.tttv2.core.block.RoPEConfig;
import dev.tttv2.core.block.RoPEScaling;
import dev.tttv2.core.block.RoPEStyle;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DecoderConfigTest {
  private static final String COMMON =
      "\"vocab_size\": 100, \"hidden_size\": 64, \"intermediate_size\": 96,"
          + "\"num_hidden_layers\": 2, \"num_attention_heads\": 4, \"rms_norm_eps\": 1e-5,"
          + "\"max_position_embeddings\": 512";

  private static final FamilyFields ALL = FamilyFields.everything(ModelKind.DECODER);

  private static DecoderConfig.Builder small() {
    return DecoderConfig.builder()
        .vocabSize(100)
        .hiddenSize(64)
        .intermediateSize(96)
        .numLayers(2)
        .numHeads(4)
        .maxPositions(512);
  }

  private static Metadata json(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    Path file = Path.of("config.json");
    return Metadata.of(file, Json.parse(file, "", bytes, bytes.length));
  }

  private static DecoderConfig read(String more) {
    return DecoderMetadata.huggingFace(
            json("{" + COMMON + (more.isEmpty() ? "" : ", ") + more + "}"),
            Optional.empty(),
            ALL,
            DecoderConfig.builder().tiedEmbeddings(true))
        .build();
  }

  @Test
  void derivesAndKeepsValues() {
    DecoderConfig config = small().build();
    assertEquals(ModelKind.DECODER, config.kind());
    assertEquals(16, config.headDim());
    assertEquals(4, config.numKvHeads());
    assertEquals(1, config.groupSize());
    assertEquals(0.25, config.attention().scale());
    assertEquals(List.of(0, 0), config.attention().slidingWindows());
    assertEquals(16, config.rotary().rotaryDim());
    assertEquals(OptionalInt.empty(), config.bosTokenId());
    DecoderConfig other = other().build();
    assertEquals(other, other.toBuilder().build());
    assertEquals(2, other.groupSize());
    DecoderConfig learned = small().learnedPositions(2).build();
    assertEquals(new PositionEncoding.Learned(514, 2), learned.positions());
    DecoderConfig shorter = learned.toBuilder().maxPositions(10).build();
    assertEquals(learned.positions(), shorter.positions(), "the table stays as it is");
    assertEquals(10, shorter.maxPositions());
    assertThrows(IllegalStateException.class, learned::rotary);
    DecoderConfig alibi = small().alibi().build();
    assertEquals(alibi, alibi.toBuilder().build());
    assertEquals(
        List.of(8, 8, 0, 8),
        small()
            .numLayers(4)
            .slidingWindow(8)
            .slidingPattern(3)
            .build()
            .attention()
            .slidingWindows());
  }

  /** Everything different from the defaults. */
  private static DecoderConfig.Builder other() {
    return small()
        .numKvHeads(2)
        .headDim(32)
        .attentionScale(0.5)
        .attentionSoftcap(3)
        .causal(false)
        .qkNorm(QkNorm.PER_HEAD)
        .slidingWindows(List.of(0, 8))
        .normEpsilon(1e-6)
        .normUnitOffset(true)
        .activation(Activation.GELU_TANH)
        .gated(false)
        .ropeTheta(5e5)
        .ropeScaling(new RoPEScaling.Linear(2))
        .localRope(1e4, RoPEScaling.NONE)
        .ropeStyle(RoPEStyle.INTERLEAVED)
        .rotaryDim(16)
        .layersWithoutRope(List.of(0))
        .experts(new MixtureOfExpertsConfig(4, 2, 32, false, 8, List.of(1)))
        .parallelResidual(true)
        .embeddingScale(8)
        .residualScale(0.5)
        .logitsScale(0.25)
        .logitSoftcap(30)
        .tiedEmbeddings(true)
        .lmHeadBias(true)
        .biases(true)
        .bosTokenId(0)
        .eosTokenIds(List.of(1, 99));
  }

  @Test
  void describesBlocks() {
    DecoderConfig config = other().build();
    RoPEConfig rope = config.ropes(128).getFirst().build();
    assertEquals(32, rope.headDim());
    assertEquals(16, rope.rotaryDim());
    assertEquals(128, rope.maxPositions());
    assertEquals(5e5, rope.theta());
    assertEquals(new RoPEScaling.Linear(2), rope.scaling());
    assertEquals(RoPEStyle.INTERLEAVED, rope.style());
    assertEquals(
        AttentionConfig.builder(64, 4, 2, 32)
            .rotaryDim(16)
            .ropeStyle(RoPEStyle.INTERLEAVED)
            .scale(0.5f)
            .logitSoftcap(3)
            .causal(false)
            .slidingWindow(8)
            .qkvBias(true)
            .outputBias(true)
            .qkNorm(QkNorm.PER_HEAD)
            .qkNormEpsilon(1e-6f)
            .qkNormUnitOffset(true)
            .build(),
        config.attentionConfig(1).build());
    assertEquals(0, config.attentionConfig(0).build().rotaryDim());
    assertEquals(
        MLPConfig.builder(64, 96).activation(Activation.GELU_TANH).gated(false).bias(true).build(),
        config.mlpConfig().build());
    assertEquals(
        RMSNormConfig.builder(64).epsilon(1e-6f).unitOffset(true).build(),
        config.rmsNormConfig().build());
    assertEquals(1e-6f, config.layerNormConfig().build().epsilon());
    assertEquals(
        EmbeddingConfig.builder(100, 64).scale(8).build(), config.embeddingConfig().build());
    assertEquals(
        LMHeadConfig.builder(64, 100).bias(true).logitsScale(0.25f).softcap(30).build(),
        config.lmHeadConfig().build());
    assertEquals(
        dev.tttv2.core.block.MixtureOfExpertsConfig.builder(64, 32, 4, 2)
            .normalized(false)
            .activation(Activation.GELU_TANH)
            .build(),
        config.expertsConfig().build());
    assertTrue(config.experts().get().isDense(1));
    assertFalse(config.experts().get().isDense(0));
  }

  @Test
  void refusesNumbersThatDoNotFit() {
    assertRefused("decoder: vocabSize is 0, expected more than 0", small().vocabSize(0));
    assertRefused("decoder: numLayers is -1, expected more than 0", small().numLayers(-1));
    assertRefused("attention: hiddenSize 64 is not a multiple of 5 heads", small().numHeads(5));
    assertRefused("attention: numHeads 4 is not a multiple of numKvHeads 3", small().numKvHeads(3));
    assertRefused(
        "rotary positions: rotaryDim is 15, expected an even number", small().headDim(15));
    assertRefused("decoder: rotaryDim is 32, expected at most headDim 16", small().rotaryDim(32));
    assertRefused(
        "RoPE longrope scaling: 2 factors for 8 pairs",
        small()
            .ropeScaling(new RoPEScaling.LongRope(new float[] {1, 1}, new float[] {1, 1}, 64, 1)));
    assertRefused(
        "decoder: layers without rotation has layer 2, expected 0 to 1",
        small().layersWithoutRope(List.of(2)));
    assertRefused(
        "attention: slidingWindows has 1 layers, the model 2", small().slidingWindows(List.of(3)));
    assertRefused("attention: slidingWindows is -1", small().slidingWindow(-1));
    assertRefused("attention: scale is 0.0", small().attentionScale(0));
    assertRefused("attention: logitSoftcap is -1.0", small().attentionSoftcap(-1));
    assertRefused("MLP: intermediateSize is 0", small().intermediateSize(0));
    assertRefused("norm: epsilon is NaN", small().normEpsilon(Double.NaN));
    assertRefused(
        "rotary positions: theta is Infinity", small().ropeTheta(Double.POSITIVE_INFINITY));
    assertRefused("learned positions: offset is -1", small().learnedPositions(-1));
    assertRefused(
        "decoder: maxPositions is 512, expected at most 8, the rows of the position embedding",
        small().learnedPositions(2).learnedRows(10));
    assertRefused(
        "decoder: denseLayers has layer 7",
        small().experts(new MixtureOfExpertsConfig(4, 2, 32, false, 0, List.of(7))));
    assertRefused("decoder: residualScale is 0.0", small().residualScale(0));
    assertRefused("decoder: logitSoftcap is NaN", small().logitSoftcap(Double.NaN));
    assertRefused("decoder: bosTokenId has token 100, expected 0 to 99", small().bosTokenId(100));
    assertRefused("decoder: eosTokenIds has token -1", small().eosTokenIds(List.of(3, -1)));
    assertTrue(
        assertThrows(
                IllegalArgumentException.class,
                () -> new MixtureOfExpertsConfig(4, 5, 32, false, 0, List.of()))
            .getMessage()
            .contains("a token is given to 5 of 4"));
    assertTrue(
        assertThrows(
                CheckpointException.class, () -> small().source(Path.of("f")).vocabSize(0).build())
            .getMessage()
            .startsWith("f: decoder: vocabSize is 0"));
  }

  private static void assertRefused(String expected, DecoderConfig.Builder builder) {
    String message = assertThrows(IllegalArgumentException.class, builder::build).getMessage();
    assertTrue(message.startsWith(expected), message);
  }

  @Test
  void readsConfigJsonWithDefaults() {
    DecoderConfig config = read("");
    assertEquals(small().tiedEmbeddings(true).build(), config);
    assertFalse(read("\"tie_word_embeddings\": false").tiedEmbeddings());
    assertEquals(List.of(3, 4), read("\"eos_token_id\": [3, 4]").eosTokenIds());
    assertEquals(Activation.GELU_TANH, read("\"hidden_act\": \"gelu_new\"").mlp().activation());
    assertEquals(Activation.RELU_SQUARED, read("\"hidden_act\": \"relu2\"").mlp().activation());
    DecoderConfig generation =
        DecoderMetadata.huggingFace(
                json("{" + COMMON + ", \"eos_token_id\": 3}"),
                Optional.of(json("{\"eos_token_id\": [3, 7]}")),
                ALL,
                DecoderConfig.builder())
            .build();
    assertEquals(List.of(3, 7), generation.eosTokenIds());
  }

  @Test
  void unknownFieldsStayUnread() {
    Metadata config = json("{" + COMMON + ", \"quantization_config\": {\"bits\": 4}}");
    DecoderMetadata.huggingFace(config, Optional.empty(), ALL, DecoderConfig.builder()).build();
    assertEquals(List.of("quantization_config"), config.unread());
  }

  @Test
  void readsRopeInBothSpellings() {
    RoPEScaling llama3 = new RoPEScaling.Llama3(8, 1, 4, 64);
    String fields =
        "\"factor\": 8, \"low_freq_factor\": 1.0, \"high_freq_factor\": 4.0,"
            + "\"original_max_position_embeddings\": 64";
    for (String more :
        List.of(
            "\"rope_theta\": 7, \"rope_scaling\": {\"rope_type\": \"llama3\", " + fields + "}",
            "\"rope_theta\": 7.0, \"rope_scaling\": {\"type\": \"llama3\", " + fields + "}",
            "\"rope_parameters\": {\"rope_theta\": 7, \"rope_type\": \"llama3\", " + fields + "}",
            "\"rope_theta\": 7, \"rope_parameters\": {\"rope_type\": \"llama3\","
                + "\"type\": \"llama3\", \"rope_theta\": 7.0, "
                + fields
                + "}")) {
      DecoderConfig config = read(more);
      assertEquals(new Frequencies(7, llama3), config.rotary().frequencies());
    }
    assertEquals(
        new RoPEScaling.Linear(4),
        read("\"rope_scaling\": {\"type\": \"linear\", \"factor\": 4.0}")
            .rotary()
            .frequencies()
            .scaling());
    assertEquals(
        RoPEScaling.NONE,
        read("\"rope_parameters\": {\"rope_theta\": 7}").rotary().frequencies().scaling());
    assertEquals(RoPEScaling.NONE, read("\"rope_scaling\": null").rotary().frequencies().scaling());
    // As Qwen2.5's files have it: the context that they give is the one before stretching.
    String yarn = "\"rope_scaling\": {\"type\": \"yarn\", \"factor\": 4.0%s}";
    assertEquals(2048, read(yarn.formatted("")).maxPositions());
    assertEquals(
        512, read(yarn.formatted(", \"original_max_position_embeddings\": 128")).maxPositions());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "\"rope_scaling\": {\"type\": \"ntk\", \"factor\": 4}"
            + "|field rope_scaling.type: \"ntk\" is not supported; supported are default, linear,",
        "\"rope_parameters\": {\"rope_type\": \"proportional\", \"factor\": 4}"
            + "|field rope_parameters.rope_type: \"proportional\" is not supported",
        "\"rope_scaling\": {\"type\": \"yarn\"}|field rope_scaling.factor: is missing",
        "\"rope_scaling\": {\"type\": \"yarn\", \"factor\": 2, \"beta_fast\": 1, \"beta_slow\": 2}"
            + "|field rope_scaling.type: RoPE yarn scaling: betaFast is 1.0, expected at least",
        "\"rope_scaling\": {\"type\": \"longrope\", \"short_factor\": [1], \"long_factor\": [0]}"
            + "|field rope_scaling.long_factor[0]: is 0, expected a number in [1.0E-6,",
        "\"rope_scaling\": {\"type\": \"longrope\", \"short_factor\": [1], \"long_factor\": [1]}"
            + "|RoPE longrope scaling: 1 factors for 8 pairs",
        "\"rope_scaling\": {\"type\": \"llama3\", \"factor\": 8, \"low_freq_factor\": 1,"
            + "\"high_freq_factor\": 4}|original_max_position_embeddings: is missing",
        "\"original_max_position_embeddings\": 32, \"rope_scaling\": {\"type\": \"yarn\","
            + "\"factor\": 2, \"original_max_position_embeddings\": 64}"
            + "|field original_max_position_embeddings: is 32, but 64 with the rotary parameters",
        "\"rope_scaling\": {\"factor\": 4}|field rope_scaling.rope_type: is missing",
        "\"rope_scaling\": {\"type\": \"linear\"}|field rope_scaling.factor: is missing",
        "\"rope_scaling\": {\"type\": \"linear\", \"factor\": 0}"
            + "|field rope_scaling.factor: is 0, expected a number in [1.0,",
        "\"rope_scaling\": {\"type\": \"linear\", \"rope_type\": \"llama3\"}"
            + "|field rope_scaling.type: is \"linear\", but rope_type is \"llama3\"",
        "\"rope_scaling\": {\"type\": \"llama3\", \"factor\": 8, \"low_freq_factor\": 4,"
            + "\"high_freq_factor\": 1, \"original_max_position_embeddings\": 64}"
            + "|highFreqFactor is 1.0, expected more than lowFreqFactor 4.0",
        "\"rope_theta\": 1, \"rope_parameters\": {\"rope_theta\": 2}"
            + "|field rope_theta: is 1.0, but 2.0 in rope_parameters",
        "\"rope_scaling\": {\"type\": \"default\"}, \"rope_parameters\": {}"
            + "|field rope_scaling: contradicts rope_parameters",
        "\"rope_parameters\": {\"full_attention\": {\"rope_theta\": 2}}"
            + "|field rope_parameters.sliding_attention: is missing, although there are parameters",
        "\"rope_parameters\": {\"full_attention\": {}, \"sliding_attention\":"
            + "{\"partial_rotary_factor\": 0.5}}"
            + "|field rope_parameters.sliding_attention.partial_rotary_factor: differs from",
        "\"partial_rotary_factor\": 0.2|field partial_rotary_factor: rotates 3 of a head's 16",
        "\"rotary_pct\": 0.5, \"partial_rotary_factor\": 0.25"
            + "|field rotary_pct: is 0.5, but partial_rotary_factor is 0.25",
        "\"rotary_pct\": 0.5, \"rotary_dim\": 8|field rotary_dim: contradicts partial_rotary",
        "\"rotary_dim\": 17|field rotary_dim: is 17, expected a whole number in [2, 16]",
        "\"rope_interleaved\": true|field rope_interleaved: is true, which is not supported",
        "\"add_cross_attention\": true|field add_cross_attention: is true",
        "\"no_rope_layers\": [1]|field no_rope_layers: has 1 entries, expected 2",
        "\"layer_types\": [\"full_attention\"]|field layer_types: has 1 entries, expected 2",
        "\"layer_types\": [\"full_attention\", \"chunked_attention\"]"
            + "|field layer_types[1]: \"chunked_attention\" is not supported; supported are",
        "\"layer_types\": [\"full_attention\", \"sliding_attention\"]"
            + "|field sliding_window: is missing, but layer_types has sliding_attention",
        "\"sliding_window_pattern\": 2, \"_sliding_window_pattern\": 3"
            + "|field _sliding_window_pattern: is 3, but sliding_window_pattern is 2",
        "\"num_experts\": 4|field num_experts_per_tok: is missing",
        "\"num_experts\": 4, \"num_experts_per_tok\": 5|field num_experts_per_tok: is 5",
        "\"logits_scaling\": 0|field logits_scaling: is 0, expected a number in",
        "\"residual_multiplier\": 0|decoder: residualScale is 0.0",
        "\"hidden_act\": \"relu6\"|field hidden_act: is \"relu6\", expected one of [gelu,",
        "\"head_dim\": 15|field head_dim: rotates 15 of a head's 15 values",
        "\"num_key_value_heads\": 3|field num_key_value_heads: is 3, which does not divide"
            + " num_attention_heads, 4",
        "\"eos_token_id\": 100|field eos_token_id: is 100, expected a whole number in [0, 99]",
      })
  void refusesWhatItDoesNotKnow(String more, String expected) {
    String message = assertThrows(CheckpointException.class, () -> read(more)).getMessage();
    assertTrue(message.startsWith("config.json: "), message);
    assertTrue(message.contains(expected), message);
  }

  @Test
  void fieldsThatAFamilyDoesNotHaveStayUnread() {
    Metadata config =
        json("{" + COMMON + ", \"num_experts\": 4, \"layer_norm_eps\": 1e-5, \"mlp_bias\": false}");
    DecoderMetadata.huggingFace(
            config, Optional.empty(), FamilyFields.decoder(), DecoderConfig.builder())
        .build();
    // A bias that is false asks for nothing.
    assertEquals(List.of("num_experts", "layer_norm_eps"), config.unread());
    assertEquals(
        "fields: \"num_expert\" is not known to the reader of a DECODER",
        assertThrows(IllegalArgumentException.class, () -> FamilyFields.decoder("num_expert"))
            .getMessage());
  }

  @Test
  void defaultsCountWhereAFieldIsAbsentAndNotWhereItIsNull() {
    FamilyFields fields =
        FamilyFields.decoder()
            .defaulting("sliding_window", 16)
            .defaulting("rope_theta", 1e6)
            .defaulting("partial_rotary_factor", 0.5)
            .defaulting("eos_token_id", 2)
            .defaulting("bos_token_id", 50_256)
            .defaulting("hidden_act", "relu")
            .defaulting("tie_word_embeddings", true);
    DecoderConfig silent = read(fields, "");
    assertEquals(List.of(16, 16), silent.attention().slidingWindows());
    assertEquals(1e6, silent.rotary().frequencies().theta());
    assertEquals(8, silent.rotary().rotaryDim());
    assertEquals(List.of(2), silent.eosTokenIds());
    assertEquals(OptionalInt.empty(), silent.bosTokenId(), "the vocabulary has 100 tokens");
    assertEquals(Activation.RELU, silent.mlp().activation());
    assertTrue(silent.tiedEmbeddings());
    DecoderConfig none = read(fields, "\"sliding_window\": null, \"eos_token_id\": null");
    assertEquals(List.of(0, 0), none.attention().slidingWindows());
    assertEquals(List.of(), none.eosTokenIds());
    // What transformers 5 says with the rotary parameters counts more as well.
    DecoderConfig inner =
        read(fields, "\"rope_parameters\": {\"rope_theta\": 7, \"partial_rotary_factor\": 0.25}");
    assertEquals(7, inner.rotary().frequencies().theta());
    assertEquals(4, inner.rotary().rotaryDim());
  }

  /** As Qwen3MoeDecoderLayer and GraniteForCausalLM of transformers compute them. */
  @Test
  void readsWhichLayersHaveExpertsAndWhatLogitsAreDividedBy() {
    String experts = "\"num_experts\": 4, \"num_experts_per_tok\": 2, \"num_hidden_layers\": 6, ";
    // Of layers 0, 1, 2 ... every third has experts: those behind which 3, 6 ... layers lie.
    assertEquals(List.of(0, 1, 3, 4), dense(experts + "\"decoder_sparse_step\": 3"), "every third");
    assertEquals(
        List.of(0, 2, 4, 5),
        dense(experts + "\"decoder_sparse_step\": 2, \"mlp_only_layers\": [5]"));
    assertEquals(0.125, read("\"logits_scaling\": 8").logitsScale());
    assertEquals(0.22, read("\"residual_multiplier\": 0.22").residualScale());
    assertEquals(12, read("\"embedding_multiplier\": 12").embeddingScale());
  }

  private static List<Integer> dense(String more) {
    String text = "{" + COMMON.replace("\"num_hidden_layers\": 2, ", "") + ", " + more + "}";
    return DecoderMetadata.huggingFace(json(text), Optional.empty(), ALL, DecoderConfig.builder())
        .build()
        .experts()
        .get()
        .denseLayers();
  }

  @Test
  void anotherSpellingCountsMore() {
    FamilyFields fields = FamilyFields.decoder().alsoSpelled("hidden_act", "hidden_activation");
    String both = "\"hidden_act\": \"gelu\", \"hidden_activation\": \"relu\"";
    assertEquals(Activation.RELU, read(fields, both).mlp().activation());
    assertEquals(Activation.GELU, read(fields, "\"hidden_act\": \"gelu\"").mlp().activation());
    assertEquals(
        Activation.SILU,
        read(
                FamilyFields.decoder().spelled("hidden_act", "hidden_activation"),
                "\"hidden_act\": \"gelu\"")
            .mlp()
            .activation());
  }

  private static DecoderConfig read(FamilyFields fields, String more) {
    return DecoderMetadata.huggingFace(
            json("{" + COMMON + (more.isEmpty() ? "" : ", ") + more + "}"),
            Optional.empty(),
            fields,
            DecoderConfig.builder())
        .build();
  }

  private static GgufBuilder gguf() {
    return new GgufBuilder()
        .string("general.architecture", "fam")
        .string("general.name", "x")
        .u32("fam.block_count", 2)
        .u32("fam.context_length", 512)
        .u32("fam.embedding_length", 64)
        .u32("fam.feed_forward_length", 96)
        .u32("fam.attention.head_count", 4)
        .f32("fam.attention.layer_norm_rms_epsilon", 1e-5f)
        .strings("tokenizer.ggml.tokens", "a", "b", "c")
        .u32("tokenizer.ggml.eos_token_id", 2)
        .u32("tokenizer.ggml.eot_token_id", 1);
  }

  private static Metadata metadata(GgufBuilder builder) {
    Path file = Path.of("model.gguf");
    return Metadata.of(
        file,
        GgufFile.read(new MappedFile(file, MemorySegment.ofArray(builder.build()))).metadata());
  }

  @Test
  void readsWindows() {
    String window = "\"sliding_window\": 8";
    assertEquals(List.of(8, 8), windows(window));
    assertEquals(List.of(0, 0), windows("\"sliding_window\": null"));
    assertEquals(List.of(0, 0), windows(window + ", \"use_sliding_window\": false"));
    assertEquals(List.of(0, 8), windows(window + ", \"max_window_layers\": 1"));
    assertEquals(List.of(8, 0), windows(window + ", \"sliding_window_pattern\": 2"));
    assertEquals(
        List.of(0, 8),
        windows(
            window
                + ", \"_sliding_window_pattern\": 6, \"layer_types\":"
                + "[\"full_attention\", \"sliding_attention\"]"));
  }

  private static List<Integer> windows(String more) {
    return read(more).attention().slidingWindows();
  }

  @Test
  void readsScalingsWithTheirDefaults() {
    assertEquals(
        new RoPEScaling.Yarn(4, 512),
        scaling("\"rope_scaling\": {\"type\": \"yarn\", \"factor\": 4, \"beta_fast\": 0}"));
    assertEquals(
        new RoPEScaling.Yarn(4, 64, 16, 2, 1.5, false),
        scaling(
            "\"rope_parameters\": {\"rope_type\": \"yarn\", \"factor\": 4, \"beta_fast\": 16,"
                + "\"beta_slow\": 2, \"attention_factor\": 1.5, \"truncate\": false,"
                + "\"original_max_position_embeddings\": 64}"));
    assertEquals(
        RoPEScaling.Yarn.attentionFactor(4, 0.5) / RoPEScaling.Yarn.attentionFactor(4, 2),
        scaling(
                "\"rope_scaling\": {\"type\": \"yarn\", \"factor\": 4, \"mscale\": 0.5,"
                    + "\"mscale_all_dim\": 2}")
            .attentionFactor());
    assertEquals(
        new RoPEScaling.Dynamic(2, 512),
        scaling(
            "\"rope_scaling\": {\"type\": \"dynamic\", \"factor\": 2,"
                + "\"original_max_position_embeddings\": 64}"));
    String factors = "\"short_factor\": [1,1,1,1,1,1,1,1], \"long_factor\": [2,2,2,2,2,2,2,2]";
    float[] ones = {1, 1, 1, 1, 1, 1, 1, 1};
    float[] twos = {2, 2, 2, 2, 2, 2, 2, 2};
    assertEquals(
        new RoPEScaling.LongRope(ones, twos, 64, Math.sqrt(1 + Math.log(8) / Math.log(64))),
        scaling(
            "\"original_max_position_embeddings\": 64, \"rope_scaling\": {\"type\": \"su\","
                + factors
                + "}"));
    assertEquals(
        new RoPEScaling.LongRope(ones, twos, 512, 1.25),
        scaling(
            "\"rope_scaling\": {\"type\": \"longrope\", \"attention_factor\": 1.25, \"factor\": 4,"
                + factors
                + "}"));
  }

  private static RoPEScaling scaling(String more) {
    return read(more).rotary().frequencies().scaling();
  }

  @Test
  void readsOtherSpellings() {
    Metadata config =
        json(
            "{\"vocab_size\": 100, \"n_embd\": 64, \"n_inner\": null, \"n_layer\": 2,"
                + "\"num_attention_heads\": 4, \"layer_norm_epsilon\": 1e-5, \"n_positions\": 9}");
    FamilyFields names =
        ALL.spelled("hidden_size", "n_embd")
            .spelled("intermediate_size", "n_inner")
            .spelled("num_hidden_layers", "n_layer")
            .alsoSpelled("num_attention_heads", "n_head")
            .spelled("max_position_embeddings", "n_positions")
            .spelled("layer_norm_eps", "layer_norm_epsilon");
    DecoderConfig read =
        DecoderMetadata.huggingFace(
                config,
                Optional.empty(),
                names,
                DecoderConfig.builder()
                    .normKind(NormKind.LAYER_NORM)
                    .intermediateFactor(3)
                    .learnedPositions(0))
            .build();
    assertEquals(
        small()
            .intermediateSize(192)
            .maxPositions(9)
            .learnedPositions(0)
            .normKind(NormKind.LAYER_NORM)
            .build(),
        read);
    config.refuseUnread();
    Metadata without = json("{\"vocab_size\": 100, \"n_embd\": 64}");
    assertEquals(
        "config.json: field n_layer: is missing",
        assertThrows(
                CheckpointException.class,
                () ->
                    DecoderMetadata.huggingFace(
                        without, Optional.empty(), names, DecoderConfig.builder()))
            .getMessage());
  }

  @Test
  void readsGgufFields() {
    Metadata metadata =
        metadata(
            gguf()
                .u32("fam.attention.head_count_kv", 2)
                .u32("fam.rope.dimension_count", 16)
                .u32("fam.vocab_size", 3)
                .f32("fam.rope.freq_base", 100_000)
                .u32("tokenizer.ggml.bos_token_id", 0));
    DecoderConfig config = readGguf(metadata, Map.of()).build();
    assertEquals(
        small()
            .vocabSize(3)
            .numKvHeads(2)
            .normEpsilon(9.999999747378752e-6)
            .ropeTheta(100_000)
            .qkvBias(true)
            .bosTokenId(0)
            .eosTokenIds(List.of(2, 1))
            .build(),
        config);
    metadata.refuseUnread();
  }

  @Test
  void headsWithoutAWidthDivideTheModels() {
    Metadata config =
        json(
            "{\"vocab_size\": 9, \"hidden_size\": 64, \"num_hidden_layers\": 1,"
                + " \"n_head\": 5}");
    FamilyFields fields = FamilyFields.decoder().spelled("num_attention_heads", "n_head");
    assertEquals(
        "config.json: field n_head: is 5, which does not divide hidden_size, 64",
        assertThrows(
                CheckpointException.class,
                () ->
                    DecoderMetadata.huggingFace(
                        config, Optional.empty(), fields, DecoderConfig.builder()))
            .getMessage());
  }

  @Test
  void contradictionsOfAGgufAreRefused() {
    assertGgufRefused(
        "fam.vocab_size: is 4, but tokenizer.ggml.tokens has 3", gguf().u32("fam.vocab_size", 4));
    assertGgufRefused(
        "tokenizer.ggml.padding_token_id: is 3, expected a whole number in [0, 2]",
        gguf().u32("tokenizer.ggml.padding_token_id", 3));
    assertGgufRefused(
        "fam.attention.head_count_kv: is 3, which does not divide fam.attention.head_count, 4",
        gguf().u32("fam.attention.head_count_kv", 3));
  }

  private static void assertGgufRefused(String expected, GgufBuilder file) {
    Metadata metadata = metadata(file);
    String message =
        assertThrows(CheckpointException.class, () -> readGguf(metadata, Map.of()).build())
            .getMessage();
    assertTrue(message.endsWith("field " + expected), message);
  }

  /** As a file that has an output projection, and these tensors besides. */
  private static DecoderConfig.Builder readGguf(Metadata metadata, Map<String, float[]> tensors) {
    Set<String> names = new HashSet<>(tensors.keySet());
    names.addAll(Set.of("output.weight", "blk.0.attn_q.bias"));
    return DecoderMetadata.gguf(
        new DecoderMetadata.Gguf(
            metadata,
            names,
            name -> Optional.ofNullable(tensors.get(name)),
            ALL,
            DecoderConfig.builder()));
  }

  private static RoPEScaling ggufScaling(GgufBuilder builder, Map<String, float[]> tensors) {
    Metadata metadata = metadata(builder);
    RoPEScaling scaling = readGguf(metadata, tensors).build().rotary().frequencies().scaling();
    metadata.refuseUnread();
    return scaling;
  }

  @Test
  void ggufRopeScalingIsReadOrRefused() {
    float[] ones = {1, 1, 1, 1, 1, 1, 1, 1};
    float[] twos = {2, 2, 2, 2, 2, 2, 2, 2};
    assertEquals(
        new RoPEScaling.Linear(4),
        ggufScaling(
            gguf().string("fam.rope.scaling.type", "linear").f32("fam.rope.scaling.factor", 4),
            Map.of()));
    assertEquals(
        new RoPEScaling.Factors(twos), ggufScaling(gguf(), Map.of("rope_freqs.weight", twos)));
    assertEquals(
        new RoPEScaling.Yarn(4, 64),
        ggufScaling(
            gguf()
                .string("fam.rope.scaling.type", "yarn")
                .f32("fam.rope.scaling.factor", 4)
                .u32("fam.rope.scaling.original_context_length", 64),
            Map.of()));
    assertEquals(
        new RoPEScaling.LongRope(ones, twos, 64, 1.5),
        ggufScaling(
            gguf()
                .u32("fam.rope.scaling.original_context_length", 64)
                .f32("fam.rope.scaling.attn_factor", 1.5f),
            Map.of("rope_factors_short.weight", ones, "rope_factors_long.weight", twos)));
    assertEquals(
        "model.gguf: field fam.rope.scaling.type: \"ntk\" is not supported; supported are none,"
            + " linear, yarn and longrope",
        ggufRefusal(gguf().string("fam.rope.scaling.type", "ntk"), Map.of()));
    assertEquals(
        "model.gguf: field fam.rope.scaling.type: \"longrope\" needs tensors"
            + " rope_factors_short.weight and rope_factors_long.weight",
        ggufRefusal(gguf().string("fam.rope.scaling.type", "longrope"), Map.of()));
    assertEquals(
        "model.gguf: field fam.rope.scaling.type: RoPE factors: 1 factors for 8 pairs",
        ggufRefusal(gguf(), Map.of("rope_freqs.weight", new float[] {1})));
    assertEquals(
        "model.gguf: field fam.rope.scaling.type: \"yarn\" and a tensor rope_freqs.weight together"
            + " are not supported",
        ggufRefusal(
            gguf().string("fam.rope.scaling.type", "yarn"), Map.of("rope_freqs.weight", ones)));
    assertEquals(
        8,
        readGguf(metadata(gguf().u32("fam.rope.dimension_count", 8)), Map.of())
            .build()
            .rotary()
            .rotaryDim());
    assertEquals(
        "model.gguf: field fam.rope.dimension_count: is 7, expected an even number",
        ggufRefusal(gguf().u32("fam.rope.dimension_count", 7), Map.of()));
  }

  private static String ggufRefusal(GgufBuilder builder, Map<String, float[]> tensors) {
    return assertThrows(CheckpointException.class, () -> readGguf(metadata(builder), tensors))
        .getMessage();
  }

  @Test
  void readsWhatOtherGgufsSay() {
    Metadata metadata =
        metadata(
            gguf()
                .u32("fam.attention.sliding_window", 8)
                .u32("fam.attention.sliding_window_pattern", 2)
                .f32("fam.rope.freq_base", 1_000_000)
                .f32("fam.rope.freq_base_swa", 10_000)
                .f32("fam.attention.scale", 0.125f)
                .f32("fam.attn_logit_softcapping", 50)
                .f32("fam.final_logit_softcapping", 30)
                .f32("fam.embedding_scale", 12)
                .f32("fam.residual_scale", 0.25f)
                .u32("fam.expert_count", 4)
                .u32("fam.expert_used_count", 2)
                .u32("fam.expert_feed_forward_length", 32));
    DecoderConfig config =
        readGguf(metadata, Map.of("output.bias", new float[3], "blk.0.attn_q_norm.weight", twos()))
            .build();
    metadata.refuseUnread();
    assertEquals(
        small()
            .vocabSize(3)
            .normEpsilon(9.999999747378752e-6)
            .eosTokenIds(List.of(2, 1))
            .qkvBias(true)
            .lmHeadBias(true)
            .qkNorm(QkNorm.PER_HEAD)
            .slidingWindows(List.of(8, 0))
            .ropeTheta(1_000_000)
            .localRope(10_000, RoPEScaling.NONE)
            .attentionScale(0.125)
            .attentionSoftcap(50)
            .logitSoftcap(30)
            .embeddingScale(12)
            .residualScale(0.25)
            .experts(new MixtureOfExpertsConfig(4, 2, 32, true, 0, List.of()))
            .build(),
        config);
  }

  private static float[] twos() {
    return new float[] {2, 2};
  }

  @Test
  void othersAreReadOrRefused() {
    String encoder =
        "\"vocab_size\": 100, \"hidden_size\": 64, \"intermediate_size\": 96, \"hidden_act\":"
            + "\"gelu\", \"num_hidden_layers\": 2, \"num_attention_heads\": 4,"
            + "\"layer_norm_eps\": 1e-5, \"max_position_embeddings\": 514";
    EncoderConfig config =
        EncoderMetadata.huggingFace(
                json("{" + encoder + "}"),
                FamilyFields.everything(ModelKind.ENCODER),
                EncoderConfig.builder().positionOffset(2))
            .build();
    assertEquals(ModelKind.ENCODER, config.kind());
    assertEquals(512, config.maxPositions());
    assertEquals(2, config.positionOffset());
    assertEquals(NormKind.LAYER_NORM, config.norm().kind());
    assertTrue(config.attention().outputBias() && config.mlp().bias());
    assertFalse(config.attentionConfig(1).build().causal());
    for (String more :
        List.of(
            ", \"is_decoder\": true|field is_decoder: is true",
            ", \"position_embedding_type\": \"relative_key\"|field position_embedding_type: is",
            ", \"pad_token_id\": 100|field pad_token_id: is 100")) {
      String[] parts = more.split("\\|");
      String message =
          assertThrows(
                  CheckpointException.class,
                  () ->
                      EncoderMetadata.huggingFace(
                          json("{" + encoder + parts[0] + "}"),
                          FamilyFields.everything(ModelKind.ENCODER),
                          EncoderConfig.builder()))
              .getMessage();
      assertTrue(message.contains(parts[1]), message);
    }
    String vision =
        "\"hidden_size\": 64, \"intermediate_size\": 96, \"num_hidden_layers\": 2,"
            + "\"num_attention_heads\": 4, \"layer_norm_eps\": 1e-5";
    VisionConfig image =
        VisionMetadata.huggingFace(
                json("{" + vision + ", \"image_size\": [32, 48], \"patch_size\": 16}"),
                FamilyFields.everything(ModelKind.VISION),
                VisionConfig.builder())
            .build();
    assertEquals(ModelKind.VISION, image.kind());
    assertEquals(6, image.numPatches());
    assertEquals(48, image.patchEmbeddingConfig().build().imageWidth());
    for (String more :
        List.of(
            ", \"patch_size\": 8|field image_size: is missing",
            ", \"image_size\": [1, 2, 3], \"patch_size\": 1|has 3 numbers, expected height and",
            ", \"image_size\": 9, \"patch_size\": [1, 2]|is 1 x 2, expected a square",
            ", \"image_size\": 8, \"patch_size\": 9|images of 8 x 8 pixels are smaller than a"
                + " patch",
            ", \"image_size\": 9, \"patch_size\": 8, \"id2label\": {\"1\": \"a\"}"
                + "|field id2label.0: is missing")) {
      String[] parts = more.split("\\|");
      String message =
          assertThrows(
                  CheckpointException.class,
                  () ->
                      VisionMetadata.huggingFace(
                              json("{" + vision + parts[0] + "}"),
                              FamilyFields.everything(ModelKind.VISION),
                              VisionConfig.builder())
                          .build())
              .getMessage();
      assertTrue(message.contains(parts[1]), message);
    }
  }
}
