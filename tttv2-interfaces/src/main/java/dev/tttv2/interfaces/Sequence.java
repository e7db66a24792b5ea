// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces;

import dev.tttv2.config.DecoderConfig;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.IntStream;

/** One text on its way: its tokens, its text, how it chooses and when it ends. */
final class Sequence {
  final int index;
  final int sample;
  final int[] prompt;

  /** How many tokens may be generated. */
  final int limit;

  private final SamplingParams params;
  private final Sampler sampler;
  private final int vocabSize;
  private final Optional<TokenDecoder> decoder;
  private final StopMatcher stops;
  private final Set<Integer> endTokens;
  private final StringBuilder text = new StringBuilder();
  private final List<TokenLogprobs> logprobs = new ArrayList<>();
  private List<TokenLogprobs> promptLogprobs = List.of();
  private double cumulativeLogprob;
  private int[] tokens = new int[16];
  private int size;
  private int[] history = {}; // prompt and output, for drafts
  private int drafted;
  private int accepted;
  private Optional<FinishReason> finishReason = Optional.empty();
  private long started;
  private long prefillNanos;
  private long ttftNanos;
  private long decodeNanos;

  /**
   * Begins a text.
   *
   * @param index which prompt it continues
   * @param sample which of the prompt's texts it is
   * @param prompt the prompt
   * @param context how many tokens there may be, prompt included
   * @param params what is wanted
   * @param config of the model
   * @param tokenizer to make text with, if there is one
   * @throws IllegalArgumentException as the constructor of {@link Sampler}
   */
  Sequence(
      int index,
      int sample,
      int[] prompt,
      int context,
      SamplingParams params,
      DecoderConfig config,
      Optional<Tokenizer> tokenizer) {
    this.index = index;
    this.sample = sample;
    this.prompt = prompt;
    this.params = params;
    limit = Math.min(params.maxTokens(), context - prompt.length);
    vocabSize = config.vocabSize();
    sampler = new Sampler(params, vocabSize, config.eosTokenIds(), sample, prompt);
    decoder = tokenizer.map(t -> t.decoder(params.skipSpecialTokens()));
    stops = new StopMatcher(params.stop(), params.includeStopInOutput());
    endTokens = params.endTokens(config.eosTokenIds());
  }

  boolean isFinished() {
    return finishReason.isPresent();
  }

  Optional<FinishReason> finishReason() {
    return finishReason;
  }

  /** The position of the token that the next decode step feeds. */
  int position() {
    return prompt.length + size - 1;
  }

  /** How many positions prompt and output may take. */
  int end() {
    return prompt.length + limit;
  }

  int lastToken() {
    return tokens[size - 1];
  }

  int size() {
    return size;
  }

  void begin(long callNanos) {
    started = callNanos;
  }

  void prefilled(long nanos) {
    prefillNanos = nanos;
  }

  List<TokenLogprobs> promptLogprobs() {
    return promptLogprobs;
  }

  /** Returns what may come next, judging by what is there. */
  int[] draft(PromptLookup lookup) {
    int length = prompt.length + size;
    if (history.length < length) {
      history = Arrays.copyOf(prompt, prompt.length + tokens.length);
    }
    System.arraycopy(tokens, 0, history, prompt.length, size);
    // The step that reads the draft gives one token more.
    return lookup.draft(history, length, limit - size - 1, endTokens);
  }

  void drafted(int count) {
    drafted += count;
  }

  void accepted() {
    accepted++;
  }

  void setPromptLogprobs(List<TokenLogprobs> value) {
    promptLogprobs = value;
  }

  void decoded(long nanos) {
    decodeNanos += nanos;
  }

  /**
   * Chooses the next token.
   *
   * @param logits of at least {@code offset + vocabSize} elements
   * @param offset where this sequence's logits begin
   * @throws ArithmeticException as {@link Sampler#sample}
   * @throws IllegalStateException as {@link Sampler#sample}
   */
  Token next(float[] logits, int offset) {
    int id = sampler.sample(logits, offset);
    Optional<TokenLogprobs> likely = sampler.logprobs(logits, offset, id);
    if (likely.isPresent()) {
      logprobs.add(likely.get());
      cumulativeLogprob += likely.get().chosen().logprob();
    } else if (params.choosesBest()) {
      cumulativeLogprob += logits[offset + id] - LogSoftmax.normalizer(logits, offset, vocabSize);
    }
    return take(id, likely);
  }

  /** Takes the next token, chosen elsewhere. */
  Token take(int id) {
    return take(id, Optional.empty());
  }

  private Token take(int id, Optional<TokenLogprobs> likely) {
    sampler.accept(id);
    if (size == tokens.length) {
      tokens = Arrays.copyOf(tokens, 2 * size);
    }
    tokens[size++] = id;
    if (size == 1) {
      ttftNanos = System.nanoTime() - started;
    }
    String piece = "";
    boolean ends = endTokens.contains(id);
    if (decoder.isPresent() && (!ends || params.includeStopInOutput())) {
      piece = stops.push(decoder.get().push(id), size > params.minTokens());
    }
    if (ends || stops.isStopped() || sampler.isComplete()) {
      finishReason = Optional.of(FinishReason.STOP);
    } else if (size == limit) {
      finishReason = Optional.of(FinishReason.LENGTH);
    }
    if (isFinished()) {
      piece += rest();
      if (stops.isStopped()) {
        finishReason = Optional.of(FinishReason.STOP);
      }
    }
    text.append(piece);
    return new Token(index, sample, size - 1, id, piece, likely, finishReason);
  }

  /** The text that was held back. */
  private String rest() {
    return decoder
        .map(d -> stops.push(d.finish(), size > params.minTokens()) + stops.finish())
        .orElse("");
  }

  void cancel() {
    if (!isFinished()) {
      finishReason = Optional.of(FinishReason.CANCELLED);
      text.append(rest());
    }
  }

  double cumulativeLogprob() {
    return cumulativeLogprob;
  }

  Generation result() {
    return new Generation(
        index,
        sample,
        IntStream.of(prompt).boxed().toList(),
        IntStream.of(tokens).limit(size).boxed().toList(),
        decoder.map(d -> text.toString()),
        finishReason.orElse(FinishReason.CANCELLED),
        List.copyOf(logprobs),
        promptLogprobs,
        params.logprobs().isPresent() || params.choosesBest()
            ? OptionalDouble.of(cumulativeLogprob)
            : OptionalDouble.empty(),
        new GenerationStats(
            ttftNanos / 1e6,
            GenerationStats.rate(prompt.length, prefillNanos),
            GenerationStats.rate(size - 1, decodeNanos),
            drafted,
            accepted));
  }
}
