// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces.batch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tttv2.interfaces.EngineConfig;
import dev.tttv2.interfaces.ServedTable;
import dev.tttv2.interfaces.server.ModelApi;
import dev.tttv2.interfaces.server.SamplingDefaults;
import dev.tttv2.interfaces.server.ServerConfig;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Files of requests, with a model that is a table. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class BatchJobTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path directory;

  private volatile long stepMillis;
  private ServedTable table;
  private ModelApi api;
  private Path in;
  private Path out;

  @BeforeEach
  void start() {
    table =
        new ServedTable(
            EngineConfig.builder()
                .numBlocks(64)
                .maxUsers(4)
                .maxWaiting(1)
                .stepListener((step, stats) -> LockSupport.parkNanos(stepMillis * 1_000_000))
                .build());
    api =
        ModelApi.of(
            table.engine(),
            ServerConfig.builder("table").defaults(new SamplingDefaults(0, 0, 1, 0, 1)).build());
    in = directory.resolve("in.jsonl");
    out = directory.resolve("out.jsonl");
  }

  @AfterEach
  void stop() {
    table.close();
  }

  private static String line(String id, String prompt) {
    return line(id, prompt, 4);
  }

  private static String line(String id, String prompt, int tokens) {
    return "{\"custom_id\":\"%s\",\"method\":\"POST\",\"url\":\"/v1/completions\",\"body\":{\"prompt\":\"%s\",\"max_tokens\":%d,\"ignore_eos\":true}}"
        .formatted(id, prompt, tokens);
  }

  private BatchCounts run() throws IOException {
    return run(BatchConfig.builder().maxInFlight(8).build());
  }

  private BatchCounts run(BatchConfig config) throws IOException {
    return new BatchJob(api, in, out, config).run(counts -> {});
  }

  private List<JsonNode> results() throws IOException {
    List<JsonNode> results = new ArrayList<>();
    for (String line : Files.readAllLines(out)) {
      results.add(JSON.readTree(line));
    }
    return results;
  }

  private JsonNode result(String id) throws IOException {
    List<JsonNode> found =
        results().stream().filter(each -> id.equals(each.get("custom_id").textValue())).toList();
    assertEquals(1, found.size(), id);
    return found.getFirst();
  }

  private JsonNode problem(long line) throws IOException {
    List<JsonNode> found =
        results().stream().filter(each -> each.at("/error/line").asLong() == line).toList();
    assertEquals(1, found.size(), "line " + line);
    assertTrue(found.getFirst().get("response").isNull());
    return found.getFirst().get("error");
  }

  @Test
  void linesAreAnswered() throws IOException {
    List<String> lines =
        IntStream.range(0, 100).mapToObj(i -> line("id-" + i, "a".repeat(1 + i % 7) + i)).toList();
    Files.write(in, lines);
    BatchCounts counts = run();
    assertEquals(100, counts.answered());
    assertEquals(0, counts.failed());
    assertEquals(400, counts.completionTokens());
    assertEquals(Files.size(in), counts.bytesRead());
    assertTrue(counts.complete());
    Set<String> ids = new HashSet<>();
    for (int i = 0; i < 100; i++) {
      JsonNode result = result("id-" + i);
      assertTrue(result.get("id").textValue().startsWith("batch_req_"));
      assertTrue(result.get("error").isNull());
      assertEquals(200, result.at("/response/status_code").intValue());
      assertEquals(
          "cmpl-" + result.at("/response/request_id").textValue(),
          result.at("/response/body/id").textValue());
      assertEquals(
          table.continuation("a".repeat(1 + i % 7) + i, 4),
          result.at("/response/body/choices/0/text").textValue());
      ids.add(result.get("id").textValue());
    }
    assertEquals(100, ids.size());
  }

  @Test
  void badLinesAreErrorsAndEndNothing() throws IOException {
    String text =
        String.join(
            "\n",
            "\ufeff" + line("a", "x") + "\r",
            "",
            "nonsense",
            line("a", "y"),
            line("b", "x").replace("/v1/completions", "/v1/nothing"),
            line("b", "x"),
            line("c", "x").replace("\"max_tokens\":4", "\"temperature\":-1"),
            line("d", "x").replace("{\"prompt\"", "{\"stream\":true,\"prompt\""),
            line("e", "x".repeat(600)),
            line("f", "x").replace("/v1/completions", "/v1/embeddings"),
            "\u00ff".repeat(50),
            line("last", "z"));
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    int bad = new String(bytes, StandardCharsets.ISO_8859_1).indexOf("\u00c3\u00bf");
    bytes[bad] = (byte) 0xff;
    Files.write(in, bytes);
    BatchConfig config = BatchConfig.builder().maxInFlight(3).maxLineBytes(500).build();
    BatchCounts counts = run(config);
    assertEquals(11, counts.answered());
    assertEquals(9, counts.failed());
    assertEquals("invalid_json_line", problem(3).get("code").textValue());
    assertEquals("duplicate_custom_id", problem(4).get("code").textValue());
    assertEquals("invalid_url", problem(5).get("code").textValue());
    assertEquals("duplicate_custom_id", problem(6).get("code").textValue());
    assertTrue(
        problem(9).get("message").textValue().endsWith("bytes, expected at most 500"),
        problem(9).toString());
    assertTrue(problem(11).get("message").textValue().startsWith("line 11: is not UTF-8: byte 0"));
    assertEquals(400, result("c").at("/response/status_code").intValue());
    assertEquals("temperature", result("c").at("/response/body/error/param").textValue());
    assertTrue(result("c").get("error").isNull());
    assertEquals("stream", result("d").at("/response/body/error/param").textValue());
    assertEquals("model", result("f").at("/response/body/error/param").textValue());
    assertEquals(200, result("last").at("/response/status_code").intValue());

    // Once more: nothing is left to do, errors included.
    byte[] before = Files.readAllBytes(out);
    counts = run(config);
    assertEquals(0, counts.answered());
    assertEquals(11, counts.answeredBefore());
    assertEquals(9, counts.failedBefore());
    assertTrue(counts.complete());
    assertEquals(new String(before, StandardCharsets.UTF_8), Files.readString(out));
  }

  @Test
  void linesMayBeAdded() throws IOException {
    Files.writeString(in, line("a", "x") + "\nbad");
    run();
    Files.writeString(in, line("a", "x") + "\nbad\n" + line("b", "x"));
    BatchCounts counts = run();
    assertEquals(1, counts.answered());
    assertEquals(2, counts.answeredBefore());
    assertEquals(200, result("b").at("/response/status_code").intValue());
  }

  @Test
  void anEmptyInputIsDone() throws IOException {
    Files.createFile(in);
    assertTrue(run().complete());
    assertEquals(0, Files.size(out));
  }

  @Test
  void whereverAnOutputIsCutItIsResumed() throws IOException {
    List<String> lines = IntStream.range(0, 5).mapToObj(i -> line("id-" + i, "a" + i)).toList();
    Files.write(in, lines);
    Files.writeString(in, "\nbad", StandardOpenOption.APPEND);
    run();
    byte[] whole = Files.readAllBytes(out);
    for (int length = 0; length < whole.length; length += 13) {
      Files.write(out, Arrays.copyOf(whole, length));
      long kept = new String(whole, 0, length, StandardCharsets.UTF_8).lines().count();
      boolean ends = length == 0 || whole[length - 1] == '\n';
      BatchCounts counts = run();
      assertEquals(ends ? kept : kept - 1, counts.answeredBefore(), "cut at " + length);
      assertEquals(6, counts.answeredBefore() + counts.answered());
      for (int i = 0; i < 5; i++) {
        result("id-" + i);
      }
      problem(7);
    }
    // Zeros are what a file system may leave.
    Files.write(out, Arrays.copyOf(whole, whole.length + 100));
    assertEquals(0, run().answered());
    assertEquals(whole.length, Files.size(out));
  }

  @Test
  void whatNoBatchHasWrittenIsLeftAsItIs() throws IOException {
    Files.writeString(in, line("a", "x"));
    for (String alien :
        List.of("notes", "notes\n", line("a", "x") + "\n", "{}\n", "{\"id\":\"batch_req_1\"}\n")) {
      Files.writeString(out, alien);
      IllegalArgumentException e = assertThrows(IllegalArgumentException.class, this::run);
      assertTrue(
          e.getMessage().startsWith("line 1 of " + out + " is no result of a batch"),
          e.getMessage());
      assertEquals(alien, Files.readString(out));
    }
    assertThrows(
        IllegalArgumentException.class,
        () -> new BatchJob(api, in, in, BatchConfig.DEFAULT).run(counts -> {}));
    assertThrows(
        IllegalArgumentException.class,
        () -> new BatchJob(api, in, directory, BatchConfig.DEFAULT).run(counts -> {}));
  }

  @Test
  void oneOutputHasOneWriter() throws Exception {
    Files.writeString(in, line("a", "x"));
    CountDownLatch answered = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    CompletableFuture<BatchCounts> first =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return new BatchJob(api, in, out, BatchConfig.DEFAULT)
                    .run(
                        counts -> {
                          answered.countDown();
                          try {
                            go.await();
                          } catch (InterruptedException e) {
                            throw new AssertionError(e);
                          }
                        });
              } catch (IOException e) {
                throw new AssertionError(e);
              }
            },
            task -> Thread.ofPlatform().start(task));
    answered.await();
    IllegalStateException e = assertThrows(IllegalStateException.class, this::run);
    assertEquals(out + " is being written by another batch", e.getMessage());
    go.countDown();
    assertTrue(first.get(30, TimeUnit.SECONDS).complete());
    assertEquals(0, run().answered());
  }

  @Test
  void stoppedWhatRunsEndsOrIsLeft() throws Exception {
    List<String> lines =
        IntStream.range(0, 200)
            .mapToObj(i -> line("id-" + i, "a" + i, i % 2 == 0 ? 4 : ServedTable.CONTEXT - 10))
            .toList();
    Files.write(in, lines);
    stepMillis = 20;
    BatchJob job = new BatchJob(api, in, out, BatchConfig.builder().maxInFlight(8).build());
    BatchCounts counts =
        job.run(
            progress -> {
              if (progress.answered() == 3) {
                job.stop(Duration.ofMillis(300));
              }
            });
    assertFalse(counts.complete());
    assertTrue(counts.answered() >= 3 && counts.answered() <= 3 + 8, counts.toString());
    assertNotEquals(0, counts.abandoned());
    assertEquals(counts.answered(), Files.readAllLines(out).size());
    assertEquals(0, job.run(progress -> {}).answered());
    stepMillis = 0;
    BatchCounts rest = run();
    assertTrue(rest.complete());
    assertEquals(200, rest.answered() + rest.answeredBefore());
    for (int i = 0; i < 200; i++) {
      result("id-" + i);
    }
  }

  @Test
  void anEngineThatEndsIsNoAnswer() throws Exception {
    Files.write(in, IntStream.range(0, 20).mapToObj(i -> line("id-" + i, "a" + i, 40)).toList());
    stepMillis = 5;
    IllegalStateException e =
        assertThrows(
            IllegalStateException.class,
            () ->
                new BatchJob(api, in, out, BatchConfig.DEFAULT)
                    .run(
                        counts -> {
                          if (counts.answered() == 1) {
                            table.engine().close();
                          }
                        }));
    assertTrue(e.getMessage().startsWith("the engine has ended: "), e.getMessage());
    for (JsonNode result : results()) {
      assertEquals(200, result.at("/response/status_code").intValue());
    }
  }

  /** Lines are read as there is room, and none is kept. */
  @Test
  void manyLinesAreReadLittleByLittle() throws IOException {
    List<String> lines =
        IntStream.range(0, 3000).mapToObj(i -> line("id-" + i, "a" + i, 1)).toList();
    Files.write(in, lines);
    long each = Files.size(in) / 3000;
    long[] ahead = new long[1];
    BatchCounts counts =
        new BatchJob(api, in, out, BatchConfig.builder().maxInFlight(5).build())
            .run(
                progress ->
                    ahead[0] =
                        Math.max(ahead[0], progress.bytesRead() / each - progress.answered()));
    assertEquals(3000, counts.answered());
    assertTrue(ahead[0] < 60, "lines ahead: " + ahead[0]);
  }
}
