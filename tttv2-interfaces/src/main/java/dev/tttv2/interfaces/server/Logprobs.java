// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tttv2.interfaces.TokenLogprob;
import dev.tttv2.interfaces.TokenLogprobs;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Log-probabilities in the forms of the API. */
final class Logprobs {
  /** The least value there is: JSON has no infinity. vLLM's choice. */
  private static final double LEAST = -9999;

  private final ServedModel served;

  Logprobs(ServedModel served) {
    this.served = served;
  }

  private static double finite(double logprob) {
    return Math.max(logprob, LEAST);
  }

  /** Returns the {@code logprobs} of a chat's choice. */
  ObjectNode chat(List<TokenLogprobs> tokens) {
    ObjectNode logprobs = Json.object();
    ArrayNode content = logprobs.putArray("content");
    for (TokenLogprobs token : tokens) {
      ObjectNode entry = entry(token.chosen());
      ArrayNode top = entry.putArray("top_logprobs");
      token.top().forEach(each -> top.add(entry(each)));
      content.add(entry);
    }
    return logprobs;
  }

  private ObjectNode entry(TokenLogprob token) {
    String text = served.text(token.token());
    ObjectNode entry = Json.object().put("token", text).put("logprob", finite(token.logprob()));
    ArrayNode bytes = entry.putArray("bytes");
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      bytes.add(b & 0xff);
    }
    return entry;
  }

  /** Returns vLLM's {@code prompt_logprobs}: null for the first token, which follows nothing. */
  ArrayNode prompt(List<TokenLogprobs> tokens) {
    ArrayNode list = Json.array().addNull();
    for (TokenLogprobs token : tokens) {
      ObjectNode position = list.addObject();
      List<TokenLogprob> all = new ArrayList<>(List.of(token.chosen()));
      all.addAll(token.top());
      for (TokenLogprob each : all) {
        position
            .putObject(Integer.toString(each.token()))
            .put("logprob", finite(each.logprob()))
            .put("rank", each.rank())
            .put("decoded_token", served.text(each.token()));
      }
    }
    return list;
  }

  /** The {@code logprobs} of a completion's choice: four lists side by side. */
  final class Completion {
    private final ArrayNode texts = Json.array();
    private final ArrayNode logprobs = Json.array();
    private final ArrayNode top = Json.array();
    private final ArrayNode offsets = Json.array();
    private final boolean withTop;
    private int offset;

    /**
     * Makes empty lists.
     *
     * @param wanted how many of the likeliest tokens were asked for
     * @param offset where in the text they begin
     */
    Completion(int wanted, int offset) {
      this.withTop = wanted > 0;
      this.offset = offset;
    }

    /** Adds a token that follows nothing, so that it has no probability. */
    void addFirst(int token) {
      add(served.text(token), Json.NODES.nullNode(), Json.NODES.nullNode());
    }

    void add(TokenLogprobs token) {
      JsonNode likeliest = Json.NODES.nullNode();
      if (withTop) {
        ObjectNode values = Json.object();
        values.put(served.text(token.chosen().token()), finite(token.chosen().logprob()));
        for (TokenLogprob each : token.top()) {
          values.put(served.text(each.token()), finite(each.logprob()));
        }
        likeliest = values;
      }
      add(
          served.text(token.chosen().token()),
          Json.NODES.numberNode(finite(token.chosen().logprob())),
          likeliest);
    }

    private void add(String text, JsonNode logprob, JsonNode likeliest) {
      texts.add(text);
      logprobs.add(logprob);
      top.add(likeliest);
      offsets.add(offset);
      offset += text.length();
    }

    /** Returns where in the text the next token begins. */
    int offset() {
      return offset;
    }

    ObjectNode json() {
      ObjectNode json = Json.object();
      json.set("text_offset", offsets);
      json.set("token_logprobs", logprobs);
      json.set("tokens", texts);
      json.set("top_logprobs", withTop ? top : Json.NODES.nullNode());
      return json;
    }
  }
}
