// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.stream.Stream;

/**
 * Loads a server as {@code vllm bench serve} does with its random data set, and reports what it
 * reports: requests arrive at random (a Poisson process) or all at once, each is streamed, and a
 * token has come when its event has.
 */
public final class ServeBenchmark {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Map<String, String> options = new LinkedHashMap<>();
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final PrintStream out;
  private final String idPrefix = "bench-" + UUID.randomUUID().toString().substring(0, 8) + "-";

  private ServeBenchmark(PrintStream out, String... arguments) {
    this.out = out;
    options.put("--url", "http://127.0.0.1:8000");
    options.put("--model", "");
    options.put("--endpoint", "completions");
    options.put("--requests", "100");
    options.put("--concurrency", "16");
    options.put("--rate", "inf");
    options.put("--input-len", "128");
    options.put("--output-len", "128");
    options.put("--seed", "0");
    options.put("--logprobs", "");
    for (int i = 0; i < arguments.length; i += 2) {
      if (!options.containsKey(arguments[i]) || i + 1 == arguments.length) {
        throw new IllegalArgumentException(
            "%s: expected pairs of an option and its value; the options with their defaults are %s"
                .formatted(arguments[i], options));
      }
      options.put(arguments[i], arguments[i + 1]);
    }
    if (!List.of("completions", "chat").contains(options.get("--endpoint"))) {
      throw new IllegalArgumentException(
          "--endpoint is %s, expected completions or chat".formatted(options.get("--endpoint")));
    }
  }

  /** What came of one request; times in seconds. */
  private record Result(
      int promptTokens, int tokens, double first, List<Double> gaps, double total) {
    double perToken() {
      return (total - first) / (tokens - 1);
    }
  }

  /**
   * Runs it.
   *
   * @param arguments pairs of an option and its value
   */
  public static void main(String... arguments) throws InterruptedException {
    System.exit(run(System.out, System.err, arguments));
  }

  /** Returns the status of the process: 1 if the server cannot be asked, 2 for wrong options. */
  static int run(PrintStream out, PrintStream err, String... arguments)
      throws InterruptedException {
    try {
      new ServeBenchmark(out, arguments).run();
      return 0;
    } catch (IllegalArgumentException e) {
      err.println(e.getMessage());
      return 2;
    } catch (IOException e) {
      err.println(message(e));
      return 1;
    }
  }

  private static String message(Throwable e) {
    return e.getMessage() == null ? e.toString() : e.getMessage();
  }

  private int number(String option) {
    return Integer.parseInt(options.get(option));
  }

