// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.examples.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tttv2.config.Checkpoint;
import dev.tttv2.config.OptimizationConfig;
import dev.tttv2.config.WeightCache;
import dev.tttv2.core.BufferType;
import dev.tttv2.core.Device;
import dev.tttv2.interfaces.CausalLM;
import dev.tttv2.interfaces.ChatTemplate;
import dev.tttv2.interfaces.EngineConfig;
import dev.tttv2.interfaces.EngineStats;
import dev.tttv2.interfaces.LoadOptions;
import dev.tttv2.interfaces.ModelFamily;
import dev.tttv2.interfaces.Tokenizer;
import dev.tttv2.interfaces.VLLMGenerator;
import dev.tttv2.interfaces.server.ModelServer;
import dev.tttv2.interfaces.server.ServerConfig;
import dev.tttv2.interfaces.server.ServerMetrics;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Clients that ask for all kinds of things, of whom some go before they have their answers and some
 * send nonsense. For 20 seconds; in the full form for ten minutes.
 */
class ServerSoakTest {
  private static final int CLIENTS = 64;
  private static final Duration TIME =
      Boolean.getBoolean("tttv2.full") ? Duration.ofMinutes(10) : Duration.ofSeconds(20);

  private static final String[] NONSENSE = {
    "",
    "{",
    "[]",
    "nonsense",
    "{\"prompt\": 5}",
    "{\"prompt\": \"x\", \"n\": -1}",
    "{\"prompt\": \"x\", \"temperature\": \"hot\"}",
    "{\"prompt\": [[99999]]}",
    "\u0000\u0001"
  };

  private static final String SCHEMA =
      """
      {"type": "object", "properties": {"city": {"enum": ["oslo", "rome"]}, "size": {"type":
      "integer"}}, "required": ["city"], "additionalProperties": false}\
      """;

  /** What some of the completions ask for besides. */
  private static final String[] WISHES = {
    ", \"logprobs\": 3", ", \"guided_json\": " + SCHEMA, ", \"prompt_logprobs\": 1"
  };

  /** What some of the chats ask for besides. */
  private static final String[] CHAT_WISHES = {
    ", \"logprobs\": true, \"top_logprobs\": 3",
    """
    , "response_format": {"type": "json_schema", "json_schema": {"name": "x", "schema": %s}}\
    """
        .formatted(SCHEMA),
    """
    , "tools": [{"type": "function", "function": {"name": "weather", "parameters": %s}}]\
    """
        .formatted(SCHEMA)
  };

  /**
   * By how many bytes the process's memory outside of Java's heap may grow. It is far above what
   * compilers, stacks and malloc's arenas take meanwhile, so it finds what is lost by the request
   * in the full form.
   */
  private static final long MOST_OUTSIDE = 192 << 20;

  private final LongAdder answered = new LongAdder();
  private final LongAdder refused = new LongAdder();
  private final LongAdder rejected = new LongAdder();
  private final LongAdder left = new LongAdder();

  @TempDir Path temporary;

  @Test
  void everyAcceptedRequestIsAnsweredAndNothingGrows() throws Exception {
    try (Checkpoint checkpoint = Checkpoint.open(TinyServer.model(temporary));
        Tokenizer tokenizer = Tokenizer.of(checkpoint);
        Device device = Device.open();
        CausalLM model =
            ModelFamily.of(checkpoint)
                .load(
                    checkpoint,
                    device,
                    LoadOptions.of(OptimizationConfig.accuracy(), WeightCache.open()))) {
      int before = tensors(device);
      ServerMetrics metrics = new ServerMetrics("tiny", 512);
      // Small enough that requests wait, are refused, and give way to each other.
      EngineConfig config =
          EngineConfig.builder()
              .maxUsers(16)
              .numBlocks(48)
              .maxWaiting(40)
              .stepListener(metrics)
              .build();
      try (VLLMGenerator engine =
              new VLLMGenerator(
                  model, tokenizer, ChatTemplate.of(checkpoint).orElseThrow(), config);
          ModelServer server =
              ModelServer.start(engine, metrics, ServerConfig.builder("tiny").port(0).build())) {
        run(server, Duration.ofSeconds(3)); // classes, caches and pools
        awaitIdle(server, engine);
        int idle = tensors(device);
        long memory = usedMemory();
        long outside = outsideOfHeap();
        run(server, TIME);
        awaitIdle(server, engine);
        long grown = usedMemory() - memory;
        long grownOutside = outsideOfHeap() - outside;
        System.out.printf(
            "%d answered, %d refused as too many, %d as nonsense, %d left; memory %+d kB,"
                + " outside of Java's heap %+d kB%n",
            answered.sum(),
            refused.sum(),
            rejected.sum(),
            left.sum(),
            grown / 1024,
            grownOutside / 1024);
        assertEquals(idle, tensors(device));
        assertTrue(grown < 16 << 20, "memory has grown by %d bytes".formatted(grown));
        assertTrue(
            grownOutside < MOST_OUTSIDE,
            "memory outside of Java's heap has grown by %d bytes".formatted(grownOutside));
        assertTrue(answered.sum() > 20, "only %d answers".formatted(answered.sum()));
        assertTrue(left.sum() > 0 && rejected.sum() > 0);
      }
      assertEquals(before, tensors(device));
    }
  }

