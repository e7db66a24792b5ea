// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tttv2.interfaces.FinishReason;
import dev.tttv2.interfaces.Generation;
import dev.tttv2.interfaces.Prompt;
import dev.tttv2.interfaces.Request;
import dev.tttv2.interfaces.RequestOutput;
import dev.tttv2.interfaces.SamplingParams;
import dev.tttv2.interfaces.Token;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/** {@code POST /v1/completions}. */
final class CompletionEndpoint implements Inference.Reader {
  /** New tokens of a request that does not say how many. */
  private static final int DEFAULT_TOKENS = 16;

  private final ServedModel served;
  private final Generations generations;
  private final Logprobs logprobs;

  CompletionEndpoint(ServedModel served, Generations generations) {
    this.served = served;
    this.generations = generations;
    this.logprobs = new Logprobs(served);
  }

  @Override
  public Inference read(Requester requester, Fields fields) {
    return new Call(requester, fields);
  }

  /** One request. */
  private final class Call implements Inference {
    private final Requester requester;
    private final List<int[]> prompts;
    private final List<String> promptTexts = new ArrayList<>();
    private final SamplingParams sampling;
    private final Streaming streaming;
    private final boolean echo;
    private final boolean echoAlone; // no new tokens are wanted
    private final boolean tokenIds;
    private final OptionalInt topLogprobs;
    private final List<Request> requests = new ArrayList<>();

    private Call(Requester requester, Fields fields) {
      this.requester = requester;
      served.checkModel(fields);
      boolean addSpecial = fields.flag("add_special_tokens", true);
      prompts = prompts(fields, addSpecial);
      streaming = Streaming.of(fields);
      echo = fields.flag("echo", false);
      tokenIds = fields.flag("return_token_ids", false);
      int wanted =
          fields.integer("max_tokens", echo ? 0 : 1, Integer.MAX_VALUE).orElse(DEFAULT_TOKENS);
      echoAlone = wanted == 0;
      int maxTokens =
          SamplingFields.maxTokens(
              "max_tokens",
              OptionalInt.of(Math.max(wanted, 1)),
              prompts,
              served.engine().maxContext());
      SamplingParams.Builder builder = served.sampling(fields, prompts.size(), maxTokens);
      topLogprobs =
          fields.integer(
              "logprobs", 0, Math.min(served.config().maxLogprobs(), served.vocabSize()));
      topLogprobs.ifPresent(builder::logprobs);
      if (echo) {
        topLogprobs.ifPresent(builder::promptLogprobs);
      }
      sampling = ServedModel.build(builder);
      if (streaming.wanted() && sampling.bestOf() > sampling.n()) {
        throw ApiException.invalid(
            "best_of",
            "best_of is %d and n %d, expected the same: the best are known at the end, and stream is true"
                .formatted(sampling.bestOf(), sampling.n()));
      }
      fields.refuse("suffix", "the model continues prompts, it fills no gaps");
      fields.refuse("prompt_embeds", "prompts are texts or token ids");
      int priority = fields.integer("priority", Integer.MIN_VALUE, Integer.MAX_VALUE).orElse(0);
      String salt = fields.text("cache_salt").orElse("");
      for (int i = 0; i < prompts.size(); i++) {
        requests.add(
            new Request(
                requester.engineId(i), Prompt.tokens(prompts.get(i)), sampling, priority, salt));
      }
    }

    private List<int[]> prompts(Fields fields, boolean addSpecial) {
      JsonNode prompt = fields.required("prompt");
      List<int[]> all = new ArrayList<>();
      if (prompt.isTextual() || SamplingFields.isIds(prompt)) {
        all.add(prompt(fields, "prompt", prompt, addSpecial));
      } else if (prompt.isArray() && !prompt.isEmpty()) {
        if (prompt.size() > served.config().maxChoices()) {
          throw fields.unexpected(
              "prompt", "at most %d prompts".formatted(served.config().maxChoices()));
        }
        for (JsonNode each : prompt) {
          all.add(prompt(fields, "prompt[%d]".formatted(all.size()), each, addSpecial));
        }
      } else {
        throw fields.unexpected("prompt", "a text, token ids, or a list of them");
      }
      return all;
    }

    private int[] prompt(Fields fields, String path, JsonNode prompt, boolean addSpecial) {
      if (prompt.isTextual()) {
        promptTexts.add(prompt.textValue());
        return served.encode(path, prompt.textValue(), addSpecial);
      }
      if (!SamplingFields.isIds(prompt)) {
        throw ApiException.invalid(
            "prompt", "%s is %s, expected a text or token ids".formatted(path, Json.kind(prompt)));
      }
      int[] ids = fields.ids(path, prompt, served.vocabSize());
      promptTexts.add(served.tokenizer().decode(ids, false));
      return ids;
    }

    @Override
    public void describe(RequestLog log) {
      log.generation(prompts.stream().mapToInt(ids -> ids.length).sum(), sampling, promptTexts);
    }

    private ObjectNode answerHead(String object) {
      return Json.object()
          .put("id", "cmpl-" + requester.id())
          .put("object", object)
          .put("created", System.currentTimeMillis() / 1000)
          .put("model", served.config().modelName());
    }

