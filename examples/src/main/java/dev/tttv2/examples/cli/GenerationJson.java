// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.examples.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.tttv2.interfaces.Generation;
import dev.tttv2.interfaces.TokenLogprob;
import dev.tttv2.interfaces.TokenLogprobs;
import java.io.IOException;
import java.util.List;

/** What generate prints of a text with --json. */
final class GenerationJson {
  private GenerationJson() {}

  /**
   * Writes the fields.
   *
   * @param several whether a prompt has several texts
   */
  static void write(JsonGenerator object, Generation generation, boolean several)
      throws IOException {
    if (several) {
      object.writeNumberField("prompt", generation.prompt());
      object.writeNumberField("sample", generation.sample());
    }
    writeIds(object, "prompt_tokens", generation.promptTokens());
    writeIds(object, "tokens", generation.tokens());
    object.writeStringField("text", generation.text().orElse(null));
    object.writeStringField("finish_reason", generation.finishReason().label());
    if (generation.cumulativeLogprob().isPresent()) {
      JsonLine.number(object, "cumulative_logprob", generation.cumulativeLogprob().getAsDouble());
    }
    writeLogprobs(object, "logprobs", generation.logprobs());
    writeLogprobs(object, "prompt_logprobs", generation.promptLogprobs());
    JsonLine.number(object, "ttft_ms", generation.stats().ttftMillis());
    JsonLine.number(object, "prefill_tokens_per_s", generation.stats().prefillTokensPerSecond());
    JsonLine.number(object, "decode_tokens_per_s", generation.stats().decodeTokensPerSecond());
    JsonLine.number(object, "peak_rss_mb", ProcessMemory.peakMegabytes());
  }

  private static void writeIds(JsonGenerator object, String name, List<Integer> ids)
      throws IOException {
    object.writeArrayFieldStart(name);
    for (int id : ids) {
      object.writeNumber(id);
    }
    object.writeEndArray();
  }

  private static void writeLogprobs(JsonGenerator object, String name, List<TokenLogprobs> logprobs)
      throws IOException {
    if (logprobs.isEmpty()) {
      return;
    }
    object.writeArrayFieldStart(name);
    for (TokenLogprobs token : logprobs) {
      object.writeStartObject();
      write(object, token.chosen());
      object.writeArrayFieldStart("top");
      for (TokenLogprob top : token.top()) {
        object.writeStartObject();
        write(object, top);
        object.writeEndObject();
      }
      object.writeEndArray();
      object.writeEndObject();
    }
    object.writeEndArray();
  }

  private static void write(JsonGenerator object, TokenLogprob token) throws IOException {
    object.writeNumberField("token", token.token());
    JsonLine.number(object, "logprob", token.logprob());
    object.writeNumberField("rank", token.rank());
  }
}
