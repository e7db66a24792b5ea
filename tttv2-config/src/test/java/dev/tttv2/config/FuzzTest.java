// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every parser under {@link MutationFuzzer}: only CheckpointExceptions may come out. */
class FuzzTest {
  private static final Path FILE = Path.of("file");
  private static final int SMALL = 1 << 14;

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static void assertWorthwhile(MutationFuzzer.Report report, int places) {
    assertTrue(report.refused() < report.inputs(), "nothing accepted: " + report);
    assertTrue(report.places() >= places, "few paths reached: " + report);
  }

  /** Reads every tensor as integers and as floats, as a file of inputs is. */
  private static void readAll(TensorFile file) {
    for (String name : file.names()) {
      for (Consumer<String> reader : List.<Consumer<String>>of(file::ints, file::floats)) {
        try {
          reader.accept(name);
        } catch (CheckpointException e) {
          assertTrue(e.getMessage().contains("tensor "), e.getMessage());
        }
      }
    }
  }

  private static void decodeAll(Map<String, StoredTensor> tensors) {
    tensors
        .values()
        .forEach(
            tensor -> {
              HostWeight weight = HostWeight.of(tensor);
              if (weight.values() <= SMALL) {
                weight.toFloats();
              }
            });
  }

  /** Asks for every field as two kinds; which ones differs from input to input. */
  private static void readAll(Metadata metadata, int choice) {
    List<Consumer<String>> getters =
        List.of(
            name -> metadata.requireInt(name, 0, 1000),
            name -> metadata.requireDouble(name, 0, 1000),
            name -> metadata.booleanOr(name, true),
            metadata::requireString,
            metadata::strings,
            name -> metadata.ints(name, 0, 10),
            name -> metadata.floats(name, 0, 10),
            name -> metadata.intOrInts(name, 0, 10),
            metadata::size,
            name -> metadata.object(name).ifPresent(o -> readAll(o, choice)));
    int next = choice & 0xFFFF;
    for (String name : metadata.names()) {
      for (int i = 0; i < 2; i++) {
        try {
          getters.get(next++ % getters.size()).accept(name);
        } catch (CheckpointException e) {
          assertTrue(e.getMessage().contains("field "), e.getMessage());
        }
      }
      next++;
    }
    metadata.unread();
  }

  @Test
  void safetensors() throws IOException {
    byte[] seed =
        new SafetensorsBuilder()
            .floats("a", new float[] {1, 2, 3, 4, 5, 6}, 2, 3)
            .raw("b", "F16", new byte[8], 4)
            .raw("c", "BF16", new byte[8], 2, 2)
            .raw("d", "F64", new byte[16], 2)
            .build();
    byte[] withMetadata =
        SafetensorsBuilder.header(
            "{\"__metadata__\":{\"format\":\"pt\"},"
                + "\"w\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}",
            new byte[4]);
    assertWorthwhile(
        new MutationFuzzer(
                "safetensors",
                input ->
                    decodeAll(
                        SafetensorsFile.read(new MappedFile(FILE, MemorySegment.ofArray(input)))),
                seed,
                withMetadata)
            .run(),
        15);
  }

  @Test
  void tensorFile() throws IOException {
    byte[] seed =
        new SafetensorsBuilder()
            .floats("a", new float[] {1, 2, 3, 4, 5, 6}, 2, 3)
            .raw("b", "I64", new byte[16], 2)
            .raw("c", "I32", new byte[8], 1, 2)
            .build();
    assertWorthwhile(
        new MutationFuzzer(
                "tensorfile",
                input -> {
                  MappedFile file = new MappedFile(FILE, MemorySegment.ofArray(input));
                  try (TensorFile tensors = TensorFile.of(file)) {
                    readAll(tensors);
                  }
                },
                seed)
            .run(),
        10);
  }

