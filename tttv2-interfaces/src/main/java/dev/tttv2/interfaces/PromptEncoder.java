// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Makes token ids of prompts, and refuses those that a model cannot continue. */
final class PromptEncoder {
  private final Optional<Tokenizer> tokenizer;
  private final int vocabSize;
  private final int context;

  /**
   * Makes an encoder.
   *
   * @param maxContext how many tokens there may be, the new ones included; 0: the model's limit
   * @throws IllegalArgumentException if the model has fewer positions
   */
  PromptEncoder(CausalLM model, Optional<Tokenizer> tokenizer, int maxContext) {
    this.tokenizer = tokenizer;
    vocabSize = model.config().vocabSize();
    int own = model.config().maxPositions();
    if (maxContext > own) {
      throw new IllegalArgumentException(
          "maxContext is %d, the model has %d positions".formatted(maxContext, own));
    }
    context = maxContext == 0 ? own : maxContext;
  }

  /** Returns how many tokens there may be, the new ones included. */
  int context() {
    return context;
  }

  /**
   * Returns the ids of all prompts.
   *
   * @throws IllegalArgumentException if there is none, or one of them does not do; says which
   */
  List<int[]> encode(List<Prompt> prompts) {
    if (prompts.isEmpty()) {
      throw new IllegalArgumentException("there are 0 prompts, expected at least 1");
    }
    List<int[]> all = new ArrayList<>();
    for (Prompt prompt : prompts) {
      all.add(encode(prompt, all.size()));
    }
    return all;
  }

  /**
   * Returns a prompt's ids.
   *
   * @param index its number, for messages
   * @throws IllegalArgumentException if it is empty, does not fit the context, has tokens outside
   *     of the vocabulary, or needs a tokenizer that is not there
   */
  int[] encode(Prompt prompt, int index) {
    int[] ids =
        switch (prompt) {
          case Prompt.Tokens tokens -> tokens.ids();
          case Prompt.Text text -> encode(text, index);
        };
    check(ids, index, prompt instanceof Prompt.Text);
    return ids;
  }

  private int[] encode(Prompt.Text prompt, int index) {
    Tokenizer encoder =
        tokenizer.orElseThrow(
            () ->
                new IllegalArgumentException(
                    "prompt %d is text, but there is no tokenizer".formatted(index)));
    try {
      encoder.checkFits(prompt.text(), context);
      return encoder.encode(prompt.text(), prompt.addSpecial());
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("prompt %d: %s".formatted(index, e.getMessage()), e);
    }
  }

  private void check(int[] ids, int index, boolean fromText) {
    if (ids.length == 0) {
      throw new IllegalArgumentException(
          "prompt %d has 0 tokens, expected at least 1".formatted(index));
    }
    if (ids.length >= context) {
      throw new IllegalArgumentException(
          "prompt %d has %d tokens, context is %d%s"
              .formatted(
                  index,
                  ids.length,
                  context,
                  ids.length == context ? ": no room for a new one" : ""));
    }
    for (int i = 0; i < ids.length; i++) {
      if (ids[i] < 0 || ids[i] >= vocabSize) {
        throw new IllegalArgumentException(
            fromText
                ? "prompt %d: the tokenizer makes token %d of it %d, the model's vocabulary has %d"
                    .formatted(index, i, ids[i], vocabSize)
                : "prompt %d: token %d is %d, the vocabulary has %d"
                    .formatted(index, i, ids[i], vocabSize));
      }
    }
  }
}
