// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces.server;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tttv2.interfaces.SamplingParams;
import dev.tttv2.interfaces.Tokenizer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/** Reads the sampling parameters that completions and chats have in common. */
final class SamplingFields {
  /** OpenAI's limit of biases and penalties. */
  private static final double MAX_BIAS = 100;

  private static final double MAX_PENALTY = 2;

  private final ServerConfig config;
  private final Tokenizer tokenizer;
  private final int vocabSize;

  SamplingFields(ServerConfig config, Tokenizer tokenizer, int vocabSize) {
    this.config = config;
    this.tokenizer = tokenizer;
    this.vocabSize = vocabSize;
  }

  /**
   * Reads the fields.
   *
   * @param prompts how many prompts the request has
   * @param maxTokens how many new tokens there may be
   * @throws ApiException if one is out of range
   */
  SamplingParams.Builder read(Fields fields, int prompts, int maxTokens) {
    SamplingDefaults defaults = config.defaults();
    double temperature = fields.number("temperature", 0, Double.MAX_VALUE, defaults.temperature());
    SamplingParams.Builder sampling =
        SamplingParams.builder()
            .order(SamplingParams.FilterOrder.VLLM)
            .maxTokens(maxTokens)
            .temperature(temperature)
            .topK(topK(fields))
            .topP(fields.positive("top_p", 1, defaults.topP()))
            .minP(fields.number("min_p", 0, 1, defaults.minP()))
            .repetitionPenalty(
                fields.number(
                    "repetition_penalty",
                    SamplingParams.LEAST_REPETITION_PENALTY,
                    SamplingParams.MOST_REPETITION_PENALTY,
                    defaults.repetitionPenalty()))
            .presencePenalty(fields.number("presence_penalty", -MAX_PENALTY, MAX_PENALTY, 0))
            .frequencyPenalty(fields.number("frequency_penalty", -MAX_PENALTY, MAX_PENALTY, 0))
            .minTokens(fields.integer("min_tokens", 0, maxTokens).orElse(0))
            .stop(stop(fields))
            .stopTokens(fields.ids("stop_token_ids", vocabSize))
            .ignoreEos(fields.flag("ignore_eos", false))
            .skipSpecialTokens(fields.flag("skip_special_tokens", true))
            .includeStopInOutput(fields.flag("include_stop_str_in_output", false))
            .logitBias(logitBias(fields))
            .bannedTokens(bannedTokens(fields));
    readCounts(fields, prompts, temperature == 0, sampling);
    fields.integer("seed", Long.MIN_VALUE, Long.MAX_VALUE).ifPresent(sampling::seed);
    List<Integer> allowed = fields.ids("allowed_token_ids", vocabSize);
    if (!allowed.isEmpty()) {
      sampling.allowedTokens(allowed);
    } else if (fields.value("allowed_token_ids").isPresent()) {
      throw ApiException.invalid(
          fields.path("allowed_token_ids"), "allowed_token_ids has 0 tokens, expected at least 1");
    }
    fields.integer("prompt_logprobs", 0, maxLogprobs()).ifPresent(sampling::promptLogprobs);
    fields.refuse("use_beam_search", "there is no beam search");
    fields.refuse("logits_processors", "a request cannot bring code");
    fields.refuse("truncate_prompt_tokens", "prompts are not cut");
    fields.ignore("user", "store", "metadata", "service_tier", "spaces_between_special_tokens");
    return sampling;
  }

  /** Returns how many of the likeliest tokens may be asked for. */
  int maxLogprobs() {
    return Math.min(config.maxLogprobs(), vocabSize);
  }

  private int topK(Fields fields) {
    int topK = fields.integer("top_k", -1, Integer.MAX_VALUE).orElse(config.defaults().topK());
    return Math.max(topK, 0); // -1 means all, as 0 does
  }

