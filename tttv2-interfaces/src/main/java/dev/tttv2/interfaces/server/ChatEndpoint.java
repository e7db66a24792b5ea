// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces.server;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tttv2.interfaces.ChatTemplate;
import dev.tttv2.interfaces.FinishReason;
import dev.tttv2.interfaces.Generation;
import dev.tttv2.interfaces.Prompt;
import dev.tttv2.interfaces.Request;
import dev.tttv2.interfaces.RequestOutput;
import dev.tttv2.interfaces.SamplingParams;
import dev.tttv2.interfaces.Token;
import dev.tttv2.interfaces.TokenConstraint;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;

/** {@code POST /v1/chat/completions}. */
final class ChatEndpoint implements Inference.Reader {
  private static final String ASSISTANT = "assistant";

  private final ServedModel served;
  private final Generations generations;
  private final Logprobs logprobs;

  ChatEndpoint(ServedModel served, Generations generations) {
    this.served = served;
    this.generations = generations;
    this.logprobs = new Logprobs(served);
  }

  /** Returns the model's template. */
  static ChatTemplate template(ServedModel served) {
    return served
        .engine()
        .chatTemplate()
        .orElseThrow(() -> ApiException.unsupported("messages", "the model has no chat template"));
  }

  @Override
  public Inference read(Requester requester, Fields fields) {
    return new Call(requester, fields);
  }

  /** One request. */
  private final class Call implements Inference {
    private final Requester requester;
    private final String promptText;
    private final int[] prompt;
    private final ToolChoice tools;
    private final SamplingParams sampling;
    private final Streaming streaming;
    private final String echo; // the last message, if it is to be part of the answer
    private final boolean tokenIds;
    private final Request request;

    private Call(Requester requester, Fields fields) {
      this.requester = requester;
      served.checkModel(fields);
      fields.refuse("functions", "is replaced by tools");
      fields.refuse("function_call", "is replaced by tool_choice");
      fields.refuse("audio", "the model writes text");
      fields.ignore("modalities", "reasoning_effort", "include_reasoning", "prediction");
      tools = ToolChoice.of(fields);
      promptText = new Conversation(fields, tools.tools()).render(template(served));
      checkToolsAreTold();
      prompt = served.encode("messages", promptText, fields.flag("add_special_tokens", false));
      streaming = Streaming.of(fields);
      tokenIds = fields.flag("return_token_ids", false);
      echo = fields.flag("echo", false) ? lastContent(fields) : "";
      sampling = sampling(fields);
      request =
          new Request(
              requester.engineId(0),
              Prompt.tokens(prompt),
              sampling,
              fields.integer("priority", Integer.MIN_VALUE, Integer.MAX_VALUE).orElse(0),
              fields.text("cache_salt").orElse(""));
    }

    private void checkToolsAreTold() {
      for (Tool tool : tools.tools()) {
        if (!promptText.contains(tool.name())) {
          throw ApiException.unsupported(
              "tools", "the model's chat template does not tell the model of tools");
        }
      }
    }

    private static String lastContent(Fields fields) {
      List<Fields> messages = fields.objects("messages");
      return messages.getLast().value("content").map(value -> value.asText()).orElse("");
    }

