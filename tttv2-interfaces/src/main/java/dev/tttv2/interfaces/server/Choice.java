// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces.server;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tttv2.interfaces.FinishReason;
import dev.tttv2.interfaces.Generation;
import dev.tttv2.interfaces.SamplingParams;
import dev.tttv2.interfaces.Token;
import java.util.ArrayList;
import java.util.List;

/** One of the texts of an answer, as it grows. */
final class Choice {
  private final ServedModel served;
  private final SamplingParams sampling;
  private final int index;
  private final List<Integer> tokens = new ArrayList<>();
  private final StringBuilder text = new StringBuilder();

  Choice(ServedModel served, SamplingParams sampling, int index) {
    this.served = served;
    this.sampling = sampling;
    this.index = index;
  }

  /** Returns a text that is whole. */
  static Choice of(ServedModel served, SamplingParams sampling, int index, Generation generation) {
    Choice choice = new Choice(served, sampling, index);
    choice.tokens.addAll(generation.tokens());
    choice.text.append(generation.text().orElse(""));
    return choice;
  }

  /** Returns why a text ended, as vLLM says it. */
  static String reason(FinishReason reason) {
    return reason == FinishReason.CANCELLED ? "abort" : reason.label();
  }

  int index() {
    return index;
  }

  void append(Token token) {
    tokens.add(token.id());
    text.append(token.text());
  }

  List<Integer> tokens() {
    return tokens;
  }

  String text() {
    return text.toString();
  }

  /**
   * Returns what ended the text, as vLLM's {@code stop_reason}: a stop string or stop token that
   * the request names; null if it was neither.
   */
  JsonNode stopReason(FinishReason reason) {
    if (reason != FinishReason.STOP || tokens.isEmpty()) {
      return Json.NODES.nullNode();
    }
    int last = tokens.getLast();
    if (sampling.stopTokens().contains(last)) {
      return Json.NODES.numberNode(last);
    }
    int[] ids = tokens.stream().mapToInt(Integer::intValue).toArray();
    String whole = served.tokenizer().decode(ids, sampling.skipSpecialTokens());
    String rest = whole.substring(Math.min(text.length(), whole.length()));
    return sampling.stop().stream()
        .filter(
            stop ->
                sampling.includeStopInOutput()
                    ? text.toString().endsWith(stop)
                    : rest.startsWith(stop))
        // The one that was complete first.
        .min((a, b) -> Integer.compare(a.length(), b.length()))
        .<JsonNode>map(Json.NODES::textNode)
        .orElse(Json.NODES.nullNode());
  }
}