  private void run() throws IOException, InterruptedException {
    String model = options.get("--model");
    if (model.isEmpty()) {
      model = get("/v1/models").at("/data/0/id").textValue();
    }
    String name = model;
    Map<String, Integer> failures = new TreeMap<>();
    List<String> prompts = prompts(name, failures);
    Random random = new Random(number("--seed"));
    double rate = Double.parseDouble(options.get("--rate").replace("inf", "Infinity"));
    Semaphore places = new Semaphore(number("--concurrency"));
    List<Future<Result>> running = new ArrayList<>();
    long begin = System.nanoTime();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (String prompt : prompts) {
        if (rate < Double.POSITIVE_INFINITY) {
          Thread.sleep(Math.round(-Math.log(1 - random.nextDouble()) / rate * 1000));
        }
        places.acquire();
        String id = idPrefix + running.size();
        running.add(
            threads.submit(
                () -> {
                  try {
                    return request(id, name, prompt);
                  } finally {
                    places.release();
                  }
                }));
      }
    }
    double seconds = (System.nanoTime() - begin) / 1e9;
    report(running, failures, seconds);
  }

  // ---- Prompts ----

  /**
   * Makes texts of so many random tokens, through the server's own tokenizer. Where the server
   * refuses, the request has failed.
   */
  private List<String> prompts(String model, Map<String, Integer> failures)
      throws InterruptedException {
    Random random = new Random(number("--seed"));
    List<String> prompts = new ArrayList<>();
    for (int i = 0; i < number("--requests"); i++) {
      try {
        prompts.add(prompt(model, random));
      } catch (IOException e) {
        failures.merge(message(e), 1, Integer::sum);
      }
    }
    return prompts;
  }

  private String prompt(String model, Random random) throws IOException, InterruptedException {
    StringBuilder words = new StringBuilder();
    for (int word = 0; word < 2 * number("--input-len"); word++) {
      words.append(Integer.toString(random.nextInt(36 * 36 * 36), 36)).append(' ');
    }
    ObjectNode body = JSON.createObjectNode().put("model", model);
    JsonNode tokens = post("/tokenize", body.put("prompt", words.toString())).get("tokens");
    ObjectNode some = JSON.createObjectNode().put("model", model);
    ArrayNode ids = some.putArray("tokens");
    for (int token = 0; token < number("--input-len"); token++) {
      ids.add(tokens.get(token));
    }
    return post("/detokenize", some).get("prompt").textValue();
  }

  private HttpRequest.Builder request(String path) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(options.get("--url") + path))
            .header("content-type", "application/json");
    String key = System.getenv("OPENAI_API_KEY");
    return key == null ? request : request.header("authorization", "Bearer " + key);
  }

  private JsonNode get(String path) throws IOException, InterruptedException {
    return json(http.send(request(path).build(), HttpResponse.BodyHandlers.ofString()));
  }

  private JsonNode post(String path, JsonNode body) throws IOException, InterruptedException {
    return json(
        http.send(
            request(path).POST(HttpRequest.BodyPublishers.ofString(body.toString())).build(),
            HttpResponse.BodyHandlers.ofString()));
  }

  private static JsonNode json(HttpResponse<String> response) throws IOException {
    if (response.statusCode() != 200) {
      throw new IOException(response.statusCode() + ": " + response.body());
    }
    return JSON.readTree(response.body());
  }

  // ---- One request ----

  private Result request(String id, String model, String prompt)
      throws IOException, InterruptedException {
    boolean chat = options.get("--endpoint").equals("chat");
    ObjectNode body = JSON.createObjectNode().put("model", model);
    if (chat) {
      ObjectNode message = body.putArray("messages").addObject().put("role", "user");
      message.putArray("content").addObject().put("type", "text").put("text", prompt);
      body.put("max_completion_tokens", number("--output-len"));
    } else {
      body.put("prompt", prompt);
      body.put("max_tokens", number("--output-len"));
      body.put("repetition_penalty", 1.0);
    }
    body.put("temperature", 0.0).put("stream", true).put("ignore_eos", true);
    body.putObject("stream_options").put("include_usage", true);
    if (!options.get("--logprobs").isEmpty()) {
      if (chat) {
        body.put("logprobs", true).put("top_logprobs", number("--logprobs"));
      } else {
        body.put("logprobs", number("--logprobs"));
      }
    }
    long begin = System.nanoTime();
    HttpResponse<Stream<String>> response =
        http.send(
            request(chat ? "/v1/chat/completions" : "/v1/completions")
                .header("x-request-id", id)
                .POST(HttpRequest.BodyPublishers.ofString(body.toString()))
                .build(),
            HttpResponse.BodyHandlers.ofLines());
    try (Stream<String> lines = response.body()) {
      if (response.statusCode() != 200) {
        throw new IOException(response.statusCode() + ": " + String.join("", lines.toList()));
      }
      return read(lines.iterator(), begin, chat);
    }
  }

  private static Result read(Iterator<String> lines, long begin, boolean chat) throws IOException {
    double first = 0;
    double last = 0;
    List<Double> gaps = new ArrayList<>();
    JsonNode usage = null;
    while (lines.hasNext()) {
      String line = lines.next();
      if (!line.startsWith("data: ")) {
        continue; // blank, or a comment
      }
      if (line.equals("data: [DONE]")) {
        if (usage == null || first == 0) {
          throw new IOException("the stream had no tokens, or no usage");
        }
        return new Result(
            usage.get("prompt_tokens").intValue(),
            usage.get("completion_tokens").intValue(),
            first,
            gaps,
            last);
      }
      JsonNode event = JSON.readTree(line.substring(6));
      if (event.hasNonNull("error")) {
        throw new IOException(event.toString());
      }
      double now = (System.nanoTime() - begin) / 1e9;
      boolean token = !event.get("choices").isEmpty() && !(chat && isRole(event));
      if (token) {
        if (first == 0) {
          first = now;
        } else {
          gaps.add(now - last);
        }
        last = now;
      }
      usage = event.hasNonNull("usage") ? event.get("usage") : usage;
    }
    throw new IOException("the stream ended without [DONE]");
  }

  /** Tells whether an event says who speaks, and has no token. */
  private static boolean isRole(JsonNode event) {
    return event.at("/choices/0/delta").has("role");
  }

  // ---- Report ----

  private void report(List<Future<Result>> running, Map<String, Integer> failures, double seconds)
      throws InterruptedException {
    List<Result> results = new ArrayList<>();
    for (Future<Result> future : running) {
      try {
        results.add(future.get());
      } catch (ExecutionException e) {
        failures.merge(message(e.getCause()), 1, Integer::sum);
      }
    }
    int input = results.stream().mapToInt(Result::promptTokens).sum();
    int output = results.stream().mapToInt(Result::tokens).sum();
    print("successful requests", results.size());
    print("failed requests", number("--requests") - results.size());
    print("duration (s)", seconds);
    print("input tokens", input);
    print("generated tokens", output);
    print("requests/s", results.size() / seconds);
    print("output tokens/s", output / seconds);
    print("total tokens/s", (input + output) / seconds);
    distribution("TTFT", results.stream().mapToDouble(Result::first).toArray());
    distribution(
        "TPOT",
        results.stream().filter(r -> r.tokens() > 1).mapToDouble(Result::perToken).toArray());
    distribution(
        "ITL", results.stream().flatMap(r -> r.gaps().stream()).mapToDouble(g -> g).toArray());
    distribution("E2EL", results.stream().mapToDouble(Result::total).toArray());
    failures.forEach((message, count) -> out.println(count + " failed: " + message));
  }

  private void distribution(String name, double... seconds) {
    if (seconds.length == 0) {
      return;
    }
    Arrays.sort(seconds);
    print("mean " + name + " (ms)", Arrays.stream(seconds).average().orElseThrow() * 1000);
    print("median " + name + " (ms)", percentile(seconds, 0.5) * 1000);
    print("p99 " + name + " (ms)", percentile(seconds, 0.99) * 1000);
  }

  /** Interpolates between the two nearest, as numpy. */
  private static double percentile(double[] sorted, double share) {
    double place = share * (sorted.length - 1);
    int below = (int) place;
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
  }

  private void print(String name, double value) {
    out.printf(
        Locale.ROOT, value == Math.rint(value) ? "%-24s %12.0f%n" : "%-24s %12.2f%n", name, value);
  }
}
