// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.config;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tttv2.core.block.Activation;
import dev.tttv2.core.block.RoPEScaling;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HuggingFaceCheckpointTest {
  @TempDir Path directory;

  @ParameterizedTest
  @CsvSource({"llama_gqa,F32", "llama_mha,F16", "llama_mqa_hd64,BF16", "llama_bias,BF16"})
  void readsGoldenModels(String name, WeightFormat format) {
    try (Checkpoint checkpoint = Checkpoint.open(Goldens.model(name))) {
      assertEquals("LlamaForCausalLM", checkpoint.architecture());
      DecoderConfig config =
          DecoderMetadata.read(
                  checkpoint, FamilyFields.everything(ModelKind.DECODER), DecoderConfig.builder())
              .build();
      HostWeight embedding = checkpoint.weight("model.embed_tokens.weight");
      assertArrayEquals(new long[] {config.vocabSize(), config.hiddenSize()}, embedding.shape());
      assertEquals(List.of(format), embedding.formats());
      long bytes = 0;
      for (String tensor : checkpoint.tensorNames()) {
        HostWeight weight = checkpoint.weight(tensor);
        float[] values = weight.toFloats();
        bytes += values.length * (long) weight.formats().getFirst().blockBytes();
        double norm = 0;
        for (float value : values) {
          norm += value * (double) value;
        }
        assertTrue(norm > 0 && Double.isFinite(norm), tensor);
      }
      assertEquals(checkpoint.tensorBytes(), bytes);
      assertEquals(checkpoint.tensorBytes(), checkpoint.bytesRead());
      checkpoint.metadata().refuseUnread();
    }
  }

  /** The embedding rows of the input tokens are the first hidden state. */
  @ParameterizedTest
  @ValueSource(strings = {"llama_gqa", "llama_mha", "llama_bias"})
  void embeddingAgreesWithTheGoldens(String name) {
    try (Checkpoint checkpoint = Checkpoint.open(Goldens.model(name));
        Arena arena = Arena.ofConfined()) {
      var golden = Goldens.tensors("tiny/" + name + "/golden.safetensors", arena);
      StoredTensor ids = golden.get("input_ids");
      int idBytes = (int) (ids.length() / Arrays.stream(ids.shape()).reduce(1, (a, b) -> a * b));
      float[] hidden = HostWeight.of(golden.get("hidden_states.0")).toFloats();
      HostWeight table = checkpoint.weight("model.embed_tokens.weight");
      int width = (int) table.shape()[1];
      for (int i = 0; i < ids.length() / idBytes; i++) {
        long id =
            ids.file()
                .data(ids.offset() + (long) i * idBytes, idBytes)
                .get(ValueLayout.JAVA_INT_UNALIGNED, 0);
        assertArrayEquals(
            Arrays.copyOfRange(hidden, i * width, (i + 1) * width),
            table.rows(id, id + 1).toFloats());
      }
    }
  }

  @Test
  void readsDecoderFields() {
    try (Checkpoint checkpoint = Checkpoint.open(Goldens.model("llama_rope_llama3"))) {
      DecoderConfig config =
          DecoderMetadata.read(
                  checkpoint, FamilyFields.everything(ModelKind.DECODER), DecoderConfig.builder())
              .build();
      assertEquals(
          new PositionEncoding.Frequencies(500_000, new RoPEScaling.Llama3(8, 1, 4, 64)),
          config.rotary().frequencies());
      assertEquals(512, config.maxPositions());
      assertEquals(Activation.SILU, config.mlp().activation());
      assertEquals(OptionalInt.of(1), config.bosTokenId());
      assertEquals(List.of(2), config.eosTokenIds());
    }
  }

  private Path config(String json) throws IOException {
    return Files.writeString(directory.resolve("config.json"), json);
  }

  private String refusal() {
    String message =
        assertThrows(CheckpointException.class, () -> Checkpoint.open(directory).close())
            .getMessage();
    assertTrue(message.startsWith(directory.toString()), message);
    return message.substring(directory.toString().length());
  }

  @Test
  void namesWhatIsMissing() throws IOException {
    assertEquals("/config.json: no such file", refusal());
    config("{}");
    assertEquals("/config.json: field architectures: is missing", refusal());
    config("{\"architectures\": [\"Test\"]}");
    Files.writeString(directory.resolve("pytorch_model.bin"), "");
    assertEquals(
        ": holds neither model.safetensors nor model.safetensors.index.json; its files are"
            + " [config.json, pytorch_model.bin]",
        refusal());
    Files.createDirectory(directory.resolve("model.safetensors"));
    assertEquals("/model.safetensors: is a directory, expected a file", refusal());
    Path nowhere = directory.resolve("nowhere.gguf");
    String message =
        assertThrows(CheckpointException.class, () -> Checkpoint.open(nowhere)).getMessage();
    assertEquals(nowhere + ": no such file", message);
    Path config = directory.resolve("config.json");
    message = assertThrows(CheckpointException.class, () -> Checkpoint.open(config)).getMessage();
    assertEquals(config + ": is one file of a checkpoint; open the directory it is in", message);
    Path empty = Files.createFile(directory.resolve("empty.gguf"));
    message = assertThrows(CheckpointException.class, () -> Checkpoint.open(empty)).getMessage();
    assertTrue(message.contains("header: needs 4 bytes at byte 0"), message);
  }

  /** Waiting for a pipe would be waiting for ever. */
  @ParameterizedTest
  @ValueSource(strings = {"config.json", "model.safetensors"})
  void aPipeIsNoFile(String name) throws Exception {
    Path pipe = directory.resolve(name);
    if (name.startsWith("model")) {
      Files.writeString(directory.resolve("config.json"), "{\"architectures\": [\"X\"]}");
    }
    assertEquals(0, new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor());
    assertEquals(
        pipe + ": is no regular file",
        assertThrows(CheckpointException.class, () -> Checkpoint.open(directory)).getMessage());
  }

  @Test
  void shardsAndIndexMustAgree() throws IOException {
    config("{\"architectures\": [\"Test\"]}");
    Path index = directory.resolve("model.safetensors.index.json");
    Files.writeString(index, "{\"weight_map\": {\"w\": \"a.safetensors\"}}");
    assertEquals(
        "/model.safetensors.index.json: tensor \"w\": is said to be in a.safetensors, which does"
            + " not exist",
        refusal());
    new SafetensorsBuilder()
        .floats("v", new float[] {1}, 1)
        .write(directory.resolve("a.safetensors"));
    assertEquals(
        "/model.safetensors.index.json: tensor \"w\": is said to be in a.safetensors, which holds"
            + " 1 tensors and not this one",
        refusal());
    new SafetensorsBuilder()
        .floats("w", new float[] {1, 2}, 2)
        .write(directory.resolve("b.safetensors"));
    Files.writeString(
        index, "{\"weight_map\": {\"w\": \"b.safetensors\", \"v\": \"a.safetensors\"}}");
    try (Checkpoint checkpoint = Checkpoint.open(directory)) {
      assertEquals(List.of("w", "v"), List.copyOf(checkpoint.tensorNames()));
      assertArrayEquals(new float[] {1, 2}, checkpoint.weight("w").toFloats());
      assertEquals(12, checkpoint.tensorBytes());
    }
    for (String outside :
        List.of("../b.safetensors", "/etc/passwd", "", "x/b.safetensors", "b.bin")) {
      Files.writeString(index, "{\"weight_map\": {\"w\": \"" + outside + "\"}}");
      assertTrue(refusal().contains("expected the name of a .safetensors file"), outside);
    }
    Files.writeString(index, "{}");
    assertEquals(
        "/model.safetensors.index.json: field weight_map: is missing or not an object", refusal());
  }

  @Test
  void readsBeyondFourGigabytes() throws IOException {
    config("{\"architectures\": [\"Test\"]}");
    long large = 5L << 30;
    String header =
        "{\"large\":{\"dtype\":\"F32\",\"shape\":[%d,1024],\"data_offsets\":[0,%d]},"
                .formatted(large / 4096, large)
            + "\"last\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[%d,%d]}}"
                .formatted(large, large + 8);
    byte[] head = SafetensorsBuilder.header(header, new byte[0]);
    // The large tensor is a hole: it takes no space.
    try (RandomAccessFile file =
        new RandomAccessFile(directory.resolve("model.safetensors").toFile(), "rw")) {
      file.write(head);
      file.seek(head.length + large - 4);
      file.write(new byte[] {0, 0, (byte) 0x80, 0x3F, 0, 0, 0, 0x40, 0, 0, 0x40, 0x40});
    }
    try (Checkpoint checkpoint = Checkpoint.open(directory)) {
      HostWeight weight = checkpoint.weight("large");
      float[] row = weight.rows(large / 4096 - 1, large / 4096).toFloats();
      assertEquals(0f, row[0]);
      assertEquals(1f, row[1023]);
      assertArrayEquals(new float[] {2, 3}, checkpoint.weight("last").toFloats());
      assertEquals(4096 + 8, checkpoint.bytesRead());
    }
  }

  @Test
  void closingEndsTheMapping() throws IOException {
    config("{\"architectures\": [\"Test\"]}");
    new SafetensorsBuilder()
        .floats("w", new float[] {1}, 1)
        .write(directory.resolve("model.safetensors"));
    Checkpoint checkpoint = Checkpoint.open(directory);
    HostWeight weight = checkpoint.weight("w");
    checkpoint.close();
    checkpoint.close();
    assertThrows(IllegalStateException.class, weight::toFloats);
  }
}
