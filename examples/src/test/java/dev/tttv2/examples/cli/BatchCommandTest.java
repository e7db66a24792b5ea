// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.examples.cli;

import static dev.tttv2.examples.cli.CommandLineTest.assertFails;
import static dev.tttv2.examples.cli.CommandLineTest.run;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tttv2.examples.ChildJvm;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The command {@code batch}, in this process and in processes that are killed. */
@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class BatchCommandTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int LINES = 600;
  private static final int KILLS = Boolean.getBoolean("tttv2.full") ? 100 : 4;

  @TempDir Path temporary;

  private Path model;
  private Path in;
  private Path out;

  @BeforeEach
  void prepare() throws IOException {
    model = TinyServer.model(temporary);
    in = temporary.resolve("in.jsonl");
    out = temporary.resolve("out.jsonl");
  }

  /** A line of a sixth kind each: texts, chats, draws with seeds, and two kinds of mistakes. */
  private static String line(int i) {
    String name = "{\"custom_id\": \"line-%d\", \"method\": \"POST\", ".formatted(i);
    String text = "The %d cats".formatted(i);
    return switch (i % 6) {
      case 0 ->
          name
              + "\"url\": \"/v1/chat/completions\", \"body\": {\"temperature\": 0, \"max_tokens\":"
              + " 30,"
              + " \"messages\": [{\"role\": \"user\", \"content\": \"%s\"}]}}".formatted(text);
      case 1 ->
          name
              + "\"url\": \"/v1/completions\", \"body\": {\"temperature\": 1, \"seed\": %d, \"n\": 2,"
                  .formatted(i)
              + " \"max_tokens\": 20, \"prompt\": \"%s\"}}".formatted(text);
      case 2 -> name + "\"url\": \"/v1/completions\", \"body\": {\"prompt\": [], \"n\": \"x\"}}";
      case 3 -> name.replace("POST", "GET") + "\"url\": \"/v1/completions\"}";
      default ->
          name
              + "\"url\": \"/v1/completions\", \"body\": {\"temperature\": 0, \"max_tokens\": 60,"
              + " \"ignore_eos\": true, \"prompt\": \"%s\"}}".formatted(text);
    };
  }

  private void writeInput() throws IOException {
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < LINES; i++) {
      lines.append(line(i)).append(i % 7 == 0 ? "\r\n" : "\n");
    }
    Files.writeString(in, lines.append("not a request"));
  }

  private List<String> arguments(Path output) {
    return List.of(
        "batch",
        "--model",
        model.toString(),
        "--preset",
        "float32",
        "--served-model-name",
        "tiny",
        "--drain-seconds",
        "1",
        in.toString(),
        output.toString());
  }

  private CommandLineTest.Run batch(Path output) {
    return run(arguments(output).toArray(String[]::new));
  }

  private Process start() throws IOException {
    List<String> command =
        ChildJvm.command(Tttv2.class, "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1");
    command.addAll(arguments(out));
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(temporary.resolve("process.txt").toFile())
        .start();
  }

  private String processText() throws IOException {
    return Files.readString(temporary.resolve("process.txt"));
  }

  /** Waits until the output has so many bytes. */
  private void awaitSize(Process process, long bytes) throws IOException, InterruptedException {
    while (Files.notExists(out) || Files.size(out) < bytes) {
      assertTrue(process.isAlive(), this::exitText);
      Thread.sleep(1);
    }
  }

  private String exitText() {
    try {
      return processText();
    } catch (IOException e) {
      return e.toString();
    }
  }

  /** Returns what the output says of each line, each said once; without what no two runs share. */
  private static Map<String, JsonNode> results(Path output) throws IOException {
    Map<String, JsonNode> results = new TreeMap<>();
    for (String line : Files.readAllLines(output)) {
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
      assertEquals(null, results.put(key, result), "said twice: " + key);
    }
    return results;
  }

  @Test
  void killedWhereverItIsResumed() throws IOException, InterruptedException {
    writeInput();
    Path reference = temporary.resolve("reference.jsonl");
    CommandLineTest.Run whole = batch(reference);
    assertEquals(1, whole.status(), whole.err()); // some lines are wrong
    assertTrue(
        whole.err().contains("tttv2: 601 lines answered, 201 of them failed; "), whole.err());
    Map<String, JsonNode> expected = results(reference);
    assertEquals(LINES + 1, expected.size());

    Random random = new Random(4);
    long size = Files.size(reference);
    long done = 0;
    int midway = 0;
    for (int kill = 0; kill < KILLS; kill++) {
      Process process = start();
      try {
        // Where it is about to be, and a little beyond: amid a line, or between two.
        awaitSize(process, Math.min(size - 1, done + 1 + random.nextLong(size / (KILLS + 1))));
        Thread.sleep(random.nextInt(5));
      } finally {
        process.destroyForcibly();
        process.waitFor();
      }
      byte[] written = Files.readAllBytes(out);
      String lines = new String(written, StandardCharsets.UTF_8);
      Path kept = temporary.resolve("kept.jsonl");
      Files.writeString(kept, lines.substring(0, lines.lastIndexOf('\n') + 1));
      Map<String, JsonNode> results = results(kept);
      results.forEach((key, result) -> assertEquals(expected.get(key), result));
      midway += results.size() < LINES ? 1 : 0;
      done = written.length;
    }
    assertTrue(midway >= Math.min(KILLS, 3), "kills midway: " + midway);
    // And with a line that is torn whatever the kills did.
    byte[] written = Files.readAllBytes(out);
    Files.write(out, Arrays.copyOf(written, written.length - 20));
    CommandLineTest.Run rest = batch(out);
    assertEquals(1, rest.status(), rest.err());
    assertTrue(rest.err().contains(" lines had been answered before"), rest.err());
    assertEquals(expected, results(out));
    byte[] complete = Files.readAllBytes(out);
    assertTrue(batch(out).err().contains("tttv2: 0 lines answered, "));
    assertTrue(Arrays.equals(complete, Files.readAllBytes(out)));
  }

  @Test
  void endedItSaysSoAndIsResumed() throws IOException, InterruptedException {
    writeInput();
    Process process = start();
    try {
      awaitSize(process, 1);
      process.destroy();
      assertTrue(process.waitFor(30, TimeUnit.SECONDS));
    } finally {
      process.destroyForcibly();
    }
    assertEquals(128 + 15, process.exitValue(), processText());
    assertTrue(processText().contains("the same command goes on"), processText());
    assertTrue(Files.readString(out).endsWith("}\n"));
    int before = results(out).size();
    assertNotEquals(LINES + 1, before);
    CommandLineTest.Run rest = batch(out);
    assertTrue(
        rest.err().contains("tttv2: %d lines answered, ".formatted(LINES + 1 - before)),
        rest.err());
    assertEquals(LINES + 1, results(out).size());
  }

  @Test
  void oneOutputHasOneProcess() throws IOException, InterruptedException {
    writeInput();
    try (FileChannel channel =
        FileChannel.open(out, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      assertNotNull(channel.tryLock());
      Process process = start();
      try {
        assertTrue(process.waitFor(60, TimeUnit.SECONDS));
      } finally {
        process.destroyForcibly();
      }
      assertEquals(1, process.exitValue());
      assertTrue(
          processText().contains("tttv2: " + out + " is being written by another batch"),
          processText());
      assertEquals(0, channel.size());
    }
  }

  @Test
  void embeddingsAreAnsweredAndAllIsWell() throws IOException {
    Path encoder = TinyServer.encoder(temporary);
    Files.writeString(
        in,
        "{\"custom_id\":\"v\",\"method\":\"POST\",\"url\":\"/v1/embeddings\",\"body\":{\"model\":\"tiny-bert\",\"input\":[\"red\",\"blue\"]}}");
    List<String> arguments = new ArrayList<>(arguments(out));
    arguments.addAll(1, List.of("--embedding-model", encoder.toString()));
    CommandLineTest.Run run = run(arguments.toArray(String[]::new));
    assertEquals(0, run.status(), run.err());
    assertEquals("", run.out());
    JsonNode result = JSON.readTree(Files.readString(out));
    assertEquals(2, result.at("/response/body/data").size());
    assertEquals(96, result.at("/response/body/data/0/embedding").size());
  }

  @Test
  void mistakesAreTold() throws IOException {
    assertFails(1, in + " is no file that can be read", batch(out));
    writeInput();
    assertFails(1, "input and output are one file", batch(in));
    assertFails(1, temporary + " is no regular file", batch(temporary));
    Files.writeString(out, "my notes");
    assertFails(1, "line 1 of " + out + " is no result of a batch", batch(out));
    assertEquals("my notes", Files.readString(out));
    assertFails(2, "--max-line is 0", run("batch", "--max-line", "0", "a", "b"));
    assertFails(2, "--max-in-flight is 0", run("batch", "--max-in-flight", "0", "a", "b"));
    assertFails(2, "OUT.jsonl", run("batch", "a"));
  }
}
