// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.IntStream;

/**
 * The beams of one prompt: which texts go on, and which have ended. Knows nothing of a device: it
 * is given logits and says which beam goes on with which token.
 *
 * @implNote The order of events is that of transformers 4.57's {@code _beam_search}. Where that
 *     fills missing beams with scores of -1e9, there are fewer beams here.
 */
final class Beams {
  /**
   * A text.
   *
   * @param parent which of the last step's beams it continues
   * @param tokens prompt and output
   * @param sum of the log-probabilities of its output
   */
  record Beam(int parent, int[] tokens, float sum) {
    int last() {
      return tokens[tokens.length - 1];
    }
  }

  private record Candidate(int parent, int id, float sum) {}

  private static final Comparator<Candidate> LIKELIEST =
      Comparator.comparingDouble(Candidate::sum).reversed();

  private final BeamSearch search;
  private final SamplingParams params;
  private final int[] prompt;
  private final int limit;
  private final Collection<Integer> endTokens;
  private final LogitsProcessor processor;
  private final int vocabSize;
  private final int kept;
  private final TokenHeap heap;
  private final Comparator<Beam> best;
  private List<Beam> running;
  private List<Beam> ended = new ArrayList<>();
  private boolean finished;

  /**
   * Begins with the prompt.
   *
   * @param limit how many tokens may be generated
   */
  Beams(
      BeamSearch search,
      int[] prompt,
      int limit,
      SamplingParams params,
      int vocabSize,
      Collection<Integer> endTokens) {
    this.search = search;
    this.params = params;
    this.prompt = prompt;
    this.limit = limit;
    this.endTokens = endTokens;
    this.vocabSize = vocabSize;
    processor = new LogitsProcessor(params, vocabSize, endTokens);
    // As many as may end, and as many again as there are beams to go on.
    kept = Math.max(2, 1 + endTokens.size()) * search.beams();
    heap = new TokenHeap(vocabSize);
    best = Comparator.comparingDouble(this::score).reversed();
    running = List.of(new Beam(0, prompt, 0));
  }

  int[] prompt() {
    return prompt;
  }

  /** How many positions prompt and output may take. */
  int end() {
    return prompt.length + limit;
  }

  boolean isFinished() {
    return finished;
  }

  /** Returns the beams that go on, the likeliest first. */
  List<Beam> running() {
    return running;
  }

  /**
   * Returns what came of the prompt, best first.
   *
   * @param index which prompt it is
   * @param cancelled whether the search was ended early: what goes on then comes last
   */
  List<Generation> generations(
      int index, boolean cancelled, Optional<Tokenizer> tokenizer, GenerationStats stats) {
    List<Beam> results = new ArrayList<>(ended);
    if (cancelled && !finished) {
      results.addAll(running);
    }
    List<Generation> generations = new ArrayList<>();
    for (Beam beam : results.subList(0, Math.min(search.returned(), results.size()))) {
      int[] tokens = Arrays.copyOfRange(beam.tokens, prompt.length, beam.tokens.length);
      boolean stopped = newTokens(beam) > 0 && endTokens.contains(beam.last());
      int shown = stopped && !params.includeStopInOutput() ? tokens.length - 1 : tokens.length;
      generations.add(
          new Generation(
              index,
              generations.size(),
              IntStream.of(prompt).boxed().toList(),
              IntStream.of(tokens).boxed().toList(),
              tokenizer.map(
                  t -> t.decode(Arrays.copyOf(tokens, shown), params.skipSpecialTokens())),
              stopped
                  ? FinishReason.STOP
                  : ended.contains(beam) ? FinishReason.LENGTH : FinishReason.CANCELLED,
              List.of(),
              List.of(),
              OptionalDouble.of(beam.sum),
              stats));
    }
    return generations;
  }

  private int newTokens(Beam beam) {
    return beam.tokens.length - prompt.length;
  }

  private double score(Beam beam) {
    return (float) search.score(beam.sum, newTokens(beam));
  }

  /**
   * Does a step.
   *
   * @param rows the logits of each running beam; they are changed
   * @throws ArithmeticException as {@link Sampler#sample}
   * @throws IllegalStateException as {@link Sampler#sample}
   */
  void advance(float[][] rows) {
    List<Candidate> candidates = new ArrayList<>();
    for (int beam = 0; beam < running.size(); beam++) {
      add(candidates, beam, rows[beam]);
    }
    if (candidates.isEmpty() && ended.isEmpty()) {
      throw new NoTokenException(newTokens(running.getFirst()), vocabSize);
    }
    candidates.sort(LIKELIEST);
    int length = running.getFirst().tokens.length + 1;
    List<Beam> next = new ArrayList<>();
    for (int i = 0; i < Math.min(kept, candidates.size()); i++) {
      Candidate candidate = candidates.get(i);
      boolean ends = endTokens.contains(candidate.id) || length == prompt.length + limit;
      if (!ends && next.size() < search.beams()) {
        next.add(continued(candidate));
      }
      // What ends behind the first ones is there only so that others can go on.
      if (ends && i < search.beams()) {
        ended.add(continued(candidate));
      }
    }
    ended.sort(best);
    ended = new ArrayList<>(ended.subList(0, Math.min(search.beams(), ended.size())));
    running = next;
    finished = running.isEmpty() || isFull() && (stopsWhenFull() || !canImprove(length));
  }

  private boolean isFull() {
    return ended.size() == search.beams();
  }

  private boolean stopsWhenFull() {
    return search.earlyStopping() == BeamSearch.EarlyStopping.ALWAYS;
  }

  private boolean canImprove(int length) {
    boolean longest =
        search.earlyStopping() == BeamSearch.EarlyStopping.NEVER && search.lengthPenalty() > 0;
    int best = longest ? limit : length - prompt.length;
    return (float) search.score(running.getFirst().sum, best) > score(ended.getLast());
  }

  private Beam continued(Candidate candidate) {
    int[] tokens = running.get(candidate.parent).tokens;
    int[] longer = Arrays.copyOf(tokens, tokens.length + 1);
    longer[tokens.length] = candidate.id;
    return new Beam(candidate.parent, longer, candidate.sum);
  }

  /** Adds a beam's likeliest continuations. */
  private void add(List<Candidate> candidates, int beam, float[] logits) {
    double normalizer = LogSoftmax.normalizer(logits, 0, vocabSize);
    for (int i = 0; i < vocabSize; i++) {
      logits[i] = (float) (logits[i] - normalizer);
    }
    int[] tokens = running.get(beam).tokens;
    processor.apply(logits, tokens, prompt.length, tokens.length, null);
    heap.clear();
    for (int i = 0; i < vocabSize; i++) {
      if (logits[i] != Float.NEGATIVE_INFINITY) {
        heap.add(i, logits[i]);
      }
    }
    heap.order();
    for (int i = 0; i < kept && !heap.isEmpty(); i++) {
      candidates.add(new Candidate(beam, heap.topId(), running.get(beam).sum + heap.topValue()));
      heap.pop();
    }
  }
}