  @Test
  void gguf() throws IOException {
    GgufBuilder quantised = new GgufBuilder().alignment(64).string("general.architecture", "llama");
    for (WeightFormat format : WeightFormat.values()) {
      if (format.isQuantised()) {
        int type = List.of(2, 3, 6, 7, 8, 10, 11, 12, 13, 14, 20).get(format.ordinal() - 4);
        quantised.tensor(
            format.name(), type, new byte[2 * format.blockBytes()], 2, format.blockValues());
      }
    }
    GgufBuilder model =
        new GgufBuilder()
            .string("general.architecture", "x")
            .u32("x.block_count", 2)
            .u32("x.context_length", 512)
            .u32("x.embedding_length", 64)
            .u32("x.feed_forward_length", 96)
            .u32("x.attention.head_count", 4)
            .f32("x.attention.layer_norm_rms_epsilon", 1e-5f)
            .string("x.rope.scaling.type", "linear")
            .f32("x.rope.scaling.factor", 2)
            .strings("tokenizer.ggml.tokens", "a", "b", "c");
    GgufBuilder sliding =
        new GgufBuilder()
            .string("general.architecture", "x")
            .u32("x.block_count", 2)
            .u32("x.context_length", 512)
            .u32("x.embedding_length", 16)
            .u32("x.feed_forward_length", 96)
            .u32("x.attention.head_count", 4)
            .f32("x.attention.layer_norm_rms_epsilon", 1e-5f)
            .u32("x.attention.sliding_window", 8)
            .u32("x.attention.sliding_window_pattern", 2)
            .f32("x.rope.freq_base_swa", 10_000)
            .u32("x.rope.dimension_count", 4)
            .u32("x.expert_count", 4)
            .u32("x.expert_used_count", 2)
            .strings("tokenizer.ggml.tokens", "a", "b", "c")
            .floats("rope_freqs.weight", new float[] {1, 2}, 2);
    assertWorthwhile(
        new MutationFuzzer(
                "gguf",
                input -> {
                  GgufFile file = GgufFile.read(new MappedFile(FILE, MemorySegment.ofArray(input)));
                  readAll(Metadata.of(FILE, file.metadata()), Arrays.hashCode(input));
                  decodeAll(file.tensors());
                  Metadata metadata = Metadata.of(FILE, file.metadata());
                  if (metadata.contains("x.block_count")) {
                    DecoderMetadata.gguf(
                            new DecoderMetadata.Gguf(
                                metadata,
                                file.tensors().keySet(),
                                name ->
                                    Optional.ofNullable(file.tensors().get(name))
                                        .map(tensor -> HostWeight.of(tensor).toFloats()),
                                FamilyFields.everything(ModelKind.DECODER),
                                DecoderConfig.builder()))
                        .build();
                  }
                },
                GgufFileTest.everything().build(),
                quantised.build(),
                model.build(),
                sliding.build())
            .run(),
        20);
  }

  @Test
  void index() throws IOException {
    byte[] seed =
        utf8(
            "{\"metadata\":{\"total_size\":10},\"weight_map\":{"
                + "\"a\":\"model-00001-of-00002.safetensors\","
                + "\"b\":\"model-00002-of-00002.safetensors\"}}");
    assertWorthwhile(
        new MutationFuzzer(
                "index",
                input -> ShardIndex.of(FILE, Json.parse(FILE, "", input, input.length)),
                seed)
            .run(),
        8);
  }

  @Test
  void config() throws IOException {
    String common =
        "\"architectures\":[\"X\"],\"vocab_size\":100,\"hidden_size\":64,"
            + "\"intermediate_size\":96,\"num_hidden_layers\":2,\"num_attention_heads\":4,"
            + "\"num_key_value_heads\":2,\"head_dim\":16,\"rms_norm_eps\":1e-5,"
            + "\"max_position_embeddings\":512,\"hidden_act\":\"silu\",\"bos_token_id\":1,"
            + "\"eos_token_id\":[2,3],\"tie_word_embeddings\":true,";
    String llama3 =
        "\"rope_type\":\"llama3\",\"factor\":8.0,\"low_freq_factor\":1.0,"
            + "\"high_freq_factor\":4.0,\"original_max_position_embeddings\":64";
    assertWorthwhile(
        new MutationFuzzer(
                "config",
                input -> {
                  Metadata metadata = Metadata.of(FILE, Json.parse(FILE, "", input, input.length));
                  readAll(
                      Metadata.of(FILE, Json.parse(FILE, "", input, input.length)),
                      Arrays.hashCode(input));
                  DecoderMetadata.huggingFace(
                          metadata,
                          Optional.of(metadata),
                          FamilyFields.everything(ModelKind.DECODER)
                              .defaulting("rope_theta", 1e6)
                              .defaulting("max_window_layers", 1),
                          DecoderConfig.builder())
                      .build();
                },
                utf8("{" + common + "\"rope_theta\":10000,\"rope_scaling\":{" + llama3 + "}}"),
                utf8("{" + common + "\"rope_parameters\":{\"rope_theta\":1e4," + llama3 + "}}"),
                utf8("{" + common + "\"rope_scaling\":{\"type\":\"linear\",\"factor\":2}}"),
                utf8(
                    "{"
                        + common
                        + "\"rope_scaling\":{\"type\":\"yarn\",\"factor\":2.0,\"beta_fast\":16},"
                        + "\"num_experts\":4,\"num_experts_per_tok\":2,\"mlp_only_layers\":[1],"
                        + "\"decoder_sparse_step\":2,\"no_rope_layers\":[1,0],"
                        + "\"attention_multiplier\":0.5,\"logits_scaling\":2}"),
                utf8(
                    "{"
                        + common
                        + "\"layer_types\":[\"full_attention\",\"sliding_attention\"],"
                        + "\"sliding_window\":8,\"rope_parameters\":{\"full_attention\":"
                        + "{\"rope_type\":\"longrope\",\"short_factor\":[1,2],"
                        + "\"long_factor\":[3,4],\"partial_rotary_factor\":0.25},"
                        + "\"sliding_attention\":{\"partial_rotary_factor\":0.25}}}"))
            .run(),
        30);
  }

