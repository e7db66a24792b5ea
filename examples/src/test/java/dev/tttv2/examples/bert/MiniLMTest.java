// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.examples.bert;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tttv2.config.Checkpoint;
import dev.tttv2.config.OptimizationConfig;
import dev.tttv2.config.WeightCache;
import dev.tttv2.core.Device;
import dev.tttv2.examples.Golden;
import dev.tttv2.examples.cli.Tttv2;
import dev.tttv2.ffm.CacheDirectory;
import dev.tttv2.interfaces.Encoder;
import dev.tttv2.interfaces.EncoderFamily;
import dev.tttv2.interfaces.EncoderOutput;
import dev.tttv2.interfaces.LoadOptions;
import dev.tttv2.interfaces.Pooling;
import dev.tttv2.interfaces.TextBatch;
import dev.tttv2.interfaces.Tokenizer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * all-MiniLM-L6-v2 against sentence-transformers' embeddings in float32, made by
 * src/test/make/make_minilm.py. Takes the model from {@code -Dtttv2.minilm=DIR}, {@code
 * TTTV2_MINILM} in the environment, or where the launcher keeps it.
 */
class MiniLMTest {
  private static Path model;
  private static List<JsonNode> cases;

  @BeforeAll
  static void findModel() throws IOException {
    Optional<Path> given =
        Optional.ofNullable(System.getProperty("tttv2.minilm"))
            .or(() -> Optional.ofNullable(System.getenv("TTTV2_MINILM")))
            .map(Path::of);
    model = given.orElse(CacheDirectory.of("models").resolve("all-MiniLM-L6-v2"));
    // A directory that was named and is not there is a mistake, and fails.
    assumeTrue(
        given.isPresent() || Files.exists(model),
        () -> "no model: " + model + " does not exist; examples/tttv2 fetch minilm downloads it");
    JsonNode all = new ObjectMapper().readTree(Path.of("src/test/resources/minilm.json").toFile());
    cases = StreamSupport.stream(all.spliterator(), false).toList();
  }

  private static int[] ids(Tokenizer tokenizer, JsonNode one) {
    int[] ids = tokenizer.encode(one.get("text").asText(), true);
    JsonNode expected = one.get("ids");
    assertEquals(expected.size(), ids.length, one.get("text").asText());
    for (int i = 0; i < ids.length; i++) {
      assertEquals(expected.get(i).asInt(), ids[i], one.get("text").asText());
    }
    return ids;
  }

  private static double cosine(JsonNode expected, float[] actual) {
    double dot = 0;
    for (int i = 0; i < actual.length; i++) {
      dot += expected.get(i).asDouble() * actual[i];
    }
    return dot; // both have length 1
  }

  /** The least cosine that a preset may have, and how far single values may be off. */
  @ParameterizedTest
  @CsvSource({"float32, 0.999999, 1e-4", "accuracy, 0.999, 0.02", "performance, 0.9, 0.1"})
  void embedsAsSentenceTransformersDoes(String preset, double cosine, double tolerance) {
    double least = 1;
    double worst = 0;
    try (Checkpoint checkpoint = Checkpoint.open(model);
        Tokenizer tokenizer = Tokenizer.of(checkpoint);
        Device device = Device.open();
        Encoder encoder =
            EncoderFamily.of(checkpoint)
                .load(
                    checkpoint,
                    device,
                    LoadOptions.of(OptimizationConfig.of(preset), WeightCache.open()))) {
      TextBatch texts = TextBatch.of(cases.stream().map(one -> ids(tokenizer, one)).toList());
      EncoderOutput hidden = encoder.encode(texts).get(Encoder.LAST_HIDDEN_STATE);
      EncoderOutput embeddings = Pooling.normalized(Pooling.MEAN.pool(hidden, texts));
      for (int i = 0; i < cases.size(); i++) {
        JsonNode expected = cases.get(i).get("embedding");
        float[] actual = embeddings.row(i);
        least = Math.min(least, cosine(expected, actual));
        for (int j = 0; j < actual.length; j++) {
          worst = Math.max(worst, Math.abs(expected.get(j).asDouble() - actual[j]));
        }
      }
    }
    System.out.printf(
        Locale.ROOT, "MiniLM, %s: least cosine %.6f, values within %.2e%n", preset, least, worst);
    assertTrue(least >= cosine, "least cosine " + least);
    assertTrue(worst <= tolerance, "a value is off by " + worst);
  }

  @Test
  void encodesTextsOnTheCommandLine(@TempDir Path temporary) throws IOException {
    Path out = temporary.resolve("out.safetensors");
    List<String> arguments = new ArrayList<>(List.of("encode"));
    cases.forEach(one -> arguments.add(one.get("text").asText()));
    arguments.addAll(
        List.of("--model", model.toString(), "--preset", "float32", "--pooling", "mean"));
    arguments.addAll(List.of("--normalize", "--out", out.toString()));
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    int status =
        Tttv2.run(
            new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            InputStream.nullInputStream(),
            arguments.toArray(String[]::new));
    assertEquals(0, status, err.toString(StandardCharsets.UTF_8));
    Golden written = Golden.read(out);
    int width = cases.getFirst().get("embedding").size();
    assertArrayEquals(new int[] {cases.size(), width}, written.shape("embedding"));
    float[] values = written.floats("embedding");
    for (int i = 0; i < values.length; i++) {
      double expected = cases.get(i / width).get("embedding").get(i % width).asDouble();
      assertEquals(expected, values[i], 1e-4, "value " + i);
    }
  }
}