    private SamplingParams sampling(Fields fields) {
      String name =
          fields.value("max_completion_tokens").isPresent()
              ? "max_completion_tokens"
              : "max_tokens";
      OptionalInt wanted = fields.integer(name, 1, Integer.MAX_VALUE);
      fields.ignore("max_tokens");
      int maxTokens =
          SamplingFields.maxTokens(name, wanted, List.of(prompt), served.engine().maxContext());
      SamplingParams.Builder builder = served.sampling(fields, 1, maxTokens);
      boolean withLogprobs = fields.flag("logprobs", false);
      OptionalInt top =
          fields.integer(
              "top_logprobs", 0, Math.min(served.config().maxLogprobs(), served.vocabSize()));
      if (top.orElse(0) > 0 && !withLogprobs) {
        throw ApiException.invalid(
            "top_logprobs",
            "top_logprobs is %d, but logprobs is not true".formatted(top.getAsInt()));
      }
      if (withLogprobs) {
        builder.logprobs(top.orElse(0));
      }
      if (tools.kind() == ToolChoice.Kind.AUTO) {
        builder.skipSpecialTokens(false); // the format of calls may have some
      }
      Optional<TokenConstraint> constraint = tools.constraint(served.constraints());
      if (constraint.isPresent() && ServedModel.build(builder).constraint().isPresent()) {
        throw ApiException.invalid(
            "response_format",
            "response_format and tool_choice both say what the text's form is, expected one of"
                + " them");
      }
      constraint.ifPresent(builder::constraint);
      SamplingParams params = ServedModel.build(builder);
      if (streaming.wanted() && params.bestOf() > params.n()) {
        throw ApiException.invalid(
            "best_of",
            "best_of is %d and n %d, expected the same: the best are known at the end, and stream is true"
                .formatted(params.bestOf(), params.n()));
      }
      return params;
    }

    @Override
    public void describe(RequestLog log) {
      log.generation(prompt.length, sampling, List.of(promptText));
    }

    private ObjectNode answerHead(String object) {
      return Json.object()
          .put("id", "chatcmpl-" + requester.id())
          .put("object", object)
          .put("created", System.currentTimeMillis() / 1000)
          .put("model", served.config().modelName());
    }

    // ---- At once ----

    @Override
    public ObjectNode answer() {
      RequestOutput output =
          generations.run(requester, List.of(request), Generations.TokenSink.NONE).getFirst();
      ObjectNode answer = answerHead("chat.completion");
      ArrayNode choices = answer.putArray("choices");
      for (Generation text : output.outputs()) {
        choices.add(choice(choices.size(), text));
      }
      answer.set("usage", Usage.of(List.of(output), output.generatedTokens()));
      if (sampling.promptLogprobs().isPresent()) {
        answer.set(
            "prompt_logprobs", logprobs.prompt(output.outputs().getFirst().promptLogprobs()));
      }
      if (tokenIds) {
        answer.set("prompt_token_ids", CompletionEndpoint.ids(output.promptTokens()));
      }
      return answer;
    }

    private ObjectNode choice(int index, Generation generation) {
      Choice choice = Choice.of(served, sampling, index, generation);
      ToolCallParser parser = ToolCallParser.of(tools, promptText);
      ToolCallParser.Piece first = parser.accept(choice.text());
      ToolCallParser.Piece last = parser.end();
      List<ToolCallParser.Call> calls = new ArrayList<>(first.calls());
      calls.addAll(last.calls());
      String content = echo + first.text() + last.text();
      ObjectNode json = Json.object().put("index", index);
      ObjectNode message = json.putObject("message").put("role", ASSISTANT);
      if (content.isBlank() && !calls.isEmpty()) {
        message.putNull("content");
      } else {
        message.put("content", content);
      }
      message.putNull("refusal");
      if (!calls.isEmpty()) {
        ArrayNode list = message.putArray("tool_calls");
        for (ToolCallParser.Call call : tools.parallel() ? calls : calls.subList(0, 1)) {
          list.add(toolCall(call));
        }
      }
      if (sampling.logprobs().isPresent()) {
        json.set("logprobs", logprobs.chat(generation.logprobs()));
      } else {
        json.putNull("logprobs");
      }
      json.put("finish_reason", finishReason(generation.finishReason(), !calls.isEmpty()));
      json.set("stop_reason", choice.stopReason(generation.finishReason()));
      if (tokenIds) {
        json.set("token_ids", CompletionEndpoint.ids(choice.tokens()));
      }
      return json;
    }

