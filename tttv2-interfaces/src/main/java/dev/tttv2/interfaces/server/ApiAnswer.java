// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces.server;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * An answer of a {@link ModelApi}.
 *
 * @param status the status that it has over HTTP: 200, or what went wrong
 * @param json the body, one line of JSON
 * @param promptTokens tokens of the prompts; 0 if it is an error
 * @param completionTokens new tokens; 0 if it is an error
 */
public record ApiAnswer(int status, String json, long promptTokens, long completionTokens) {
  static ApiAnswer of(int status, ObjectNode body) {
    return new ApiAnswer(
        status,
        Json.line(body),
        body.at("/usage/prompt_tokens").asLong(0),
        body.at("/usage/completion_tokens").asLong(0));
  }

  /** Tells whether it is what was asked for. */
  public boolean isOk() {
    return status == 200;
  }

  /**
   * Tells whether it says that the engine ends, or that the request was cancelled: the same request
   * may have an answer another time.
   */
  public boolean isUnavailable() {
    return status == 503;
  }
}
