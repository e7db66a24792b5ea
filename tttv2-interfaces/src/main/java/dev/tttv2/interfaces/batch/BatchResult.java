// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces.batch;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tttv2.interfaces.server.ApiAnswer;
import java.util.UUID;

/**
 * A line of a batch's output, in the form of OpenAI's {@code BatchRequestOutput}. A request that
 * was refused or failed has a {@code response} with the status and body that it has over HTTP, and
 * {@code error} is null; a line that is no request has {@code response} null and an {@code error}
 * with the fields of the errors of OpenAI's {@code Batch}: {@code code}, {@code message}, {@code
 * param}, {@code line}. (vLLM's {@code run_batch} puts the former's body into {@code error}, and
 * ends at the latter.)
 *
 * @param json the line, without line feed
 * @param ok whether the request has what it asked for
 * @param promptTokens tokens of the prompts
 * @param completionTokens new tokens
 */
public record BatchResult(String json, boolean ok, long promptTokens, long completionTokens) {
  /** What every line begins with. */
  static final String BEGIN = "{\"id\":\"batch_req_";

  private static String head(String id, BatchLine line) {
    return "%s%s\",\"custom_id\":%s,\"response\":"
        .formatted(BEGIN, id, line.customId().map(BatchResult::quoted).orElse("null"));
  }

  private static String quoted(String text) {
    return JsonNodeFactory.instance.textNode(text).toString();
  }

  /** Makes a name for a request. */
  static String newId() {
    return UUID.randomUUID().toString().replace("-", "");
  }

  /**
   * Wraps an answer.
   *
   * @param id the request's name in the engine
   */
  static BatchResult of(BatchRequest request, String id, ApiAnswer answer) {
    String json =
        "%s{\"status_code\":%d,\"request_id\":\"%s\",\"body\":%s},\"error\":null}"
            .formatted(head(id, request), answer.status(), id, answer.json());
    return new BatchResult(json, answer.isOk(), answer.promptTokens(), answer.completionTokens());
  }

  /** Tells what is wrong with a line. */
  static BatchResult of(BatchLineError line) {
    ObjectNode error =
        JsonNodeFactory.instance
            .objectNode()
            .put("code", line.code())
            .put("message", line.message())
            .put("param", line.param().orElse(null))
            .put("line", line.number());
    return new BatchResult(
        "%snull,\"error\":%s}".formatted(head(newId(), line), error), false, 0, 0);
  }
}
