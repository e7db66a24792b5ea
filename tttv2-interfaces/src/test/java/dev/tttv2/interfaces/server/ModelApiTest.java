// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tttv2.interfaces.EngineConfig;
import dev.tttv2.interfaces.ServedTable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Bodies have the answers that they have over HTTP. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ModelApiTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  private record Case(String path, String body) {
    static Case completion(String body) {
      return new Case("/v1/completions", body.replace('\'', '"'));
    }

    static Case chat(String body) {
      return new Case(
          "/v1/chat/completions",
          body.replace("M", "'messages':[{'role':'user','content':'ab'}]").replace('\'', '"'));
    }
  }

  private static final List<Case> CASES =
      List.of(
          Case.completion("{'prompt':'abc','max_tokens':5,'ignore_eos':true}"),
          Case.completion("{'prompt':['abc',[1,2,3]],'max_tokens':5,'logprobs':2,'echo':true}"),
          Case.completion(
              "{'prompt':'abc','temperature':1,'seed':3,'n':3,'return_token_ids':true}"),
          Case.completion("{'model':'other','prompt':'abc'}"),
          Case.completion("{'prompt':'abc','max_tokens':0}"),
          Case.completion("{'prompt':'abc','prompt':'abc'}"),
          Case.completion("{'prompt':"),
          Case.completion("[]"),
          Case.completion("{'prompt':'" + "a".repeat(5000) + "'}"),
          Case.chat("{M,'max_tokens':6,'logprobs':true,'top_logprobs':2}"),
          Case.chat("{M,'max_tokens':40,'response_format':{'type':'json_object'}}"),
          Case.chat(
              "{M,'max_tokens':60,'tool_choice':'required','tools':[{'type':'function','function':"
                  + "{'name':'weather','parameters':{'type':'object','properties':{'city':{'enum':"
                  + "['oslo','rome']}},'required':['city'],'additionalProperties':false}}}]}"),
          Case.chat("{'messages':[]}"),
          Case.chat("{M,'temperature':-1}"),
          new Case("/v1/embeddings", "{\"input\":\"a\"}"));

  /** Takes out what no two answers share. */
  private static JsonNode comparable(String json) throws IOException {
    JsonNode tree = JSON.readTree(json);
    if (tree instanceof ObjectNode object) {
      object.remove(List.of("id", "created"));
    }
    tree.findParents("function").forEach(call -> ((ObjectNode) call).remove("id"));
    // The second request finds blocks of the first.
    tree.findParents("prompt_tokens_details")
        .forEach(usage -> ((ObjectNode) usage).remove("prompt_tokens_details"));
    return tree;
  }

  @Test
  void answersAreThoseOverHttp() throws IOException {
    ServerConfig config =
        ServerConfig.builder("table").port(0).defaults(new SamplingDefaults(0, 0, 1, 0, 1)).build();
    ServerMetrics metrics = new ServerMetrics("table", ServedTable.CONTEXT);
    Throttle throttle = new Throttle(metrics);
    try (ServedTable table =
            new ServedTable(
                EngineConfig.builder().numBlocks(64).maxUsers(4).stepListener(throttle).build());
        ModelServer server = ModelServer.start(table.engine(), metrics, config);
        Client client = new Client(server.port())) {
      ModelApi api = ModelApi.of(table.engine(), config);
      int ok = 0;
      for (Case each : CASES) {
        Client.Answer http = client.post(each.path(), each.body());
        ApiAnswer answer =
            api.answer(each.path(), "name", each.body().getBytes(StandardCharsets.UTF_8));
        assertEquals(http.status(), answer.status(), each.body());
        assertEquals(comparable(http.response().body()), comparable(answer.json()), each.body());
        if (answer.isOk()) {
          ok++;
          assertTrue(JSON.readTree(answer.json()).get("id").textValue().endsWith("cmpl-name"));
          assertEquals(
              http.json().at("/usage/completion_tokens").longValue(), answer.completionTokens());
          assertEquals(http.json().at("/usage/prompt_tokens").longValue(), answer.promptTokens());
          assertTrue(answer.promptTokens() > 0);
        }
      }
      assertEquals(6, ok);
      byte[] stream = "{\"prompt\":\"a\",\"stream\":true}".getBytes(StandardCharsets.UTF_8);
      assertEquals(400, api.answer("/v1/completions", "x", stream).status());
      assertThrows(IllegalArgumentException.class, () -> api.answer("/v1/x", "x", stream));
      throttle.held = true; // it cannot have ended
      Thread.currentThread().interrupt();
      ApiAnswer cancelled =
          api.answer(
              "/v1/completions",
              "x",
              "{\"prompt\":\"a\",\"max_tokens\":200,\"ignore_eos\":true}"
                  .getBytes(StandardCharsets.UTF_8));
      throttle.held = false;
      assertTrue(Thread.interrupted());
      assertTrue(cancelled.isUnavailable());
    }
  }
}
