// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/** One prompt on its way: its tokens, its text, how it chooses and when it ends. */
final class Sequence {
  final int index;
  final int[] prompt;

  /** How many tokens may be generated. */
  final int limit;

  private final Sampler sampler;
  private final Optional<TokenDecoder> decoder;
  private final StopMatcher stops;
  private final Set<Integer> stopTokens;
  private final StringBuilder text = new StringBuilder();
  private int[] tokens = new int[16];
  private int size;
  private Optional<FinishReason> finishReason = Optional.empty();
  private long started;
  private long prefillNanos;
  private long ttftNanos;
  private long decodeNanos;

  Sequence(
      int index,
      int[] prompt,
      int limit,
      Sampler sampler,
      Optional<TokenDecoder> decoder,
      List<String> stops,
      Set<Integer> stopTokens) {
    this.index = index;
    this.prompt = prompt;
    this.limit = limit;
    this.sampler = sampler;
    this.decoder = decoder;
    this.stops = new StopMatcher(stops);
    this.stopTokens = stopTokens;
  }

  boolean isFinished() {
    return finishReason.isPresent();
  }

  /** The position of the token that the next decode step feeds. */
  int position() {
    return prompt.length + size - 1;
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

  void decoded(long nanos) {
    decodeNanos += nanos;
  }

  /** Chooses the next token from its logits. */
  Token next(float[] logits) {
    return take(sampler.sample(logits, 0));
  }

  /** Takes the next token, chosen elsewhere. */
  Token take(int id) {
    sampler.accept(id);
    if (size == tokens.length) {
      tokens = Arrays.copyOf(tokens, 2 * size);
    }
    tokens[size++] = id;
    if (size == 1) {
      ttftNanos = System.nanoTime() - started;
    }
    String piece = "";
    if (stopTokens.contains(id)) {
      finishReason = Optional.of(FinishReason.STOP);
    } else if (decoder.isPresent()) {
      piece = stops.push(decoder.get().push(id));
      if (stops.isStopped()) {
        finishReason = Optional.of(FinishReason.STOP);
      }
    }
    if (!isFinished() && size == limit) {
      finishReason = Optional.of(FinishReason.LENGTH);
    }
    if (isFinished()) {
      piece += rest();
      if (stops.isStopped()) {
        finishReason = Optional.of(FinishReason.STOP);
      }
    }
    text.append(piece);
    return new Token(index, size - 1, id, piece, finishReason);
  }

  /** The text that was held back. */
  private String rest() {
    return decoder.map(d -> stops.push(d.finish()) + stops.finish()).orElse("");
  }

  void cancel() {
    if (!isFinished()) {
      finishReason = Optional.of(FinishReason.CANCELLED);
      text.append(rest());
    }
  }

  Generation result() {
    return new Generation(
        index,
        IntStream.of(prompt).boxed().toList(),
        IntStream.of(tokens).limit(size).boxed().toList(),
        decoder.map(d -> text.toString()),
        finishReason.orElse(FinishReason.CANCELLED),
        new GenerationStats(
            ttftNanos / 1e6, rate(prompt.length, prefillNanos), rate(size - 1, decodeNanos)));
  }

  private static double rate(int count, long nanos) {
    return count > 0 && nanos > 0 ? count * 1e9 / nanos : 0;
  }
}
