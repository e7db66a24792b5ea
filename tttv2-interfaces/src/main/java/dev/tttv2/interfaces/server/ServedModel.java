// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces.server;

import dev.tttv2.interfaces.SamplingParams;
import dev.tttv2.interfaces.Tokenizer;
import dev.tttv2.interfaces.VLLMGenerator;
import java.time.Instant;

/**
 * The language model that is served, and what its endpoints share.
 *
 * @param engine runs requests
 * @param tokenizer text to tokens and back
 * @param config how to serve
 * @param constraints the forms of texts
 * @param created when it began to be served, in seconds since 1970
 */
record ServedModel(
    VLLMGenerator engine,
    Tokenizer tokenizer,
    ServerConfig config,
    OutputConstraints constraints,
    long created) {
  static ServedModel of(VLLMGenerator engine, ServerConfig config) {
    Tokenizer tokenizer =
        engine
            .tokenizer()
            .orElseThrow(() -> new IllegalArgumentException("the engine has no tokenizer"));
    return new ServedModel(
        engine,
        tokenizer,
        config,
        new OutputConstraints(tokenizer),
        Instant.now().getEpochSecond());
  }

  int vocabSize() {
    return engine.model().config().vocabSize();
  }

  /** Refuses a request for another model; one that names none means this one. */
  void checkModel(Fields fields) {
    fields
        .text("model")
        .filter(model -> !model.equals(config.modelName()))
        .ifPresent(
            model -> {
              throw ApiException.modelNotFound(
                  model, "the model is \"%s\"".formatted(config.modelName()));
            });
  }

  /**
   * Returns the tokens of a prompt.
   *
   * @param field where it stands
   * @throws ApiException if it has none, or more than fit the context
   */
  int[] encode(String field, String text, boolean addSpecial) {
    int[] ids;
    try {
      ids = tokenizer.encode(text, addSpecial, engine.maxContext());
    } catch (IllegalArgumentException e) {
      throw ApiException.contextLength(
          field, "%s: %s; the context is %d".formatted(field, e.getMessage(), engine.maxContext()));
    }
    if (ids.length == 0) {
      throw ApiException.invalid(field, "%s has no tokens".formatted(field));
    }
    return ids;
  }

  /** Returns the text of one token, special ones included. */
  String text(int token) {
    return tokenizer.decode(new int[] {token}, false);
  }

  /** Makes parameters of what was read. */
  static SamplingParams build(SamplingParams.Builder sampling) {
    try {
      return sampling.build();
    } catch (IllegalArgumentException e) {
      throw ApiException.invalid(null, e.getMessage());
    }
  }

  /** Reads the parameters of one request. */
  SamplingParams.Builder sampling(Fields fields, int prompts, int maxTokens) {
    SamplingParams.Builder sampling =
        new SamplingFields(config, tokenizer, vocabSize()).read(fields, prompts, maxTokens);
    constraints.read(fields).ifPresent(sampling::constraint);
    return sampling;
  }
}
