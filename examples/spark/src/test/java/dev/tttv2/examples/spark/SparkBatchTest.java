// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.examples.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tttv2.examples.cli.Tttv2;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Two executors in processes of their own, beside {@code tttv2 batch}. */
@Timeout(300)
class SparkBatchTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int LINES = 120;
  private static final int MAX_LINE = 1000;

  @TempDir Path temporary;

  private SparkSession cluster() throws IOException {
    // Where Spark looks for its jars; those of the class path count.
    Files.createDirectories(Path.of(System.getenv("SPARK_HOME"), "jars"));
    String caches =
        "-Dtttv2.native.cache=%s -Dtttv2.cache=%s -DDJL_CACHE_DIR=%s"
            .formatted(
                System.getProperty("tttv2.native.cache"),
                System.getProperty("tttv2.cache"),
                System.getProperty("DJL_CACHE_DIR"));
    return SparkSession.builder()
        .appName("test")
        .master("local-cluster[2,1,1024]")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.ui.enabled", false)
        .config("spark.sql.shuffle.partitions", 2)
        .config("spark.sql.warehouse.dir", temporary.resolve("warehouse").toString())
        .config("spark.local.dir", temporary.resolve("local").toString())
        .config("spark.executor.extraClassPath", System.getProperty("java.class.path"))
        .config(
            "spark.executor.extraJavaOptions", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC " + caches)
        .config("spark.executorEnv.JAVA_HOME", System.getProperty("java.home"))
        .config("spark.executorEnv.OPT_OUT_TRACKING", "true")
        // Both are there before the first task is.
        .config("spark.scheduler.minRegisteredResourcesRatio", 1)
        .config("spark.scheduler.maxRegisteredResourcesWaitingTime", "120s")
        .getOrCreate();
  }

  private Path model() throws IOException {
    Path model = Files.createDirectory(temporary.resolve("tiny"));
    Path golden = Path.of(System.getProperty("tttv2.goldens"), "tiny", "llama_gqa");
    for (String file : List.of("config.json", "model.safetensors")) {
      Files.copy(golden.resolve(file), model.resolve(file));
    }
    Files.copy(Path.of("../src/it/import/tokenizer.json"), model.resolve("tokenizer.json"));
    return model;
  }

  private static String request(String id, int i) {
    return ("{\"custom_id\":\"%s\",\"method\":\"POST\",\"url\":\"/v1/completions\",\"body\":"
            + "{\"prompt\":\"The %d cats\",\"max_tokens\":%d,\"temperature\":1,\"seed\":%d}}")
        .formatted(id, i, 5 + i % 20, i);
  }

  private Path input() throws IOException {
    StringBuilder lines = new StringBuilder("\ufeff");
    for (int i = 0; i < LINES; i++) {
      lines.append(request("line-" + i, i)).append(i % 3 == 0 ? "\r\n" : "\n");
    }
    lines
        .append("\nnot a request\n")
        .append(request("line-7", 7))
        .append('\n')
        .append(request("refused", 1).replace("\"seed\":1", "\"seed\":\"x\""))
        .append('\n')
        .append(request("long", 1).replace("cats", "cats".repeat(500)))
        .append('\n')
        .append(request("last", 1).replace("POST", "GET"));
    Path in = temporary.resolve("in.jsonl");
    Files.writeString(in, lines);
    return in;
  }

  private void batch(Path model, Path in, Path out) {
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    int status =
        Tttv2.run(
            new PrintStream(new ByteArrayOutputStream(), false, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            new ByteArrayInputStream(new byte[0]),
            "batch",
            "--model",
            model.toString(),
            "--preset",
            "float32",
            "--max-line",
            Integer.toString(MAX_LINE),
            in.toString(),
            out.toString());
    assertEquals(1, status, err.toString(StandardCharsets.UTF_8)); // some lines are wrong
  }

  /** Returns what is said of each line, once; without what no two runs share. */
  private static Map<String, JsonNode> results(Path out) throws IOException {
    Map<String, JsonNode> results = new TreeMap<>();
    List<Path> files;
    try (Stream<Path> all = Files.walk(out)) {
      files =
          all.filter(Files::isRegularFile)
              .filter(file -> file.toString().matches(".*(\\.txt|\\.jsonl)"))
              .toList();
    }
    for (Path file : files) {
      for (String line : Files.readAllLines(file)) {
        ObjectNode result = (ObjectNode) JSON.readTree(line);
        result.remove("id");
        if (result.get("response") instanceof ObjectNode response) {
          response.remove("request_id");
          ObjectNode body = (ObjectNode) response.get("body");
          body.remove(List.of("id", "created"));
          body.findParents("prompt_tokens_details")
              .forEach(usage -> ((ObjectNode) usage).remove("prompt_tokens_details"));
        }
        String key = result.get("custom_id").asText() + " " + result.at("/error/line");
        assertNull(results.put(key, result), "said twice: " + key);
      }
    }
    return results;
  }

  @Test
  void aClusterAnswersWhatOneMachineDoes() throws IOException {
    Path model = model();
    Path in = input();
    Path expected = temporary.resolve("expected.jsonl");
    batch(model, in, expected);
    assertEquals(LINES + 5, results(expected).size());

    Path out = temporary.resolve("out");
    ModelSpec spec = new ModelSpec(model.toString(), "tiny", "float32", 64, 32);
    try (SparkSession spark = cluster()) {
      SparkBatch.Summary first =
          SparkBatch.run(spark, spec, in.toString(), out.toString(), 8, 16, MAX_LINE);
      assertEquals(new SparkBatch.Summary(2, LINES + 5, 5), first);
      assertEquals(results(expected), results(out));

      // Nothing is done again; what is added is done.
      assertEquals(
          new SparkBatch.Summary(0, 0, 0),
          SparkBatch.run(spark, spec, in.toString(), out.toString(), 8, 16, MAX_LINE));
      Files.writeString(in, "\n" + request("added", 3) + "\n", StandardOpenOption.APPEND);
      SparkBatch.Summary added =
          SparkBatch.run(spark, spec, in.toString(), out.toString(), 8, 16, MAX_LINE);
      assertEquals(new SparkBatch.Summary(0, 1, 0), added);
    }
    batch(model, in, expected);
    assertTrue(results(out).containsKey("added "));
    assertEquals(results(expected), results(out));
  }
}
