// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces.server;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tttv2.interfaces.RequestOutput;
import java.util.List;

/** Numbers of tokens, as {@code usage}. */
final class Usage {
  private Usage() {}

  static ObjectNode of(int prompt, int completion) {
    return Json.object()
        .put("prompt_tokens", prompt)
        .put("completion_tokens", completion)
        .put("total_tokens", prompt + completion);
  }

  /** Sums up all prompts. */
  static ObjectNode of(List<RequestOutput> outputs, int completion) {
    int prompt = outputs.stream().mapToInt(output -> output.promptTokens().size()).sum();
    ObjectNode usage = of(prompt, completion);
    usage
        .putObject("prompt_tokens_details")
        .put("cached_tokens", outputs.stream().mapToInt(RequestOutput::cachedTokens).sum());
    return usage;
  }
}
