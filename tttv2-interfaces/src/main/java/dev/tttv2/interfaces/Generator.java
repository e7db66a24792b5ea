// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * Generates text with a model: several prompts of any lengths at once, streamed token by token.
 *
 * <p>A generator holds nothing between calls. It works on the calling thread; generations of
 * several threads on one device take turns, prompt by prompt and step by step. Another thread may
 * end a generation through its {@link CancellationToken}, or by interrupting it.
 *
 * {@snippet :
 * Generator generator = new Generator(model, tokenizer);
 * GenerationConfig config =
 *     GenerationConfig.of(SamplingParams.builder().maxTokens(64).build());
 * generator.generate(
 *     List.of(Prompt.text("The capital of France is")), config, token -> System.out.print(token.text()));
 * }
 */
public final class Generator {
  /** Positions in one block of the cache. */
  public static final int BLOCK_SIZE = 32;

  /** Prompts that are decoded together; further ones follow after them. */
  public static final int MAX_USERS = 32;

  private final CausalLM model;
  private final Optional<Tokenizer> tokenizer;

  /**
   * Makes a generator; the model stays the caller's.
   *
   * @param model the model
   * @param tokenizer text to tokens and back, or null: prompts are token ids, and there is no text
   * @throws NullPointerException if there is no model
   */
  public Generator(CausalLM model, Tokenizer tokenizer) {
    this.model = Objects.requireNonNull(model, "model");
    this.tokenizer = Optional.ofNullable(tokenizer);
  }

  /** Returns the model. */
  public CausalLM model() {
    return model;
  }

  /** Returns the tokenizer, if there is one. */
  public Optional<Tokenizer> tokenizer() {
    return tokenizer;
  }

  /**
   * Generates until every prompt's end. All device memory is free again when this returns or
   * throws.
   *
   * @param prompts at least one
   * @param config how to generate
   * @param listener is told of every token, those of all samples included
   * @return {@link SamplingParams#n} generations for each prompt, prompt by prompt
   * @throws IllegalArgumentException if a prompt is empty, does not fit the context, has tokens
   *     outside of the vocabulary, or needs a tokenizer that is not there; or if tokens that the
   *     parameters name are outside of the vocabulary
   * @throws IllegalStateException if the parameters rule out every token
   */
  public List<Generation> generate(
      List<Prompt> prompts, GenerationConfig config, TokenListener listener) {
    try (TokenIterator tokens = iterator(prompts, config)) {
      tokens.run(listener);
      return tokens.generations();
    }
  }

  /**
   * Generates until every prompt's end, without streaming. See {@link #generate(List,
   * GenerationConfig, TokenListener)}.
   */
  public List<Generation> generate(List<Prompt> prompts, GenerationConfig config) {
    return generate(prompts, config, TokenListener.NONE);
  }

  /**
   * Generates as tokens are asked for. Device memory is taken with the first token and free after
   * the last one, or when the iterator is closed before, which cancels what is left.
   *
   * @throws IllegalArgumentException as {@link #generate(List, GenerationConfig, TokenListener)}
   */
  public TokenIterator iterator(List<Prompt> prompts, GenerationConfig config) {
    List<Sequence> sequences = sequences(prompts, config);
    List<Batch> batches = new ArrayList<>();
    for (int from = 0; from < sequences.size(); from += MAX_USERS) {
      int to = Math.min(sequences.size(), from + MAX_USERS);
      batches.add(new Batch(model, config, sequences.subList(from, to)));
    }
    return new TokenIterator(config.sampling(), batches);
  }

  /**
   * Generates as the stream is consumed. Close it if it may not be consumed to its end.
   *
   * @throws IllegalArgumentException as {@link #generate(List, GenerationConfig, TokenListener)}
   */
  public Stream<Token> stream(List<Prompt> prompts, GenerationConfig config) {
    TokenIterator tokens = iterator(prompts, config);
    int characteristics = Spliterator.ORDERED | Spliterator.NONNULL;
    return StreamSupport.stream(Spliterators.spliteratorUnknownSize(tokens, characteristics), false)
        .onClose(tokens::close);
  }

  private List<Sequence> sequences(List<Prompt> prompts, GenerationConfig config) {
    if (prompts.isEmpty()) {
      throw new IllegalArgumentException("there are 0 prompts, expected at least 1");
    }
    SamplingParams params = config.sampling();
    if (tokenizer.isEmpty() && !params.stop().isEmpty()) {
      throw new IllegalArgumentException(
          "%d stop strings, but no tokenizer to make text with".formatted(params.stop().size()));
    }
    if (config.logits().isPresent() && params.bestOf() > 1) {
      throw new IllegalArgumentException(
          "a listener for logits sees one text of a prompt, %d are to be generated"
              .formatted(params.bestOf()));
    }
    Sampler.checkCount(
        "promptLogprobs", params.promptLogprobs().orElse(0), model.config().vocabSize());
    int vocabSize = model.config().vocabSize();
    int own = model.config().maxPositions();
    if (config.maxContext() > own) {
      throw new IllegalArgumentException(
          "maxContext is %d, the model has %d positions".formatted(config.maxContext(), own));
    }
    int context = config.maxContext() == 0 ? own : config.maxContext();
    List<Sequence> sequences = new ArrayList<>();
    for (int index = 0; index < prompts.size(); index++) {
      Prompt prompt = prompts.get(index);
      int[] ids = ids(prompt, index, context);
      check(ids, index, vocabSize, context, prompt instanceof Prompt.Text);
      for (int sample = 0; sample < params.bestOf(); sample++) {
        sequences.add(new Sequence(index, sample, ids, context, params, model.config(), tokenizer));
      }
    }
    return sequences;
  }

  private int[] ids(Prompt prompt, int index, int context) {
    return switch (prompt) {
      case Prompt.Tokens tokens -> tokens.ids();
      case Prompt.Text text -> encode(text, index, context);
    };
  }

  private int[] encode(Prompt.Text prompt, int index, int context) {
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

  private static void check(int[] ids, int index, int vocabSize, int context, boolean fromText) {
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