    // ---- At once ----

    @Override
    public ObjectNode answer() {
      List<RequestOutput> outputs =
          generations.run(requester, requests, Generations.TokenSink.NONE);
      ObjectNode answer = answerHead("text_completion");
      ArrayNode choices = answer.putArray("choices");
      int completion = 0;
      for (int i = 0; i < outputs.size(); i++) {
        for (Generation text : outputs.get(i).outputs()) {
          choices.add(choice(i, choices.size(), text));
          completion += echoAlone ? 0 : text.tokens().size();
        }
      }
      answer.set("usage", Usage.of(outputs, completion));
      return answer;
    }

    private ObjectNode choice(int prompt, int index, Generation generation) {
      Choice choice = Choice.of(served, sampling, index, generation);
      FinishReason reason = echoAlone ? FinishReason.LENGTH : generation.finishReason();
      ObjectNode json =
          Json.object()
              .put("index", index)
              .put(
                  "text", (echo ? promptTexts.get(prompt) : "") + (echoAlone ? "" : choice.text()));
      json.set("logprobs", logprobs(prompt, generation));
      json.put("finish_reason", Choice.reason(reason));
      json.set("stop_reason", choice.stopReason(reason));
      if (sampling.promptLogprobs().isPresent()) {
        json.set("prompt_logprobs", logprobs.prompt(generation.promptLogprobs()));
      }
      if (tokenIds) {
        json.set("token_ids", ids(choice.tokens()));
        json.set("prompt_token_ids", ids(generation.promptTokens()));
      }
      return json;
    }

    private JsonNode logprobs(int prompt, Generation generation) {
      if (topLogprobs.isEmpty()) {
        return Json.NODES.nullNode();
      }
      Logprobs.Completion lists = logprobs.new Completion(topLogprobs.getAsInt(), 0);
      if (echo) {
        lists.addFirst(prompts.get(prompt)[0]);
        generation.promptLogprobs().forEach(lists::add);
      }
      if (!echoAlone) {
        generation.logprobs().forEach(lists::add);
      }
      return lists.json();
    }

    // ---- Token by token ----

    @Override
    public boolean isStreamed() {
      return streaming.wanted();
    }

    @Override
    public void stream(EventStream events) {
      if (echo && topLogprobs.isPresent()) {
        throw ApiException.unsupported(
            "echo", "echo with logprobs cannot be streamed: those of the prompt come at the end");
      }
      Choice[] choices = new Choice[prompts.size() * sampling.n()];
      int[] offsets = new int[choices.length];
      for (int i = 0; i < choices.length; i++) {
        choices[i] = new Choice(served, sampling, i);
      }
      List<RequestOutput> outputs =
          events.run(
              () ->
                  generations.run(
                      requester,
                      requests,
                      (prompt, token) -> {
                        int index = prompt * sampling.n() + token.sample();
                        events.send(chunk(prompt, choices[index], token, offsets));
                      }));
      int completion =
          echoAlone ? 0 : outputs.stream().mapToInt(RequestOutput::generatedTokens).sum();
      if (streaming.usage()) {
        ObjectNode last = answerHead("text_completion");
        last.putArray("choices");
        last.set("usage", Usage.of(outputs, completion));
        events.send(last);
      }
      events.end();
    }

    private ObjectNode chunk(int prompt, Choice choice, Token token, int[] offsets) {
      choice.append(token);
      String begin = echo && token.index() == 0 ? promptTexts.get(prompt) : "";
      ObjectNode chunk = answerHead("text_completion");
      ObjectNode json =
          chunk
              .putArray("choices")
              .addObject()
              .put("index", choice.index())
              .put("text", echoAlone ? begin : begin + token.text());
      if (token.logprobs().isPresent()) {
        Logprobs.Completion lists =
            logprobs.new Completion(topLogprobs.getAsInt(), offsets[choice.index()]);
        lists.add(token.logprobs().get());
        offsets[choice.index()] = lists.offset();
        json.set("logprobs", lists.json());
      } else {
        json.putNull("logprobs");
      }
      if (token.finishReason().isPresent()) {
        FinishReason reason = echoAlone ? FinishReason.LENGTH : token.finishReason().get();
        json.put("finish_reason", Choice.reason(reason));
        json.set("stop_reason", choice.stopReason(reason));
      } else {
        json.putNull("finish_reason");
        json.putNull("stop_reason");
      }
      if (tokenIds) {
        json.set("token_ids", ids(List.of(token.id())));
        if (token.index() == 0) {
          ArrayNode promptIds = json.putArray("prompt_token_ids");
          for (int id : prompts.get(prompt)) {
            promptIds.add(id);
          }
        }
      }
      if (streaming.continuousUsage()) {
        chunk.set(
            "usage", Usage.of(prompts.get(prompt).length, echoAlone ? 0 : choice.tokens().size()));
      }
      return chunk;
    }
  }

  static ArrayNode ids(List<Integer> tokens) {
    ArrayNode ids = Json.array();
    tokens.forEach(ids::add);
    return ids;
  }
}
