// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
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
    int rows = config.promptLookup().map(lookup -> lookup.numTokens() + 1).orElse(1);
    int users = MAX_USERS / rows;
    for (int from = 0; from < sequences.size(); from += users) {
      int to = Math.min(sequences.size(), from + users);
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

  /**
   * Looks for likely texts by beam search. They are known at its end, so nothing is streamed.
   *
   * @param prompts at least one
   * @param search how to search
   * @param config how to generate. Of its {@link GenerationConfig#sampling} all counts that changes
   *     logits, but no constraint, and what ends a text, but no stop strings
   * @return for each prompt, prompt by prompt, {@link BeamSearch#returned} generations, best first;
   *     fewer if parameters rule out so many tokens that there are no more. Their {@link
   *     Generation#sample} is their rank
   * @throws IllegalArgumentException as {@link #generate(List, GenerationConfig, TokenListener)},
   *     or if the configuration asks for what beam search does not do; names it
   * @throws IllegalStateException if the parameters rule out every token
   */
  public List<Generation> beamSearch(
      List<Prompt> prompts, BeamSearch search, GenerationConfig config) {
    search.check(config);
    long begin = System.nanoTime();
    SamplingParams params = config.sampling();
    PromptEncoder encoder = new PromptEncoder(model, tokenizer, config.maxContext());
    Set<Integer> endTokens = params.endTokens(model.config().eosTokenIds());
    List<Beams> all = new ArrayList<>();
    for (int[] ids : encoder.encode(prompts)) {
      int limit = Math.min(params.maxTokens(), encoder.context() - ids.length);
      all.add(new Beams(search, ids, limit, params, model.config().vocabSize(), endTokens));
    }
    List<Generation> generations = new ArrayList<>();
    int together = MAX_USERS / search.beams();
    for (int from = 0; from < all.size(); from += together) {
      List<Beams> beams = all.subList(from, Math.min(all.size(), from + together));
      try (BeamBatch batch = new BeamBatch(model, config, search.beams(), beams)) {
        while (!batch.isFinished()) {
          batch.advance();
        }
        generations.addAll(batch.generations(from, tokenizer, begin));
      }
    }
    return generations;
  }

  private List<Sequence> sequences(List<Prompt> prompts, GenerationConfig config) {
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
    String arch = model.device().target().arch();
    if (config.promptLookup().isPresent() && !arch.equals("host")) {
      throw new IllegalArgumentException(
          "prompt lookup: not on %s, where rows of a step cannot write to the same block"
              .formatted(arch));
    }
    Sampler.checkCount(
        "promptLogprobs", params.promptLogprobs().orElse(0), model.config().vocabSize());
    PromptEncoder encoder = new PromptEncoder(model, tokenizer, config.maxContext());
    List<int[]> all = encoder.encode(prompts);
    List<Sequence> sequences = new ArrayList<>();
    for (int index = 0; index < all.size(); index++) {
      for (int sample = 0; sample < params.bestOf(); sample++) {
        sequences.add(
            new Sequence(
                index,
                sample,
                all.get(index),
                encoder.context(),
                params,
                model.config(),
                tokenizer));
      }
    }
    return sequences;
  }
}
