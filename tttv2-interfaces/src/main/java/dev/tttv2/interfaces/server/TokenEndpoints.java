// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces.server;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** {@code POST /tokenize} and {@code POST /detokenize}, vLLM's. */
final class TokenEndpoints {
  private final ServedModel served;

  TokenEndpoints(ServedModel served) {
    this.served = served;
  }

  /** Answers with the tokens of a text or of a conversation. */
  void tokenize(Exchange exchange, RequestLog log) {
    Fields fields = exchange.fields();
    served.checkModel(fields);
    boolean chat = fields.value("messages").isPresent();
    int[] ids;
    if (chat) {
      List<Tool> tools = Tool.of(fields);
      String text = new Conversation(fields, tools).render(ChatEndpoint.template(served));
      ids = encode("messages", text, fields.flag("add_special_tokens", false));
    } else {
      ids =
          encode("prompt", fields.requiredText("prompt"), fields.flag("add_special_tokens", true));
    }
    boolean texts = fields.flag("return_token_strs", false);
    log.unknown(fields);
    ObjectNode answer =
        Json.object().put("count", ids.length).put("max_model_len", served.engine().maxContext());
    ArrayNode tokens = answer.putArray("tokens");
    for (int id : ids) {
      tokens.add(id);
    }
    if (texts) {
      ArrayNode strings = answer.putArray("token_strs");
      for (int id : ids) {
        strings.add(served.text(id));
      }
    } else {
      answer.putNull("token_strs");
    }
    exchange.send(answer);
  }

  private int[] encode(String field, String text, boolean addSpecial) {
    try {
      return served.tokenizer().encode(text, addSpecial);
    } catch (IllegalArgumentException e) {
      throw ApiException.invalid(field, "%s: %s".formatted(field, e.getMessage()));
    }
  }

  /** Answers with the text of tokens. */
  void detokenize(Exchange exchange, RequestLog log) {
    Fields fields = exchange.fields();
    served.checkModel(fields);
    fields.required("tokens");
    int[] ids =
        fields.ids("tokens", served.vocabSize()).stream().mapToInt(Integer::intValue).toArray();
    log.unknown(fields);
    exchange.send(Json.object().put("prompt", served.tokenizer().decode(ids, false)));
  }
}
