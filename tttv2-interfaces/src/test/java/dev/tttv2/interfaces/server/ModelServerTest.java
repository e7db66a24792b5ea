// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tttv2.interfaces.EngineConfig;
import dev.tttv2.interfaces.EngineStats;
import dev.tttv2.interfaces.ServedTable;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every endpoint, its errors and limits, over HTTP, with a model that is a table. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ModelServerTest {
  private static final String COMPLETIONS = "/v1/completions";
  private static final String CHAT = "/v1/chat/completions";
  private static final String TOOLS =
      """
      'tools': [{'type': 'function', 'function': {'name': 'weather', 'parameters': {'type': 'object',
        'properties': {'city': {'enum': ['oslo', 'rome']}}, 'required': ['city'],
        'additionalProperties': false}}}]\
      """;

  private Throttle throttle;
  private ServedTable table;
  private ModelServer server;
  private Client client;

  @BeforeEach
  void start() throws IOException {
    start(config());
  }

  private static ServerConfig.Builder config() {
    return ServerConfig.builder("table")
        .port(0)
        .version("1.2.3")
        .defaults(new SamplingDefaults(0, 0, 1, 0, 1));
  }

  private void start(ServerConfig.Builder config) throws IOException {
    ServerMetrics metrics = new ServerMetrics("table", ServedTable.CONTEXT);
    throttle = new Throttle(metrics);
    table =
        new ServedTable(
            EngineConfig.builder()
                .numBlocks(64)
                .maxUsers(4)
                .maxWaiting(3)
                .stepListener(throttle)
                .build());
    server = ModelServer.start(table.engine(), metrics, config.build());
    client = new Client(server.port());
  }

  private void restart(ServerConfig.Builder config) throws IOException {
    stop();
    start(config);
  }

  @AfterEach
  void stop() {
    throttle.millis = 0;
    throttle.held = false;
    client.close();
    server.close();
    table.close();
  }

  private static void await(String what, BooleanSupplier condition) throws InterruptedException {
    long end = System.nanoTime() + 30_000_000_000L;
    while (!condition.getAsBoolean()) {
      assertTrue(System.nanoTime() < end, what);
      Thread.sleep(5);
    }
  }

  private JsonNode ok(Client.Answer answer) {
    assertEquals(200, answer.status(), answer.response().body());
    return answer.json();
  }

  private List<JsonNode> events(Client.Answer answer) {
    assertEquals(200, answer.status(), answer.response().body());
    assertEquals("text/event-stream; charset=utf-8", answer.header("content-type"));
    return answer.events();
  }

  private static String joined(List<JsonNode> events, String path) {
    return events.stream()
        .filter(event -> !event.get("choices").isEmpty())
        .map(event -> event.get("choices").get(0).at(path).asText(""))
        .collect(Collectors.joining());
  }

  // ---- Completions ----

  @Test
  void completesATextAListAndIds() {
    JsonNode one =
        ok(client.post(COMPLETIONS, "{'model': 'table', 'prompt': 'abc', 'max_tokens': 5}"));
    assertTrue(one.get("id").textValue().startsWith("cmpl-"));
    assertEquals("text_completion", one.get("object").textValue());
    assertEquals("table", one.get("model").textValue());
    JsonNode choice = one.get("choices").get(0);
    assertEquals(table.continuation("abc", 5), choice.get("text").textValue());
    assertEquals("length", choice.get("finish_reason").textValue());
    assertTrue(choice.get("logprobs").isNull());
    assertEquals(3, one.at("/usage/prompt_tokens").intValue());
    assertEquals(5, one.at("/usage/completion_tokens").intValue());
    assertEquals(8, one.at("/usage/total_tokens").intValue());

    JsonNode list =
        ok(
            client.post(
                COMPLETIONS, "{'prompt': ['abc', [0, 1], 'z'], 'max_tokens': 3, 'echo': true}"));
    List<String> texts =
        StreamSupport.stream(list.get("choices").spliterator(), false)
            .map(each -> each.get("index") + each.get("text").textValue())
            .toList();
    assertEquals(
        List.of(
            "0abc" + table.continuation("abc", 3),
            "1ab" + table.continuation("ab", 3),
            "2z" + table.continuation("z", 3)),
        texts);
    JsonNode ids = ok(client.post(COMPLETIONS, "{'prompt': [0, 1, 2], 'return_token_ids': true}"));
    assertEquals(table.continuation("abc", 16), ids.at("/choices/0/text").textValue());
    assertEquals("[0,1,2]", ids.at("/choices/0/prompt_token_ids").toString());
    assertEquals(16, ids.at("/choices/0/token_ids").size());
  }

  @Test
  void stopStringsAndTokensEndATextAndAreNamed() {
    String text = table.continuation("a", 12);
    String stop = text.substring(4, 6);
    JsonNode choice =
        ok(client.post(
                COMPLETIONS, "{'prompt': 'a', 'max_tokens': 12, 'stop': '%s'}".formatted(stop)))
            .at("/choices/0");
    assertEquals(text.substring(0, 4), choice.get("text").textValue());
    assertEquals("stop", choice.get("finish_reason").textValue());
    assertEquals(stop, choice.get("stop_reason").textValue());
    int token = table.token(text.substring(4, 5));
    choice =
        ok(client.post(
                COMPLETIONS,
                "{'prompt': 'a', 'max_tokens': 12, 'stop_token_ids': [%d]}".formatted(token)))
            .at("/choices/0");
    assertEquals(text.substring(0, 4), choice.get("text").textValue());
    assertEquals(token, choice.get("stop_reason").intValue());
    choice =
        ok(client.post(
                COMPLETIONS,
                "{'prompt': 'a', 'max_tokens': 12, 'logit_bias': {'%d': 100}}"
                    .formatted(ServedTable.EOS)))
            .at("/choices/0");
    assertEquals("", choice.get("text").textValue());
    assertEquals("stop", choice.get("finish_reason").textValue());
    assertTrue(choice.get("stop_reason").isNull());
  }

  @Test
  void completionLogprobsAreFourListsOfOneLength() {
    JsonNode choice =
        ok(client.post(
                COMPLETIONS,
                "{'prompt': 'abc', 'max_tokens': 4, 'logprobs': 2, 'echo': true,"
                    + " 'prompt_logprobs': 1}"))
            .at("/choices/0");
    JsonNode logprobs = choice.get("logprobs");
    assertEquals(7, logprobs.get("tokens").size());
    assertEquals(7, logprobs.get("token_logprobs").size());
    assertEquals(7, logprobs.get("top_logprobs").size());
    assertEquals("[0,1,2,3,4,5,6]", logprobs.get("text_offset").toString());
    assertTrue(logprobs.get("token_logprobs").get(0).isNull());
    assertTrue(logprobs.get("top_logprobs").get(0).isNull());
    String token = logprobs.get("tokens").get(3).textValue();
    assertEquals(2, logprobs.get("top_logprobs").get(3).size());
    assertEquals(
        logprobs.get("token_logprobs").get(3), logprobs.get("top_logprobs").get(3).get(token));
    assertTrue(logprobs.get("token_logprobs").get(3).doubleValue() < 0);
    JsonNode prompt = choice.get("prompt_logprobs");
    assertEquals(3, prompt.size());
    assertTrue(prompt.get(0).isNull());
    assertEquals("b", prompt.get(1).get("1").get("decoded_token").textValue());
    // Nothing but the prompt's own.
    choice =
        ok(client.post(
                COMPLETIONS, "{'prompt': 'abc', 'max_tokens': 0, 'logprobs': 0, 'echo': true}"))
            .at("/choices/0");
    assertEquals("abc", choice.get("text").textValue());
    assertEquals(3, choice.at("/logprobs/tokens").size());
    assertEquals("length", choice.get("finish_reason").textValue());
  }

  @Test
  void completionsAreStreamedTokenByToken() {
    List<JsonNode> events =
        events(
            client.post(
                COMPLETIONS,
                "{'prompt': 'abc', 'max_tokens': 6, 'stream': true, 'logprobs': 1,"
                    + " 'stream_options': {'include_usage': true}}"));
    assertEquals(7, events.size());
    assertEquals(table.continuation("abc", 6), joined(events, "/text"));
    for (int i = 0; i < 6; i++) {
      JsonNode choice = events.get(i).at("/choices/0");
      assertEquals(i == 5, choice.get("finish_reason").isTextual());
      assertEquals(1, choice.at("/logprobs/tokens").size());
      assertEquals(i, choice.at("/logprobs/text_offset/0").intValue());
      assertFalse(events.get(i).has("usage"));
    }
    assertEquals("[]", events.get(6).get("choices").toString());
    assertEquals(6, events.get(6).at("/usage/completion_tokens").intValue());
    assertEquals(3, events.get(6).at("/usage/prompt_tokens").intValue());
    events =
        events(
            client.post(
                COMPLETIONS,
                "{'prompt': ['ab', 'xy'], 'max_tokens': 4, 'stream': true, 'n': 2, 'seed': 5,"
                    + " 'temperature': 0.01, 'echo': true, 'stream_options': {'include_usage':"
                    + " true, 'continuous_usage_stats': true}}"));
    Map<Integer, StringBuilder> texts = new TreeMap<>();
    for (JsonNode event : events) {
      assertTrue(event.has("usage"));
      for (JsonNode choice : event.get("choices")) {
        texts
            .computeIfAbsent(choice.get("index").intValue(), ignored -> new StringBuilder())
            .append(choice.get("text").textValue());
      }
    }
    String ab = "ab" + table.continuation("ab", 4);
    String xy = "xy" + table.continuation("xy", 4);
    assertEquals(
        List.of(ab, ab, xy, xy), texts.values().stream().map(StringBuilder::toString).toList());
  }

  @Test
  void charactersOfSeveralTokensAreStreamedWhole() {
    List<JsonNode> events =
        events(
            client.post(
                COMPLETIONS,
                "{'prompt': 'a', 'max_tokens': 20, 'stream': true, 'guided_regex':"
                    + " '(\u00e9){4}'}"));
    assertEquals("\u00e9\u00e9\u00e9\u00e9", joined(events, "/text"));
  }

  // ---- Chats ----

  @Test
  void chats() {
    JsonNode answer =
        ok(
            client.post(
                CHAT,
                "{'model': 'table', 'messages': [{'role': 'system', 'content': 'be nice'},"
                    + " {'role': 'user', 'content': [{'type': 'text', 'text': 'one'},"
                    + " {'type': 'text', 'text': 'two'}]}], 'max_completion_tokens': 7,"
                    + " 'logprobs': true, 'top_logprobs': 3}"));
    String prompt = "system: be nice\nuser: one\ntwo\nassistant: ";
    JsonNode choice = answer.at("/choices/0");
    assertEquals("chat.completion", answer.get("object").textValue());
    assertEquals("assistant", choice.at("/message/role").textValue());
    assertEquals(table.continuation(prompt, 7), choice.at("/message/content").textValue());
    assertEquals("length", choice.get("finish_reason").textValue());
    assertEquals(prompt.length(), answer.at("/usage/prompt_tokens").intValue());
    JsonNode logprobs = choice.at("/logprobs/content");
    assertEquals(7, logprobs.size());
    assertEquals(3, logprobs.get(0).get("top_logprobs").size());
    assertEquals(
        choice.at("/message/content").textValue().codePointAt(0),
        logprobs.get(0).get("bytes").get(0).intValue());
    assertTrue(logprobs.get(0).get("logprob").doubleValue() < 0);
    // Without a limit the context is the limit.
    answer = ok(client.post(CHAT, "{'messages': [{'role': 'user', 'content': 'x'}]}"));
    assertEquals(ServedTable.CONTEXT, answer.at("/usage/total_tokens").intValue());
    answer =
        ok(
            client.post(
                CHAT,
                "{'messages': [{'role': 'user', 'content': 'x'}, {'role': 'assistant', 'content':"
                    + " 'abc'}], 'continue_final_message': true, 'echo': true, 'max_tokens': 3}"));
    assertEquals(
        "abc" + table.continuation("abc", 3), answer.at("/choices/0/message/content").textValue());
  }

  @Test
  void chatsAreStreamedWithRoleTextAndReason() {
    List<JsonNode> events =
        events(
            client.post(
                CHAT,
                "{'messages': [{'role': 'user', 'content': 'x'}], 'max_tokens': 5, 'stream': true,"
                    + " 'stream_options': {'include_usage': true}}"));
    assertEquals(1 + 5 + 1, events.size());
    assertEquals("assistant", events.get(0).at("/choices/0/delta/role").textValue());
    assertEquals("", events.get(0).at("/choices/0/delta/content").textValue());
    assertEquals(table.continuation("user: x\nassistant: ", 5), joined(events, "/delta/content"));
    assertEquals("length", events.get(5).at("/choices/0/finish_reason").textValue());
    assertTrue(events.get(4).at("/choices/0/finish_reason").isNull());
    assertEquals(5, events.get(6).at("/usage/completion_tokens").intValue());
    for (JsonNode event : events) {
      assertEquals("chat.completion.chunk", event.get("object").textValue());
      assertEquals(events.getFirst().get("id"), event.get("id"));
    }
  }

  @ParameterizedTest
  @CsvSource({"false", "true"})
  void toolsAreCalled(boolean stream) {
    // What the model "decides" is forced by an expression.
    String call =
        "<tool_call>\\\\{'name': 'weather', 'arguments': \\\\{'city': 'oslo'\\\\}\\\\}</tool_call>";
    String request =
        "{'messages': [{'role': 'user', 'content': 'x'}], 'max_tokens': 150, 'stream': %s, %s, %s}";
    JsonNode calls =
        toolCalls(
            stream,
            request.formatted(
                stream,
                TOOLS,
                "'guided_regex': '" + call.replace("'", "\\\"") + "', 'tool_choice': 'auto'"),
            "tool_calls");
    assertEquals(1, calls.size());
    assertEquals("weather", calls.get(0).at("/function/name").textValue());
    assertEquals("{\"city\":\"oslo\"}", calls.get(0).at("/function/arguments").textValue());
    assertEquals("function", calls.get(0).get("type").textValue());
    calls =
        toolCalls(
            stream,
            request.formatted(
                stream,
                TOOLS,
                "'tool_choice': {'type': 'function', 'function': {'name': 'weather'}}"),
            "stop");
    assertEquals("weather", calls.get(0).at("/function/name").textValue());
    String city =
        Client.parse(calls.get(0).at("/function/arguments").textValue()).get("city").textValue();
    assertTrue(List.of("oslo", "rome").contains(city), city);
    calls =
        toolCalls(
            stream,
            request.formatted(
                stream, TOOLS, "'tool_choice': 'required', 'parallel_tool_calls': false"),
            "tool_calls");
    assertEquals(1, calls.size());
    assertEquals("weather", calls.get(0).at("/function/name").textValue());
  }

  private JsonNode toolCalls(boolean stream, String request, String reason) {
    Client.Answer answer = client.post(CHAT, request);
    if (!stream) {
      JsonNode choice = ok(answer).at("/choices/0");
      assertEquals(reason, choice.get("finish_reason").textValue(), choice.toString());
      assertTrue(choice.at("/message/content").isNull(), choice.toString());
      return choice.at("/message/tool_calls");
    }
    List<JsonNode> events = events(answer);
    assertEquals("", joined(events, "/delta/content"));
    assertEquals(
        reason, events.getLast().at("/choices/0/finish_reason").textValue(), events.toString());
    JsonNode calls = Json.array();
    for (JsonNode event : events) {
      event
          .at("/choices/0/delta/tool_calls")
          .forEach(each -> ((com.fasterxml.jackson.databind.node.ArrayNode) calls).add(each));
    }
    assertEquals(0, calls.get(0).get("index").intValue());
    return calls;
  }

  @Test
  void callsAndTheirAnswersAreMessages() {
    JsonNode answer =
        ok(
            client.post(
                CHAT,
                "{'messages': [{'role': 'user', 'content': 'x'}, {'role': 'assistant',"
                    + " 'tool_calls': [{'id': '1', 'type': 'function', 'function': {'name':"
                    + " 'weather', 'arguments': '{\\\"city\\\": \\\"rome\\\"}'}}]},"
                    + " {'role': 'tool', 'tool_call_id': '1', 'content': 'rain'}],"
                    + " 'max_tokens': 3}"));
    assertEquals(
        "user: x\nassistant: \nrome\ntool: rain\nassistant: ".length(),
        answer.at("/usage/prompt_tokens").intValue());
  }

  @Test
  void answersHaveTheFormThatIsAskedFor() {
    String[] forms = {
      "'response_format': {'type': 'json_schema', 'json_schema': {'name': 'x', 'schema': {'type':"
          + " 'object', 'properties': {'a': {'enum': [7]}}, 'required': ['a'],"
          + " 'additionalProperties': false}}}",
      "'guided_json': {'type': 'object', 'properties': {'a': {'enum': [7]}}, 'required': ['a'],"
          + " 'additionalProperties': false}",
    };
    for (String form : forms) {
      JsonNode answer =
          ok(
              client.post(
                  CHAT,
                  "{'messages': [{'role': 'user', 'content': 'x'}], 'max_tokens': 100, %s}"
                      .formatted(form)));
      String text = answer.at("/choices/0/message/content").textValue();
      assertEquals("{\"a\":7}", Client.parse(text).toString());
      assertEquals("stop", answer.at("/choices/0/finish_reason").textValue());
    }
    JsonNode choice =
        ok(client.post(
                COMPLETIONS, "{'prompt': 'x', 'structured_outputs': {'choice': ['yes', 'no']}}"))
            .at("/choices/0");
    assertTrue(List.of("yes", "no").contains(choice.get("text").textValue()), choice.toString());
  }

  // ---- Other endpoints ----

  @Test
  void tokensModelsHealthAndVersion() {
    JsonNode tokens = ok(client.post("/tokenize", "{'prompt': 'abc', 'return_token_strs': true}"));
    assertEquals(
        "{\"count\":3,\"max_model_len\":256,\"tokens\":[0,1,2],\"token_strs\":[\"a\",\"b\",\"c\"]}",
        tokens.toString());
    tokens = ok(client.post("/tokenize", "{'messages': [{'role': 'user', 'content': 'x'}]}"));
    assertEquals("user: x\nassistant: ".length(), tokens.get("count").intValue());
    assertEquals(
        "{\"prompt\":\"abc\"}", ok(client.post("/detokenize", "{'tokens': [0, 1, 2]}")).toString());
    JsonNode model = ok(client.get("/v1/models")).at("/data/0");
    assertEquals("table", model.get("id").textValue());
    assertEquals(256, model.get("max_model_len").intValue());
    assertEquals(model, ok(client.get("/v1/models/table")));
    assertEquals(404, client.get("/v1/models/other").status());
    assertEquals(200, client.get("/health").status());
    assertEquals(200, client.get("/ping").status());
    assertEquals(200, client.post("/ping", "").status());
    assertEquals("{\"version\":\"1.2.3\"}", ok(client.get("/version")).toString());
    Client.Answer page = client.get("/");
    assertEquals(200, page.status());
    String policy = page.header("content-security-policy");
    assertTrue(policy.contains("default-src 'none'") && policy.contains("'sha256-"), policy);
    assertFalse(page.response().body().contains("http"), "the page refers to elsewhere");
    Client.Answer embeddings = client.post("/v1/embeddings", "{'input': 'abc'}");
    assertEquals(400, embeddings.status());
    assertTrue(embeddings.error().get("message").textValue().contains("no model for embeddings"));
  }

  @Test
  void metricsHaveVllmsNames() {
    ok(client.post(COMPLETIONS, "{'prompt': 'abc', 'max_tokens': 5}"));
    Client.Answer answer = client.get("/metrics");
    assertEquals("text/plain; version=0.0.4; charset=utf-8", answer.header("content-type"));
    String text = answer.response().body();
    String labels = "{engine=\"0\",model_name=\"table\"";
    assertFalse(text.contains("_max{") || text.contains("_max "), text);
    for (String line :
        List.of(
            "vllm:num_requests_running" + labels + "} 0.0",
            "vllm:num_requests_waiting" + labels + "} 0.0",
            "vllm:kv_cache_usage_perc" + labels + "} 0.0",
            "vllm:prompt_tokens_total" + labels + "} 3.0",
            "vllm:generation_tokens_total" + labels + "} 5.0",
            "vllm:prefix_cache_queries_total" + labels + "} 3.0",
            "vllm:prefix_cache_hits_total" + labels + "} 0.0",
            "vllm:num_preemptions_total" + labels + "} 0.0",
            "vllm:request_success_total{engine=\"0\",finished_reason=\"length\",model_name=\"table\"}"
                + " 1.0",
            "vllm:time_to_first_token_seconds_bucket" + labels + ",le=\"2560.0\"} 1",
            "vllm:inter_token_latency_seconds_count" + labels + "} 4",
            "vllm:e2e_request_latency_seconds_bucket" + labels + ",le=\"0.3\"} 1",
            "vllm:request_queue_time_seconds_count" + labels + "} 1",
            "vllm:request_prefill_time_seconds_count" + labels + "} 1",
            "vllm:request_decode_time_seconds_count" + labels + "} 1",
            "vllm:request_inference_time_seconds_count" + labels + "} 1",
            "vllm:request_prompt_tokens_bucket" + labels + ",le=\"5.0\"} 1",
            "vllm:request_generation_tokens_sum" + labels + "} 5.0",
            "vllm:request_max_num_generation_tokens_sum" + labels + "} 5.0",
            "vllm:request_params_n_sum" + labels + "} 1.0",
            "vllm:request_params_max_tokens_sum" + labels + "} 5.0",
            "vllm:iteration_tokens_total_sum" + labels + "} 7.0",
            "http_requests_total{handler=\"/v1/completions\",method=\"POST\",status=\"2xx\"}"
                + " 1.0")) {
      assertTrue(text.contains("\n" + line), line + "\nis not in\n" + text);
    }
  }

  // ---- Errors ----

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'prompt': 'a', 'temperature': -1}|temperature|temperature is -1, expected a number, at"
            + " least 0",
        "{'prompt': 'a', 'temperature': '1'}|temperature|temperature is the text \"1\", expected a"
            + " number",
        "{'prompt': 'a', 'n': 100000}|n|n is 100000, expected a whole number from 1 to 128",
        "{'prompt': 'a', 'n': 2}|n|n is 2, expected 1: with temperature 0",
        "{'prompt': ['a', 'b'], 'n': 100, 'temperature': 1}|n|are 200 texts, expected at most 128",
        "{'prompt': 'a', 'best_of': 2, 'n': 3, 'temperature': 1}|best_of|best_of is 2, expected a"
            + " whole number from 3 to 128",
        "{'prompt': 'a', 'max_tokens': 0}|max_tokens|max_tokens is 0",
        "{'prompt': 'a', 'max_tokens': 1.5}|max_tokens|max_tokens is 1.5",
        "{'prompt': 'a', 'max_tokens': 300}|max_tokens|the prompt has 1 tokens, and max_tokens is"
            + " 300: together 301, expected at most 256",
        "{'prompt': 'a', 'top_p': 0}|top_p|top_p is 0, expected a number above 0",
        "{'prompt': 'a', 'top_p': 2}|top_p|top_p is 2, expected a number from 0 to 1",
        "{'prompt': 'a', 'top_k': -2}|top_k|top_k is -2",
        "{'prompt': 'a', 'min_p': 1.5}|min_p|min_p is 1.5",
        "{'prompt': 'a', 'presence_penalty': 3}|presence_penalty|presence_penalty is 3, expected a"
            + " number from -2 to 2",
        "{'prompt': 'a', 'repetition_penalty': 0}|repetition_penalty|repetition_penalty is 0",
        "{'prompt': 'a', 'allowed_token_ids': []}|allowed_token_ids|allowed_token_ids has 0 tokens",
        "{'prompt': 'a', 'structured_outputs': {}}|structured_outputs|structured_outputs has none"
            + " of",
        "{'prompt': 'a', 'structured_outputs': {'bogus': 1}}|structured_outputs|structured_outputs"
            + " has none of json",
        "{'prompt': 'a', 'structured_outputs': {'choice': []}}|structured_outputs.choice"
            + "|structured_outputs.choice has 0 texts",
        "{'prompt': 'a', 'guided_choice': []}|guided_choice|guided_choice has 0 texts",
        "{'prompt': 'a', 'logprobs': 21}|logprobs|logprobs is 21, expected a whole number from 0 to"
            + " 20",
        "{'prompt': 'a', 'logprobs': true}|logprobs|logprobs is true",
        "{'prompt': 'a', 'logit_bias': {'x': 1}}|logit_bias|logit_bias has the key \"x\", expected"
            + " token ids from 0 to 63",
        "{'prompt': 'a', 'logit_bias': {'64': 1}}|logit_bias|logit_bias has the key \"64\"",
        "{'prompt': 'a', 'logit_bias': {'1': 101}}|logit_bias.1|logit_bias.1 is 101",
        "{'prompt': 'a', 'stop': ['x', '']}|stop|stop[1] is empty",
        "{'prompt': 'a', 'stop': 5}|stop|stop is 5, expected a text or a list of texts",
        "{'prompt': 'a', 'min_tokens': 17}|min_tokens|min_tokens is 17, expected a whole number"
            + " from 0 to 16",
        "{'prompt': 'a', 'seed': 1e30}|seed|seed is 1.0E30",
        "{'prompt': 'a', 'stream': 1}|stream|stream is 1, expected true or false",
        "{'prompt': 'a', 'stream_options': {'include_usage': true}}|stream_options|stream is not"
            + " true",
        "{'prompt': 'a', 'suffix': 'b'}|suffix|fills no gaps",
        "{'prompt': 'a', 'use_beam_search': true}|use_beam_search|no beam search",
        "{'prompt': 'a', 'guided_grammar': 'x'}|guided_grammar|not supported",
        "{'prompt': 'a', 'guided_regex': '('}|guided_regex|guided_regex: ",
        "{'prompt': 'a', 'guided_regex': 'a', 'guided_choice': ['a']}|guided_choice|expected one of"
            + " them",
        "{'prompt': 'a', 'allowed_token_ids': [64]}|allowed_token_ids[0]|allowed_token_ids[0] is"
            + " 64",
        "{'prompt': 'a', 'model': 'gpt-4'}|model|the model \"gpt-4\" does not exist",
        "{'prompt': 'a', 'model': 5}|model|model is 5, expected a text",
        "{'prompt': ''}|prompt|prompt has no tokens",
        "{'prompt': []}|prompt|prompt is a list of 0",
        "{'prompt': [[]]}|prompt|prompt[0] is a list of 0",
        "{'prompt': [1, 99]}|prompt[1]|prompt[1] is 99, expected a whole number from 0 to 63",
        "{'prompt': {}}|prompt|prompt is an object",
        "{}|prompt|prompt is missing",
      })
  void completionsNameTheFieldThatIsWrong(String body, String param, String message)
      throws InterruptedException {
    assertWrong(COMPLETIONS, body, param, message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{}|messages|messages is missing",
        "{'messages': []}|messages|messages is a list of 0, expected at least one message",
        "{'messages': 'hi'}|messages|messages is the text \"hi\", expected a list",
        "{'messages': ['hi']}|messages[0]|messages[0] is the text \"hi\", expected an object",
        "{'messages': [{'role': 'user'}]}|messages[0].content|messages[0].content is missing",
        "{'messages': [{'role': 'king', 'content': 'x'}]}|messages[0].role|messages[0].role is the"
            + " text \"king\"",
        "{'messages': [{'role': 'user', 'content': 5}]}|messages[0].content|messages[0].content is"
            + " 5",
        "{'messages': [{'role': 'user', 'content': [{'type':"
            + " 'image_url'}]}]}|messages[0].content[0].type|reads nothing else",
        "{'messages': [{'role': 'user', 'content': 'x'}], 'top_logprobs': 2}|top_logprobs|logprobs"
            + " is not true",
        "{'messages': [{'role': 'user', 'content': 'x'}], 'max_completion_tokens':"
            + " 0}|max_completion_tokens|max_completion_tokens is 0",
        "{'messages': [{'role': 'user', 'content': 'x'}], 'tool_choice':"
            + " 'required'}|tool_choice|there are no tools",
        "{'messages': [{'role': 'user', 'content': 'x'}], 'tools': [{'type':"
            + " 'magic'}]}|tools[0].type|tools[0].type is",
        "{'messages': [{'role': 'user', 'content': 'x'}], 'functions': [{}]}|functions|replaced by"
            + " tools",
        "{'messages': [{'role': 'user', 'content': 'x'}], 'response_format': {'type':"
            + " 'xml'}}|response_format.type|response_format.type is",
        "{'messages': [{'role': 'user', 'content': 'x'}], 'response_format': {'type':"
            + " 'json_schema'}}|response_format.json_schema|is missing",
        "{'messages': [{'role': 'user', 'content': 'x'}], 'response_format': {'type':"
            + " 'json_schema', 'json_schema': {'schema': {'type':"
            + " 'magic'}}}}|response_format.json_schema.schema|response_format.json_schema.schema:"
            + " ",
        "{'messages': [{'role': 'user', 'content': 'x'}], 'chat_template': 'x'}|chat_template|its"
            + " own template",
      })
  void chatsNameTheFieldThatIsWrong(String body, String param, String message)
      throws InterruptedException {
    assertWrong(CHAT, body, param, message);
  }

  private void assertWrong(String path, String body, String param, String message)
      throws InterruptedException {
    Client.Answer answer = client.post(path, body);
    JsonNode error = answer.error();
    assertEquals(
        error.get("code").textValue().equals("model_not_found") ? 404 : 400, answer.status());
    assertEquals("invalid_request_error", error.get("type").textValue());
    assertEquals(param, error.get("param").textValue(), error.toString());
    String said = error.get("message").textValue();
    assertTrue(said.contains(message), said);
    await("its end", () -> server.activeRequests() == 0);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{|not JSON: it ends too early (line 1, column 2)",
        "{'prompt': 'a|not JSON: it ends too early (line 1, column 14)",
        "{'a': tru|not JSON: 'tru' is no value",
        "{'a': [1,\\n2|not JSON: it ends too early (line 2, column 2)",
        "{'a': }|not JSON: '}' is not expected here",
        "{'a': 1 'b': 2}|stands where a comma is expected (line 1, column 9)",
        "{'a': 1]|']' stands where '}' is expected (line 1, column 8)",
        "{'a': 1, 'a': 2}|not JSON: the name 'a' stands twice (line 1, column 13)",
        "{'a': NaN}|not JSON: 'NaN' is no value (line 1, column 10)",
        "{'a': -Infinity}|not JSON: '-Infinity' is no value (line 1, column 16)",
        "{'a': +1}|not JSON: '+' is not expected here (line 1, column 8)",
        "{'a': 01}|not JSON: a number has zeros before it (line 1, column 8)",
        "{'a': NINES}|not JSON: a number has 2000 characters, at most 1000 are read"
            + " (line 1, column",
        "{'a': NESTED}|not JSON: values are nested 1001 deep, at most 1000 are read"
            + " (line 1, column",
        "// comment\\n{}|not JSON: '/' is not expected here (line 1, column 1)",
        "{} {}|not JSON: something follows the value (line 1, column 4)",
        "{}]|not JSON: ']' closes nothing",
        "nonsense|not JSON: 'nonsense' is no value",
        "[1]|the body is a list of 1, expected an object",
        "``|the body is empty, expected an object",
      })
  void bodiesThatAreNoJsonAreToldWhereTheyAreWrong(String body, String message) {
    Client.Answer answer =
        client.post(
            COMPLETIONS,
            body.replace("\\n", "\n")
                .replace("NINES", "9".repeat(2000))
                .replace("NESTED", "[".repeat(5000)));
    assertEquals(400, answer.status(), body);
    assertEquals("invalid_json", answer.error().get("code").textValue());
    assertTrue(answer.error().get("param").isNull());
    String said = answer.error().get("message").textValue();
    assertTrue(said.contains(message), said);
    assertEquals(1, said.lines().count(), said);
    for (String internal : List.of("Source", "REDACTED", "Feature", "`", "Stream", "jackson")) {
      assertFalse(said.contains(internal), said);
    }
  }

  @Test
  void bodiesThatAreNeitherUtf8NorCalledJson() {
    byte[] invalidUtf8 = "{\"prompt\": \"a?\"}".getBytes(StandardCharsets.ISO_8859_1);
    invalidUtf8[13] = (byte) 0xff;
    assertEquals(
        "the body is not UTF-8: byte 13 is 0xff",
        client.postBytes(COMPLETIONS, invalidUtf8).error().get("message").textValue());
    byte[] cut = {'{', '"', (byte) 0xe2, (byte) 0x82};
    assertEquals(
        "the body is not UTF-8: byte 2 is 0xe2",
        client.postBytes(COMPLETIONS, cut).error().get("message").textValue());
    Client.Answer type =
        client.send(
            HttpRequest.newBuilder(client.request(COMPLETIONS).build().uri())
                .POST(HttpRequest.BodyPublishers.ofString("{}")));
    assertEquals(415, type.status());
    assertEquals(404, client.get("/nothing").status());
    // A half of a pair of surrogates is no character, and comes back as "?".
    Client.Answer half =
        client.post(COMPLETIONS, "{'prompt': 'a\\ud800', 'echo': true, 'max_tokens': 1}");
    assertTrue(half.status() == 200 || half.status() == 400, half.response().body());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "GET|/v1/completions|POST",
        "PATCH|/v1/chat/completions|POST",
        "POST|/health|GET",
        "DELETE|/ping|GET, POST",
        "OPTIONS|/v1/models|GET",
        "POST|/v1/models/table|GET",
        "BREW|/v1/models/other|GET",
      })
  void otherMethodsAreToldWhichThereAre(String method, String path, String allowed) {
    Client.Answer answer =
        client.send(client.request(path).method(method, HttpRequest.BodyPublishers.ofString("{}")));
    assertEquals(405, answer.status());
    assertEquals(allowed, answer.header("allow"));
    assertEquals("method_not_allowed", answer.error().get("code").textValue());
    String label = method.equals("BREW") ? "other" : method;
    String metrics = client.get("/metrics").response().body();
    assertTrue(metrics.contains("method=\"%s\",status=\"4xx\"".formatted(label)), metrics);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "nonsense\\r\\n\\r\\n|400|malformed_request",
        "\u0016\u0003\u0001hello\\r\\n\\r\\n|400|malformed_request",
        "GET / HTTP/x.y\\r\\n\\r\\n|400|malformed_request",
        "GET / HTTP/1.1\\r\\nno header\\r\\n\\r\\n|400|malformed_request",
        "GET / HTTP/1.1\\r\\nHost: x\\r\\nbad name: y\\r\\n\\r\\n|400|malformed_request",
        "POST /tokenize HTTP/1.1\\r\\nContent-Length: many\\r\\n\\r\\n{}|400|malformed_request",
        "POST /tokenize HTTP/1.1\\r\\nContent-Length: -1\\r\\n\\r\\n{}|400|malformed_request",
        "POST /tokenize HTTP/1.1\\r\\nContent-Length: 2\\r\\nContent-Length:"
            + " 3\\r\\n\\r\\n{}|400|malformed_request",
        "POST /tokenize HTTP/1.1\\r\\nContent-Type: application/json\\r\\nTransfer-Encoding:"
            + " chunked\\r\\n\\r\\nsize\\r\\n{}\\r\\n|400|malformed_request",
        "GET /LONG HTTP/1.1\\r\\n\\r\\n|414|uri_too_long",
        "GET / HTTP/1.1\\r\\nx: LONG\\r\\n\\r\\n|431|headers_too_large",
      })
  void whatIsNoHttpIsAnsweredAndTheConnectionClosed(String request, int status, String code)
      throws IOException {
    String bytes =
        request.replace("\\r", "\r").replace("\\n", "\n").replace("LONG", "a".repeat(100_000));
    // Alone, and behind a request that is being answered.
    String before = "GET /version HTTP/1.1\r\nHost: x\r\n\r\n";
    try (Socket alone = new Socket("127.0.0.1", server.port());
        Socket behind = new Socket("127.0.0.1", server.port())) {
      alone.getOutputStream().write(bytes.getBytes(StandardCharsets.ISO_8859_1));
      behind.getOutputStream().write((before + bytes).getBytes(StandardCharsets.ISO_8859_1));
      assertRefused(alone, status, code);
      assertTrue(assertRefused(behind, status, code).startsWith("HTTP/1.1 200 "));
    }
    assertEquals(0, server.activeRequests());
    String metrics = client.get("/metrics").response().body();
    double counted =
        metrics
            .lines()
            .filter(line -> line.startsWith("http_requests_total{") && line.contains("\"4xx\""))
            .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
            .sum();
    assertEquals(2, counted, metrics);
  }

  /** Checks the last answer, and that the connection ends; returns what came before. */
  private static String assertRefused(Socket socket, int status, String code) throws IOException {
    socket.setSoTimeout(10_000);
    String all = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    int begin = all.lastIndexOf("HTTP/1.", all.indexOf("{\"error\""));
    String answer = all.substring(begin);
    assertEquals(Integer.toString(status), answer.split(" ")[1], all);
    assertTrue(answer.contains("\r\nconnection: close\r\n"), answer);
    JsonNode error = Client.parse(answer.split("\r\n\r\n", 2)[1]).get("error");
    assertEquals(code, error.get("code").textValue());
    return all.substring(0, begin);
  }

  @Test
  void unknownFieldsAreIgnored() {
    ok(client.post(COMPLETIONS, "{'prompt': 'a', 'magic': [1, 2], 'user': 'me', 'n': null}"));
  }

  // ---- Limits ----

  @Test
  void bodiesHaveALimit() throws IOException {
    restart(config().maxBodyBytes(1000));
    String body = "{'prompt': '" + "a".repeat(1000) + "'}";
    Client.Answer answer = client.post(COMPLETIONS, body);
    assertEquals(413, answer.status());
    assertTrue(
        answer.error().get("message").textValue().contains("1014 bytes, expected at most 1000"),
        answer.error().toString());
    // Without a length, in chunks.
    try (Socket socket = new Socket("127.0.0.1", server.port())) {
      String head =
          "POST /v1/completions HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
              + "Transfer-Encoding: chunked\r\n\r\n";
      String chunk = "258\r\n" + "a".repeat(0x258) + "\r\n";
      socket.getOutputStream().write((head + chunk + chunk).getBytes(StandardCharsets.US_ASCII));
      socket.setSoTimeout(10_000);
      assertTrue(line(socket.getInputStream()).contains(" 413 "));
      socket.getInputStream().readAllBytes(); // ends: what would follow is not read
    }
    assertEquals(0, server.activeRequests());
    ok(client.post(COMPLETIONS, "{'prompt': 'a'}"));
  }

  @Test
  void bodiesThatDoNotComeAreNotWaitedFor() throws Exception {
    restart(config().clientTimeout(Duration.ofMillis(200)));
    try (Socket socket = new Socket("127.0.0.1", server.port())) {
      socket
          .getOutputStream()
          .write(
              ("POST /v1/completions HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                      + "Content-Length: 100\r\n\r\n{")
                  .getBytes(StandardCharsets.US_ASCII));
      assertTrue(line(socket.getInputStream()).contains(" 408 "));
    }
    assertEquals(0, server.activeRequests());
  }

  private static String line(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = in.read(); c >= 0 && c != '\n'; c = in.read()) {
      line.append((char) c);
    }
    return line.toString();
  }

  @Test
  void whatLeavesNoTokenIsTheClientsMistake() throws Exception {
    Client.Answer answer =
        client.post(
            COMPLETIONS,
            "{'prompt': 'a', 'allowed_token_ids': [5], 'stop_token_ids': [5], 'min_tokens': 2}");
    assertEquals(400, answer.status());
    String message = answer.error().get("message").textValue();
    assertTrue(
        message.startsWith("no token may follow after 0 new ones: allowed_token_ids"), message);
  }

  @Test
  void aStreamThatFailsSaysSoAndEnds() throws Exception {
    Client.Answer answer =
        client.post(
            COMPLETIONS,
            "{'prompt': 'a', 'stream': true, 'structured_outputs': {'regex': 'aab'}, 'bad_words':"
                + " ['b']}");
    assertEquals(200, answer.status());
    List<String> lines = answer.response().body().lines().filter(line -> !line.isEmpty()).toList();
    assertEquals("data: [DONE]", lines.getLast());
    String error = lines.get(lines.size() - 2);
    assertTrue(error.contains("no token may follow after 2 new ones"), error);
  }

  @Test
  void aFullQueueRefusesAndSaysWhenToComeAgain() throws Exception {
    throttle.held = true;
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Client.Answer>> answers = new ArrayList<>();
      for (int i = 0; i < 24; i++) {
        answers.add(
            threads.submit(() -> client.post(COMPLETIONS, "{'prompt': 'a', 'max_tokens': 20}")));
      }
      // Four run, and three wait.
      await("refusals", () -> answers.stream().filter(Future::isDone).count() >= 24 - 7);
      throttle.held = false;
      Map<Integer, Integer> statuses = new TreeMap<>();
      for (Future<Client.Answer> answer : answers) {
        statuses.merge(answer.get().status(), 1, Integer::sum);
        if (answer.get().status() != 200) {
          assertEquals("1", answer.get().header("retry-after"));
          assertEquals("server_overloaded", answer.get().error().get("code").textValue());
        }
      }
      assertEquals(List.of(200, 429), List.copyOf(statuses.keySet()));
      assertEquals(7, statuses.get(200), statuses.toString());
    }
    ok(client.post(COMPLETIONS, "{'prompt': 'a'}"));
  }

  @Test
  void atMostSoManyRequestsAreAnsweredAtATime() throws Exception {
    restart(config().maxRequests(2));
    throttle.held = true;
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Callable<Client.Answer> slow =
          () -> client.post(COMPLETIONS, "{'prompt': 'a', 'max_tokens': 50}");
      List<Future<Client.Answer>> two = List.of(threads.submit(slow), threads.submit(slow));
      await("two requests", () -> server.activeRequests() == 2);
      Client.Answer third = slow.call();
      assertEquals(429, third.status());
      assertNotNull(third.header("retry-after"));
      assertEquals(200, client.get("/health").status());
      throttle.held = false;
      for (Future<Client.Answer> answer : two) {
        assertEquals(200, answer.get().status());
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"false", "true"})
  void aClientThatGoesCancelsItsRequest(boolean stream) throws Exception {
    throttle.millis = 100; // twenty seconds, unless it is cancelled
    String body =
        """
        {"prompt": "a", "max_tokens": 200, "n": 2, "temperature": 1, "ignore_eos": true, "stream": %s}\
        """
            .formatted(stream);
    try (Socket socket = new Socket("127.0.0.1", server.port())) {
      complete(socket, "x", body);
      if (stream) {
        assertTrue(line(socket.getInputStream()).contains(" 200 "));
      }
      await("it runs", () -> table.engine().stats().running() == 2);
    }
    await("it is cancelled", () -> table.engine().stats().running() == 0);
    await("its answer has ended", () -> server.activeRequests() == 0);
    EngineStats stats = table.engine().stats();
    assertTrue(stats.generationTokens() < 400, stats.toString());
    assertEquals(0, stats.usedBlocks());
    throttle.millis = 0;
    ok(client.post(COMPLETIONS, "{'prompt': 'a'}"));
  }

  /** Sends a request of that name, and does not wait for the answer. */
  private static void complete(Socket socket, String id, String body) throws IOException {
    String head =
        "POST /v1/completions HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
            + "X-Request-Id: %s\r\nContent-Length: %d\r\n\r\n";
    socket
        .getOutputStream()
        .write((head.formatted(id, body.length()) + body).getBytes(StandardCharsets.US_ASCII));
  }

  @Test
  void drainingFinishesWhatRunsAndRefusesWhatComes() throws Exception {
    throttle.held = true;
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<Client.Answer> running =
          threads.submit(
              () -> client.post(COMPLETIONS, "{'prompt': 'a', 'max_tokens': 60, 'stream': true}"));
      await("it runs", () -> table.engine().stats().running() == 1);
      Future<Boolean> drained = threads.submit(() -> server.drain(Duration.ofSeconds(30)));
      await("it drains", () -> client.get("/health").status() == 503);
      Client.Answer refused = client.post(COMPLETIONS, "{'prompt': 'a'}");
      assertEquals(503, refused.status());
      assertEquals("1", refused.header("retry-after"));
      assertEquals("service_unavailable", refused.error().get("code").textValue());
      throttle.held = false;
      assertTrue(drained.get());
      assertEquals(60, running.get().events().size());
    }
  }

  @Test
  void whatDoesNotEndInTimeIsTold() throws Exception {
    throttle.millis = 100;
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<Client.Answer> running =
          threads.submit(() -> client.post(COMPLETIONS, "{'prompt': 'a', 'max_tokens': 250}"));
      await("it runs", () -> table.engine().stats().running() == 1);
      assertFalse(server.drain(Duration.ofMillis(100)));
      table.engine().close();
      assertEquals(503, running.get().status());
    }
  }

  // ---- Keys, names, isolation ----

  @Test
  void withAKeyNothingIsToldWithoutIt() throws IOException {
    restart(config().apiKey("sesame"));
    for (String header : new String[] {null, "Bearer open", "Bearer ", "Basic sesame", "sesame"}) {
      HttpRequest.Builder request =
          client
              .request(COMPLETIONS)
              .POST(HttpRequest.BodyPublishers.ofString("{\"prompt\":\"a\"}"));
      if (header != null) {
        request.header("authorization", header);
      }
      Client.Answer answer = client.send(request);
      assertEquals(401, answer.status());
      assertEquals("invalid_api_key", answer.error().get("code").textValue());
      assertFalse(answer.response().body().contains("sesame"));
    }
    assertEquals(401, client.get("/v1/models").status());
    assertEquals(401, client.post("/tokenize", "{}").status());
    assertEquals(200, client.get("/health").status());
    assertEquals(200, client.get("/").status());
    Client.Answer answer =
        client.send(
            client
                .request(COMPLETIONS)
                .header("authorization", "bearer sesame")
                .POST(HttpRequest.BodyPublishers.ofString("{\"prompt\":\"a\"}")));
    assertEquals(200, answer.status());
    assertFalse(config().apiKey("sesame").build().toString().contains("sesame"));
  }

  @Test
  void requestsHaveTheNameThatTheClientGives() {
    HttpRequest.BodyPublisher body = HttpRequest.BodyPublishers.ofString("{\"prompt\":\"a\"}");
    Client.Answer answer =
        client.send(client.request(COMPLETIONS).header("x-request-id", "mine").POST(body));
    assertEquals("mine", answer.header("x-request-id"));
    assertEquals("cmpl-mine", answer.json().get("id").textValue());
    answer =
        client.send(client.request(COMPLETIONS).header("x-request-id", "a".repeat(200)).POST(body));
    assertEquals(32, answer.header("x-request-id").length());
    assertNull(answer.header("access-control-allow-origin"));
  }

  @Test
  void requestsOfOneNameAreNotTakenForEachOther() throws Exception {
    throttle.millis = 50; // ten seconds, unless it is told to go on
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Map<String, Future<Client.Answer>> answers = new TreeMap<>();
      for (String prompt : List.of("a", "x")) {
        HttpRequest.Builder request =
            client
                .request(COMPLETIONS)
                .header("x-request-id", "twin")
                .POST(
                    HttpRequest.BodyPublishers.ofString(
                        "{\"prompt\": \"%s\", \"max_tokens\": 200}".formatted(prompt)));
        answers.put(prompt, threads.submit(() -> client.send(request)));
      }
      try (Socket socket = new Socket("127.0.0.1", server.port())) {
        complete(socket, "twin", "{\"prompt\": \"q\", \"max_tokens\": 200}");
        await("all run", () -> table.engine().stats().running() == 3);
      }
      await("one is cancelled", () -> table.engine().stats().running() == 2);
      throttle.millis = 0;
      for (Map.Entry<String, Future<Client.Answer>> each : answers.entrySet()) {
        Client.Answer answer = each.getValue().get();
        assertEquals("twin", answer.header("x-request-id"));
        assertEquals(
            table.continuation(each.getKey(), 200), ok(answer).at("/choices/0/text").textValue());
      }
    }
  }

  @Test
  void pagesOfOtherOriginsAreAllowedByName() throws IOException {
    Client.Answer answer =
        client.send(client.request("/v1/models").header("origin", "https://a.example").GET());
    assertNull(answer.header("access-control-allow-origin"));
    restart(config().allowedOrigins(List.of("https://a.example")));
    answer = client.send(client.request("/v1/models").header("origin", "https://a.example").GET());
    assertEquals("https://a.example", answer.header("access-control-allow-origin"));
    answer = client.send(client.request("/v1/models").header("origin", "https://b.example").GET());
    assertNull(answer.header("access-control-allow-origin"));
    answer =
        client.send(
            client
                .request(COMPLETIONS)
                .header("origin", "https://a.example")
                .header("access-control-request-method", "POST")
                .method("OPTIONS", HttpRequest.BodyPublishers.noBody()));
    assertEquals(204, answer.status());
    assertTrue(answer.header("access-control-allow-headers").contains("authorization"));
  }

  @Test
  void requestsAtTheSameTimeGetTheirOwn() throws Exception {
    String letters = "abcdefghijklmnopqrstuvwxyz";
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> all = new ArrayList<>();
      for (int i = 0; i < 100; i++) {
        String prompt = letters.substring(i % 26, i % 26 + 1);
        boolean stream = i % 2 == 0;
        all.add(threads.submit(() -> assertOwn(prompt, stream)));
      }
      for (Future<?> each : all) {
        each.get();
      }
    }
    assertEquals(0, table.engine().stats().usedBlocks());
  }

  private void assertOwn(String prompt, boolean stream) {
    while (true) {
      Client.Answer answer =
          client.post(
              COMPLETIONS,
              "{'prompt': '%s', 'max_tokens': 30, 'stream': %s}".formatted(prompt, stream));
      if (answer.status() == 429) {
        continue;
      }
      assertEquals(200, answer.status());
      assertEquals(
          table.continuation(prompt, 30),
          stream
              ? joined(answer.events(), "/text")
              : answer.json().at("/choices/0/text").textValue());
      return;
    }
  }
}