    private static ObjectNode toolCall(ToolCallParser.Call call) {
      ObjectNode json =
          Json.object()
              .put("id", "chatcmpl-tool-" + UUID.randomUUID().toString().replace("-", ""))
              .put("type", "function");
      json.putObject("function").put("name", call.name()).put("arguments", call.arguments());
      return json;
    }

    /** As OpenAI: a text that was forced to be one tool's call has ended by itself. */
    private String finishReason(FinishReason reason, boolean called) {
      boolean forced = tools.kind() == ToolChoice.Kind.NAMED;
      return called && !forced && reason == FinishReason.STOP
          ? "tool_calls"
          : Choice.reason(reason);
    }

    // ---- Token by token ----

    @Override
    public boolean isStreamed() {
      return streaming.wanted();
    }

    @Override
    public void stream(EventStream events) {
      List<StreamedChoice> choices = new ArrayList<>();
      for (int i = 0; i < sampling.n(); i++) {
        choices.add(new StreamedChoice(i));
      }
      List<RequestOutput> outputs =
          events.run(
              () ->
                  generations.run(
                      requester,
                      List.of(request),
                      (ignored, token) -> choices.get(token.sample()).send(events, token)));
      if (streaming.usage()) {
        ObjectNode last = answerHead("chat.completion.chunk");
        last.putArray("choices");
        last.set("usage", Usage.of(outputs, outputs.getFirst().generatedTokens()));
        events.send(last);
      }
      events.end();
    }

    /** One of the texts, as it is sent. The listener's thread alone uses it. */
    private final class StreamedChoice {
      private final Choice choice;
      private final ToolCallParser parser = ToolCallParser.of(tools, promptText);
      private int calls;

      private StreamedChoice(int index) {
        choice = new Choice(served, sampling, index);
      }

      private void send(EventStream events, Token token) {
        if (token.index() == 0) {
          ObjectNode begin = chunk();
          ObjectNode json = (ObjectNode) begin.get("choices").get(0);
          json.putObject("delta").put("role", ASSISTANT).put("content", echo);
          json.putNull("logprobs");
          json.putNull("finish_reason");
          events.send(begin);
        }
        choice.append(token);
        ToolCallParser.Piece piece = parser.accept(token.text());
        ObjectNode chunk = chunk();
        ObjectNode json = (ObjectNode) chunk.get("choices").get(0);
        ObjectNode delta = json.putObject("delta");
        String content = piece.text();
        List<ToolCallParser.Call> found = new ArrayList<>(piece.calls());
        if (token.finishReason().isPresent()) {
          ToolCallParser.Piece last = parser.end();
          content += last.text();
          found.addAll(last.calls());
        }
        if (found.isEmpty() || !content.isEmpty()) {
          delta.put("content", content);
        }
        addCalls(delta, found);
        if (token.logprobs().isPresent()) {
          json.set("logprobs", logprobs.chat(List.of(token.logprobs().get())));
        } else {
          json.putNull("logprobs");
        }
        Optional<FinishReason> reason = token.finishReason();
        json.put("finish_reason", reason.map(r -> finishReason(r, calls > 0)).orElse(null));
        reason.ifPresent(r -> json.set("stop_reason", choice.stopReason(r)));
        if (tokenIds) {
          json.set("token_ids", CompletionEndpoint.ids(List.of(token.id())));
        }
        events.send(chunk);
      }

      private void addCalls(ObjectNode delta, List<ToolCallParser.Call> found) {
        for (ToolCallParser.Call call : found) {
          if (calls > 0 && !tools.parallel()) {
            return;
          }
          ObjectNode json = Json.object().put("index", calls++);
          json.setAll(toolCall(call));
          delta.withArray("tool_calls").add(json);
        }
      }

      private ObjectNode chunk() {
        ObjectNode chunk = answerHead("chat.completion.chunk");
        chunk.putArray("choices").addObject().put("index", choice.index());
        if (streaming.continuousUsage()) {
          chunk.set("usage", Usage.of(prompt.length, choice.tokens().size()));
        }
        return chunk;
      }
    }
  }
}