  private void readCounts(
      Fields fields, int prompts, boolean greedy, SamplingParams.Builder sampling) {
    int n = fields.integer("n", 1, config.maxChoices()).orElse(1);
    OptionalInt bestOf = fields.integer("best_of", n, config.maxChoices());
    int each = bestOf.orElse(n);
    String name = bestOf.isPresent() ? "best_of" : "n";
    if (greedy && each > 1) {
      throw fields.unexpected(name, "1: with temperature 0 all texts are the same");
    }
    if ((long) each * prompts > config.maxChoices()) {
      throw ApiException.invalid(
          fields.path(name),
          "%d prompts with %s %d are %d texts, expected at most %d"
              .formatted(prompts, name, each, (long) each * prompts, config.maxChoices()));
    }
    sampling.n(n);
    bestOf.ifPresent(sampling::bestOf);
  }

  private static List<String> stop(Fields fields) {
    List<String> stop = fields.textOrTexts("stop");
    int empty = stop.indexOf("");
    if (empty >= 0) {
      throw ApiException.invalid(
          fields.path("stop"), "stop[%d] is empty, expected a text".formatted(empty));
    }
    return stop;
  }

  private Map<Integer, Double> logitBias(Fields fields) {
    Map<Integer, Double> biases = new LinkedHashMap<>();
    fields
        .object("logit_bias")
        .ifPresent(
            members -> {
              for (String name : members.names()) {
                biases.put(token(members, name), members.number(name, -MAX_BIAS, MAX_BIAS, 0));
              }
            });
    return biases;
  }

  private int token(Fields biases, String name) {
    try {
      int id = Integer.parseInt(name);
      if (id >= 0 && id < vocabSize) {
        return id;
      }
    } catch (NumberFormatException e) {
      // Said below.
    }
    throw ApiException.invalid(
        "logit_bias",
        "logit_bias has the key \"%s\", expected token ids from 0 to %d"
            .formatted(Fields.excerpt(name), vocabSize - 1));
  }

  /** Returns the tokens of bad words, at the beginning of a text and behind a blank, as vLLM. */
  private List<List<Integer>> bannedTokens(Fields fields) {
    List<List<Integer>> banned = new ArrayList<>();
    for (String word : fields.texts("bad_words")) {
      List<Integer> plain = tokens(word);
      if (plain.isEmpty()) {
        throw ApiException.invalid("bad_words", "bad_words has a word without tokens");
      }
      banned.add(plain);
      List<Integer> inside = tokens(" " + word.stripLeading());
      if (inside.size() == plain.size() && !inside.getFirst().equals(plain.getFirst())) {
        banned.add(inside);
      }
    }
    return banned;
  }

  private List<Integer> tokens(String word) {
    List<Integer> ids = new ArrayList<>();
    for (int id : tokenizer.encode(word, false)) {
      ids.add(id);
    }
    return ids;
  }

  /**
   * Returns how many new tokens a request may have.
   *
   * @param name the field that says it, which is read already
   * @param wanted what it says; empty: as many as fit
   * @param prompts the prompts' tokens
   * @param context what the model takes, prompt and new tokens together
   * @throws ApiException if prompt and new tokens do not fit the context
   */
  static int maxTokens(String name, OptionalInt wanted, List<int[]> prompts, int context) {
    int longest = prompts.stream().mapToInt(ids -> ids.length).max().orElseThrow();
    if (longest >= context) {
      throw ApiException.contextLength(
          "prompt",
          "the prompt has %d tokens, expected at most %d: the context is %d"
              .formatted(longest, context - 1, context));
    }
    if (wanted.isPresent() && (long) longest + wanted.getAsInt() > context) {
      throw ApiException.contextLength(
          name,
          "the prompt has %d tokens, and %s is %d: together %d, expected at most %d"
              .formatted(
                  longest, name, wanted.getAsInt(), (long) longest + wanted.getAsInt(), context));
    }
    return wanted.orElse(context - longest);
  }

  /** Tells whether a value is a list of numbers, and so the ids of one prompt. */
  static boolean isIds(JsonNode value) {
    return value.isArray() && !value.isEmpty() && value.get(0).isNumber();
  }
}