  @Test
  void encoders() throws IOException {
    String common =
        "\"hidden_size\":64,\"intermediate_size\":96,\"num_hidden_layers\":2,"
            + "\"num_attention_heads\":4,\"layer_norm_eps\":1e-5,\"hidden_act\":\"gelu\","
            + "\"projection_dim\":40,";
    assertWorthwhile(
        new MutationFuzzer(
                "encoders",
                input -> {
                  Metadata config = Metadata.of(FILE, Json.parse(FILE, "", input, input.length));
                  if (config.contains("image_size")) {
                    VisionMetadata.huggingFace(
                            config,
                            FamilyFields.everything(ModelKind.VISION),
                            VisionConfig.builder())
                        .build();
                  } else {
                    EncoderMetadata.huggingFace(
                            config,
                            FamilyFields.everything(ModelKind.ENCODER),
                            EncoderConfig.builder())
                        .build();
                  }
                },
                utf8(
                    "{"
                        + common
                        + "\"vocab_size\":100,\"max_position_embeddings\":64,"
                        + "\"type_vocab_size\":2,\"pad_token_id\":0,\"eos_token_id\":99,"
                        + "\"is_decoder\":false,\"position_embedding_type\":\"absolute\"}"),
                utf8(
                    "{"
                        + common
                        + "\"image_size\":[32,48],\"patch_size\":8,\"num_channels\":3,"
                        + "\"qkv_bias\":true,\"id2label\":{\"0\":\"a\",\"1\":\"b\"}}"))
            .run(),
        15);
  }

  @Test
  void cachedFile() throws IOException {
    Path file = Files.createTempFile("fuzz", ".tensor");
    byte[] seed;
    try {
      try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
        CachedFile.write(channel, "description", MemorySegment.ofArray(new byte[100]));
      }
      seed = Files.readAllBytes(file);
    } finally {
      Files.delete(file);
    }
    assertWorthwhile(
        new MutationFuzzer(
                "cached",
                input -> {
                  try {
                    CachedFile.payload(MemorySegment.ofArray(input), "description", true);
                  } catch (CachedFile.DamagedException e) {
                    throw new CheckpointException(FILE, "", e.getMessage(), e);
                  }
                },
                seed)
            .run(),
        3);
  }

  /** Whatever a crash left in front of it, the last line counts. */
  @Test
  void sourceHashes(@TempDir Path directory) throws IOException {
    Path model =
        new GgufBuilder()
            .string("general.architecture", "test")
            .floats("w", new float[] {1, 2, 3}, 3)
            .write(directory.resolve("model.gguf"));
    Optional<Path> records = Optional.of(directory.resolve("sources"));
    try (Arena arena = Arena.ofShared()) {
      StoredTensor tensor = GgufFile.read(MappedFile.open(model, arena)).tensors().get("w");
      new SourceHashes(records, Duration.ZERO).of(tensor);
      Path record;
      try (Stream<Path> files = Files.list(records.get())) {
        record = files.findFirst().orElseThrow();
      }
      byte[] seed = Files.readAllBytes(record);
      String hash = "0123456789abcdef".repeat(4);
      byte[] last = utf8("\n%d %d %s\n".formatted(tensor.offset(), tensor.length(), hash));
      assertWorthwhile(
          new MutationFuzzer(
                  "sources",
                  input -> {
                    try {
                      Files.write(record, input);
                      Files.write(record, last, StandardOpenOption.APPEND);
                    } catch (IOException e) {
                      throw new UncheckedIOException(e);
                    }
                    assertEquals(hash, new SourceHashes(records, Duration.ZERO).of(tensor));
                  },
                  seed,
                  utf8("\n99999999999999999999 1 0\n0 18446744073709551616 " + hash))
              .run(),
          0);
    }
  }

  @Test
  void overrides() throws IOException {
    assertWorthwhile(
        new MutationFuzzer(
                "overrides",
                input -> {
                  try {
                    OptimizationConfig.accuracy()
                        .withOverrides(new String(input, StandardCharsets.UTF_8));
                  } catch (IllegalArgumentException e) {
                    assertTrue(e.getMessage().startsWith("override: "), e.getMessage());
                    throw new CheckpointException(FILE, "", e.getMessage(), e.getCause());
                  }
                },
                utf8("layers.31.ff1_3=bfp8, layers.0-3.wqkv=bf16; layers.*.wo=fp32"),
                utf8("sdpa_decode=hifi4\n# comment\nli_ff2 = lofi\nlm_head=bfp4"))
            .run(),
        5);
  }
}
