// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tttv2.core.UnaryOp;
import dev.tttv2.core.block.RoPEConfig;
import dev.tttv2.core.block.RoPEScaling;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DecoderConfigTest {
  private static final String COMMON =
      "\"vocab_size\": 100, \"hidden_size\": 64, \"intermediate_size\": 96,"
          + "\"num_hidden_layers\": 2, \"num_attention_heads\": 4, \"rms_norm_eps\": 1e-5,"
          + "\"max_position_embeddings\": 512";

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
            json("{" + COMMON + (more.isEmpty() ? "" : ", ") + more + "}"), Optional.empty(), true)
        .build();
  }

  @Test
  void derivesAndKeepsValues() {
    DecoderConfig config = small().build();
    assertEquals(ModelKind.DECODER, config.kind());
    assertEquals(16, config.headDim());
    assertEquals(4, config.numKvHeads());
    assertEquals(1, config.groupSize());
    assertEquals(OptionalInt.empty(), config.bosTokenId());
    DecoderConfig other =
        small()
            .numKvHeads(2)
            .headDim(32)
            .normEpsilon(1e-6)
            .activation(UnaryOp.GELU_TANH)
            .ropeTheta(5e5)
            .ropeScaling(new RoPEScaling.Linear(2))
            .tiedEmbeddings(true)
            .attentionBias(true)
            .mlpBias(true)
            .bosTokenId(0)
            .eosTokenIds(List.of(1, 99))
            .build();
    assertEquals(other, other.toBuilder().build());
    assertEquals(2, other.groupSize());
    RoPEConfig rope = other.rope(128).build();
    assertEquals(32, rope.headDim());
    assertEquals(128, rope.maxPositions());
    assertEquals(5e5, rope.theta());
    assertEquals(new RoPEScaling.Linear(2), rope.scaling());
  }

  @Test
  void refusesNumbersThatDoNotFit() {
    assertRefused("vocabSize is 0, expected more than 0", small().vocabSize(0));
    assertRefused("numLayers is -1, expected more than 0", small().numLayers(-1));
    assertRefused("hiddenSize 64 is not a multiple of 5 heads", small().numHeads(5));
    assertRefused("4 heads are not a multiple of 3 key/value heads", small().numKvHeads(3));
    assertRefused("headDim is 15, expected an even number", small().headDim(15));
    assertRefused("normEpsilon is NaN", small().normEpsilon(Double.NaN));
    assertRefused("ropeTheta is Infinity", small().ropeTheta(Double.POSITIVE_INFINITY));
    assertRefused("bosTokenId has token 100, expected 0 to 99", small().bosTokenId(100));
    assertRefused("eosTokenIds has token -1", small().eosTokenIds(List.of(3, -1)));
    assertTrue(
        assertThrows(
                CheckpointException.class, () -> small().source(Path.of("f")).vocabSize(0).build())
            .getMessage()
            .startsWith("f: decoder: vocabSize is 0"));
  }

  private static void assertRefused(String expected, DecoderConfig.Builder builder) {
    String message = assertThrows(IllegalArgumentException.class, builder::build).getMessage();
    assertTrue(message.startsWith("decoder: " + expected), message);
  }

  @Test
  void readsConfigJsonWithDefaults() {
    DecoderConfig config = read("");
    assertEquals(small().tiedEmbeddings(true).build(), config);
    assertFalse(read("\"tie_word_embeddings\": false").tiedEmbeddings());
    assertEquals(List.of(3, 4), read("\"eos_token_id\": [3, 4]").eosTokenIds());
    assertEquals(UnaryOp.GELU_TANH, read("\"hidden_act\": \"gelu_new\"").activation());
    DecoderConfig generation =
        DecoderMetadata.huggingFace(
                json("{" + COMMON + ", \"eos_token_id\": 3}"),
                Optional.of(json("{\"eos_token_id\": [3, 7]}")),
                true)
            .build();
    assertEquals(List.of(3, 7), generation.eosTokenIds());
  }

  @Test
  void unknownFieldsStayUnread() {
    Metadata config = json("{" + COMMON + ", \"quantization_config\": {\"bits\": 4}}");
    DecoderMetadata.huggingFace(config, Optional.empty(), true).build();
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
      assertEquals(7.0, config.ropeTheta());
      assertEquals(llama3, config.ropeScaling());
    }
    assertEquals(
        new RoPEScaling.Linear(4),
        read("\"rope_scaling\": {\"type\": \"linear\", \"factor\": 4.0}").ropeScaling());
    assertEquals(RoPEScaling.NONE, read("\"rope_parameters\": {\"rope_theta\": 7}").ropeScaling());
    assertEquals(RoPEScaling.NONE, read("\"rope_scaling\": null").ropeScaling());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "\"rope_scaling\": {\"type\": \"yarn\", \"factor\": 4}"
            + "|field rope_scaling.rope_type: \"yarn\" is not supported; supported are default,",
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
            + "|field rope_parameters.full_attention: rotary parameters that differ by layer",
        "\"partial_rotary_factor\": 0.5|field partial_rotary_factor: is 0.5: heads that are",
        "\"hidden_act\": \"relu6\"|field hidden_act: is \"relu6\", expected one of [gelu,",
        "\"head_dim\": 15|decoder: headDim is 15",
        "\"num_key_value_heads\": 3|decoder: 4 heads are not a multiple of 3",
        "\"eos_token_id\": 100|field eos_token_id: is 100, expected a whole number in [0, 99]",
      })
  void refusesWhatItDoesNotKnow(String more, String expected) {
    String message = assertThrows(CheckpointException.class, () -> read(more)).getMessage();
    assertTrue(message.startsWith("config.json: "), message);
    assertTrue(message.contains(expected), message);
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
  void readsGgufFields() {
    Metadata metadata =
        metadata(
            gguf()
                .u32("fam.attention.head_count_kv", 2)
                .u32("fam.rope.dimension_count", 16)
                .u32("fam.vocab_size", 3)
                .f32("fam.rope.freq_base", 100_000)
                .u32("tokenizer.ggml.bos_token_id", 0));
    DecoderConfig config = DecoderMetadata.gguf(metadata, true).build();
    assertEquals(
        small()
            .vocabSize(3)
            .numKvHeads(2)
            .normEpsilon(9.999999747378752e-6)
            .ropeTheta(100_000)
            .tiedEmbeddings(true)
            .bosTokenId(0)
            .eosTokenIds(List.of(2, 1))
            .build(),
        config);
    metadata.refuseUnread();
  }

  @Test
  void ggufRopeScalingIsReadOrRefused() {
    assertEquals(
        new RoPEScaling.Linear(4),
        DecoderMetadata.gguf(
                metadata(
                    gguf()
                        .string("fam.rope.scaling.type", "linear")
                        .f32("fam.rope.scaling.factor", 4)),
                true)
            .build()
            .ropeScaling());
    String message =
        assertThrows(
                CheckpointException.class,
                () ->
                    DecoderMetadata.gguf(
                        metadata(gguf().string("fam.rope.scaling.type", "yarn")), true))
            .getMessage();
    assertEquals(
        "model.gguf: field fam.rope.scaling.type: \"yarn\" is not supported; supported are none"
            + " and linear",
        message);
    assertThrows(
        CheckpointException.class,
        () -> DecoderMetadata.gguf(metadata(gguf().u32("fam.rope.dimension_count", 8)), true));
  }
}