  private static int tensors(Device device) {
    return device.memory(BufferType.DRAM).liveTensors();
  }

  private static long usedMemory() throws InterruptedException {
    long least = Long.MAX_VALUE;
    for (int i = 0; i < 3; i++) {
      System.gc();
      Thread.sleep(100);
      Runtime runtime = Runtime.getRuntime();
      least = Math.min(least, runtime.totalMemory() - runtime.freeMemory());
    }
    return least;
  }

  /** Returns the resident memory without what Java's heap may have of it. */
  private static long outsideOfHeap() throws IOException {
    return ProcessMemory.residentBytes() - Runtime.getRuntime().totalMemory();
  }

  private static void awaitIdle(ModelServer server, VLLMGenerator engine)
      throws InterruptedException {
    long end = System.nanoTime() + 30_000_000_000L;
    while (true) {
      EngineStats stats = engine.stats();
      if (server.activeRequests() == 0 && stats.running() + stats.waiting() == 0) {
        assertEquals(0, stats.usedBlocks());
        assertEquals(0, stats.failed(), stats.toString());
        return;
      }
      assertTrue(System.nanoTime() < end, stats.toString());
      Thread.sleep(10);
    }
  }

  private void run(ModelServer server, Duration time) throws Exception {
    long end = System.nanoTime() + time.toNanos();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> clients = new ArrayList<>();
      for (int i = 0; i < CLIENTS; i++) {
        Random random = new Random(i);
        clients.add(
            threads.submit(
                () -> {
                  while (System.nanoTime() < end) {
                    request(server.port(), random);
                  }
                  return null;
                }));
      }
      for (Future<?> client : clients) {
        client.get();
      }
    }
  }

  private void request(int port, Random random) throws IOException, InterruptedException {
    boolean goes = random.nextInt(100) < 5;
    boolean nonsense = random.nextInt(100) < 5;
    boolean stream = random.nextBoolean();
    boolean chat = random.nextBoolean();
    String body = nonsense ? NONSENSE[random.nextInt(NONSENSE.length)] : body(random, chat, stream);
    try (Socket socket = new Socket("127.0.0.1", port)) {
      socket.setSoTimeout(120_000);
      byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
      String head =
          "POST %s HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: %d\r\nConnection: close\r\n\r\n"
              .formatted(chat ? "/v1/chat/completions" : "/v1/completions", bytes.length);
      socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
      socket.getOutputStream().write(bytes);
      if (goes) {
        Thread.sleep(random.nextInt(50));
        left.increment();
        return;
      }
      check(socket, nonsense, stream);
    }
  }

  private static String body(Random random, boolean chat, boolean stream) {
    String text = "the capital of France ".repeat(random.nextInt(1, 6));
    String wish = random.nextBoolean() ? "" : (chat ? CHAT_WISHES : WISHES)[random.nextInt(3)];
    return """
    {%s, "max_tokens": %d, "stream": %s, "temperature": %s, "seed": %d, "n": %d%s}\
    """
        .formatted(
            chat
                ? "\"messages\": [{\"role\": \"user\", \"content\": \"%s\"}]".formatted(text)
                : "\"prompt\": \"%s\"".formatted(text),
            random.nextInt(1, 60),
            stream,
            "1.0",
            random.nextInt(1000),
            random.nextInt(1, 4),
            wish);
  }

  private void check(Socket socket, boolean nonsense, boolean stream)
      throws IOException, InterruptedException {
    BufferedReader reader =
        new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
    String status = reader.readLine();
    String answer = String.join("\n", reader.lines().toList());
    if (status.contains(" 429 ")) {
      assertTrue(answer.toLowerCase(Locale.ROOT).contains("retry-after"), answer);
      refused.increment();
      Thread.sleep(20);
    } else if (nonsense) {
      assertTrue(status.contains(" 400 "), status + answer);
      assertTrue(answer.contains("\"error\""), answer);
      rejected.increment();
    } else {
      assertTrue(status.contains(" 200 "), status + answer);
      assertTrue(stream ? answer.contains("data: [DONE]") : answer.contains("\"usage\""), answer);
      assertTrue(answer.contains("\"finish_reason\":\""), answer);
      answered.increment();
    }
  }
}
