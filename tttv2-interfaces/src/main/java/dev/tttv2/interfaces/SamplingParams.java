// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces;

import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;

/**
 * What is wanted of one request: how its tokens are chosen, when its text ends, and what is told of
 * it. Names and meanings are vLLM's where it has them, else Hugging Face transformers'.
 *
 * <p>A token is chosen like this:
 *
 * <ol>
 *   <li>{@link #logitBias} is added,
 *   <li>penalties apply: {@link #repetitionPenalty}, then {@link #frequencyPenalty} and {@link
 *       #presencePenalty},
 *   <li>tokens that may not follow are taken out: by {@link #allowedTokens}, {@link #bannedTokens},
 *       {@link #noRepeatNgram}, {@link #minTokens} and {@link #constraint},
 *   <li>greedy choice takes the most likely token; else logits are divided by {@link #temperature},
 *   <li>the filters apply in their {@link #order}: {@link #topK}, {@link #topP}, {@link #minP},
 *       {@link #typicalP},
 *   <li>one token is drawn from what is left.
 * </ol>
 */
public final class SamplingParams {
  /** Takes the most likely token, at most 128 times. */
  public static final SamplingParams GREEDY = builder().build();

  /** Beyond these logits could become infinite. */
  public static final double LEAST_REPETITION_PENALTY = 0.01;

  /** See {@link #LEAST_REPETITION_PENALTY}. */
  public static final double MOST_REPETITION_PENALTY = 100;

  /** Never changed, never handed out. */
  private final Builder values;

  /**
   * The order of the filters; it matters because top-p and typical-p look at what the filters
   * before them left.
   */
  public enum FilterOrder {
    /** top-k, top-p, min-p, typical-p: Hugging Face transformers. */
    HUGGING_FACE,
    /** min-p, top-k, top-p: vLLM; then typical-p, which vLLM has not. */
    VLLM
  }

  private SamplingParams(Builder values) {
    this.values = values;
    checkNumbers();
    checkEnd();
    checkTokens();
  }

  private void checkNumbers() {
    check("temperature", temperature(), temperature() >= 0, "0 or more");
    check("topK", topK(), topK() >= 0, "0 (all) or more");
    check("topP", topP(), topP() > 0 && topP() <= 1, "above 0, at most 1");
    check("minP", minP(), minP() >= 0 && minP() <= 1, "from 0 to 1");
    check("typicalP", typicalP(), typicalP() > 0 && typicalP() <= 1, "above 0, at most 1");
    check(
        "repetitionPenalty",
        repetitionPenalty(),
        repetitionPenalty() >= LEAST_REPETITION_PENALTY
            && repetitionPenalty() <= MOST_REPETITION_PENALTY,
        "from %s to %.0f".formatted(LEAST_REPETITION_PENALTY, MOST_REPETITION_PENALTY));
    check("presencePenalty", presencePenalty(), Math.abs(presencePenalty()) <= 2, "from -2 to 2");
    check(
        "frequencyPenalty", frequencyPenalty(), Math.abs(frequencyPenalty()) <= 2, "from -2 to 2");
    check("noRepeatNgram", noRepeatNgram(), noRepeatNgram() >= 0, "0 (off) or more");
    check("logprobs", logprobs().orElse(0), logprobs().orElse(0) >= 0, "0 or more");
    check(
        "promptLogprobs", promptLogprobs().orElse(0), promptLogprobs().orElse(0) >= 0, "0 or more");
    check("n", n(), n() >= 1, "at least 1");
    check("bestOf", bestOf(), bestOf() >= n(), "at least n, which is " + n());
    if (isGreedy() && bestOf() > 1) {
      throw new IllegalArgumentException(
          "%s is %d, expected 1: with temperature 0 all samples are the same"
              .formatted(n() > 1 ? "n" : "bestOf", bestOf()));
    }
  }

  private void checkEnd() {
    check("maxTokens", maxTokens(), maxTokens() >= 1, "at least 1");
    check(
        "minTokens",
        minTokens(),
        minTokens() >= 0 && minTokens() <= maxTokens(),
        "from 0 to maxTokens, which is " + maxTokens());
    if (stop().contains("")) {
      throw new IllegalArgumentException("stop string %d is empty".formatted(stop().indexOf("")));
    }
  }

  private void checkTokens() {
    logitBias().forEach((id, bias) -> check("logitBias of token " + id, bias, true, "a number"));
    if (allowedTokens().filter(List::isEmpty).isPresent()) {
      throw new IllegalArgumentException("allowedTokens has 0 tokens, expected at least 1");
    }
    int empty = bannedTokens().indexOf(List.of());
    if (empty >= 0) {
      throw new IllegalArgumentException("bannedTokens: sequence %d is empty".formatted(empty));
    }
  }

  private static void check(String name, double value, boolean valid, String expected) {
    if (!valid || !Double.isFinite(value)) {
      throw new IllegalArgumentException(
          "%s is %s, expected %s"
              .formatted(
                  name,
                  value == Math.rint(value) && Math.abs(value) < 1e15
                      ? Long.toString((long) value)
                      : Double.toString(value),
                  expected));
    }
  }

  // ---- How many texts ----

  /** Returns how many texts to generate for each prompt. */
  public int n() {
    return values.n;
  }

  /**
   * Returns how many texts are generated for each prompt, of which the {@link #n} likeliest are
   * kept: those with the largest sums of their tokens' log-probabilities.
   */
  public int bestOf() {
    return values.bestOf == 0 ? values.n : values.bestOf;
  }

  /** Tells whether more texts are generated than are kept. */
  boolean choosesBest() {
    return bestOf() > n();
  }

  // ---- When a text ends ----

  /** Returns how many new tokens there may be. */
  public int maxTokens() {
    return values.maxTokens;
  }

  /** Returns how many new tokens there must be before anything but their number ends the text. */
  public int minTokens() {
    return values.minTokens;
  }

  /** Returns the texts that end a generation. */
  public List<String> stop() {
    return values.stop;
  }

  /** Returns the tokens that end a generation, beside the model's end-of-text tokens. */
  public List<Integer> stopTokens() {
    return values.stopTokens;
  }

  /** Tells whether to generate on past the model's end-of-text tokens. */
  public boolean ignoreEos() {
    return values.ignoreEos;
  }

  // ---- How a token is chosen ----

  /**
   * Returns what logits are divided by; 0: greedy, the most likely token is taken and the filters
   * do nothing.
   */
  public double temperature() {
    return values.temperature;
  }

  /** Tells whether the most likely token is taken. */
  public boolean isGreedy() {
    return values.temperature == 0;
  }

  /**
   * Returns how many of the most likely tokens stay, and those equal to the last of them; 0: all.
   */
  public int topK() {
    return values.topK;
  }

  /** Returns the sum of probabilities up to which the most likely tokens stay; 1: all. */
  public double topP() {
    return values.topP;
  }

  /** Returns the least share of the most likely token's probability; 0: all tokens stay. */
  public double minP() {
    return values.minP;
  }

  /**
   * Returns the sum of probabilities up to which those tokens stay whose information, {@code -log
   * p}, is closest to the distribution's entropy (locally typical sampling, Meister et al. 2022, as
   * in Hugging Face transformers); 1: all.
   */
  public double typicalP() {
    return values.typicalP;
  }

  /** Returns the order in which the filters apply. */
  public FilterOrder order() {
    return values.order;
  }

  /**
   * Returns the seed of the random numbers, which depend on nothing else; absent: another every
   * time. Sample i of {@link #n} draws as a lone one does whose seed is {@code seed + i}.
   */
  public OptionalLong seed() {
    return values.seed;
  }

  // ---- What changes logits ----

  /**
   * Returns what logits of tokens in prompt or output are divided by where positive and multiplied
   * by where negative, as in Hugging Face transformers; 1: off.
   */
  public double repetitionPenalty() {
    return values.repetitionPenalty;
  }

  /** Returns what is subtracted from logits of tokens in the output, as in OpenAI's API; 0: off. */
  public double presencePenalty() {
    return values.presencePenalty;
  }

  /** Returns what is subtracted from logits as often as the token is in the output; 0: off. */
  public double frequencyPenalty() {
    return values.frequencyPenalty;
  }

  /**
   * Returns the length of the sequences of tokens that may not come twice, in prompt and output
   * together, as Hugging Face's {@code no_repeat_ngram_size}; 0: off.
   */
  public int noRepeatNgram() {
    return values.noRepeatNgram;
  }

  /** Returns what is added to the logits of tokens. */
  public Map<Integer, Double> logitBias() {
    return values.logitBias;
  }

  /** Returns the tokens from which alone is chosen, end-of-text tokens included; absent: all. */
  public Optional<List<Integer>> allowedTokens() {
    return values.allowedTokens;
  }

  /**
   * Returns the sequences of tokens that may not appear in the output: the last token of a sequence
   * cannot follow its others. They are vLLM's {@code bad_words}, as tokens.
   */
  public List<List<Integer>> bannedTokens() {
    return values.bannedTokens;
  }

  /** Returns what else limits the tokens that may follow. */
  public Optional<TokenConstraint> constraint() {
    return values.constraint;
  }

  /** Tells whether the model's logits are changed before the most likely token is looked for. */
  public boolean changesLogits() {
    return repetitionPenalty() != 1
        || presencePenalty() != 0
        || frequencyPenalty() != 0
        || noRepeatNgram() != 0
        || minTokens() != 0
        || !logitBias().isEmpty()
        || allowedTokens().isPresent()
        || !bannedTokens().isEmpty()
        || constraint().isPresent();
  }

  /** Returns all tokens that end a text. */
  Set<Integer> endTokens(Collection<Integer> eosTokens) {
    Set<Integer> ids = new HashSet<>(stopTokens());
    if (!ignoreEos()) {
      ids.addAll(eosTokens);
    }
    return ids;
  }

  // ---- What is told ----

  /** Tells whether special tokens are left out of the text. */
  public boolean skipSpecialTokens() {
    return values.skipSpecialTokens;
  }

  /** Tells whether the stop string or stop token that ends a text is part of it. */
  public boolean includeStopInOutput() {
    return values.includeStopInOutput;
  }

  /**
   * Returns how many of the most likely tokens are told with their log-probabilities, beside the
   * token chosen; absent: no log-probabilities. See {@link TokenLogprobs}.
   */
  public OptionalInt logprobs() {
    return values.logprobs;
  }

  /** Returns the same for the tokens of the prompt. */
  public OptionalInt promptLogprobs() {
    return values.promptLogprobs;
  }

  /** Starts from greedy choice, 128 tokens, and nothing else. */
  public static Builder builder() {
    return new Builder();
  }

  /** Starts from these parameters. */
  public Builder toBuilder() {
    return values.copy();
  }

  /** Collects the parameters. */
  public static final class Builder implements Cloneable {
    private int n = 1;
    private int bestOf;
    private int maxTokens = 128;
    private int minTokens;
    private List<String> stop = List.of();
    private List<Integer> stopTokens = List.of();
    private boolean ignoreEos;
    private double temperature;
    private int topK;
    private double topP = 1;
    private double minP;
    private double typicalP = 1;
    private FilterOrder order = FilterOrder.HUGGING_FACE;
    private OptionalLong seed = OptionalLong.empty();
    private double repetitionPenalty = 1;
    private double presencePenalty;
    private double frequencyPenalty;
    private int noRepeatNgram;
    private Map<Integer, Double> logitBias = Map.of();
    private Optional<List<Integer>> allowedTokens = Optional.empty();
    private List<List<Integer>> bannedTokens = List.of();
    private Optional<TokenConstraint> constraint = Optional.empty();
    private boolean skipSpecialTokens = true;
    private boolean includeStopInOutput;
    private OptionalInt logprobs = OptionalInt.empty();
    private OptionalInt promptLogprobs = OptionalInt.empty();

    private Builder() {}

    private Builder copy() {
      try {
        return (Builder) clone(); // shallow: all values are immutable
      } catch (CloneNotSupportedException e) {
        throw new AssertionError(e);
      }
    }

    /** Sets how many texts to generate for each prompt. */
    public Builder n(int value) {
      n = value;
      return this;
    }

    /** Sets how many texts to generate, of which the n likeliest are kept; 0: n. */
    public Builder bestOf(int value) {
      bestOf = value;
      return this;
    }

    /** Sets how many new tokens there may be. */
    public Builder maxTokens(int value) {
      maxTokens = value;
      return this;
    }

    /** Sets how many new tokens there must be before anything but their number ends the text. */
    public Builder minTokens(int value) {
      minTokens = value;
      return this;
    }

    /** Sets the texts that end a generation. */
    public Builder stop(List<String> value) {
      stop = List.copyOf(value);
      return this;
    }

    /** Sets further tokens that end a generation. */
    public Builder stopTokens(List<Integer> value) {
      stopTokens = List.copyOf(value);
      return this;
    }

    /** Sets whether to generate on past end-of-text tokens. */
    public Builder ignoreEos(boolean value) {
      ignoreEos = value;
      return this;
    }

    /** Sets what logits are divided by; 0: greedy. */
    public Builder temperature(double value) {
      temperature = value;
      return this;
    }

    /** Sets how many tokens stay; 0: all. */
    public Builder topK(int value) {
      topK = value;
      return this;
    }

    /** Sets the sum of probabilities that stays; 1: all. */
    public Builder topP(double value) {
      topP = value;
      return this;
    }

    /** Sets the least share of the most likely token's probability; 0: all. */
    public Builder minP(double value) {
      minP = value;
      return this;
    }

    /** Sets the sum of probabilities that stays of the most typical tokens; 1: all. */
    public Builder typicalP(double value) {
      typicalP = value;
      return this;
    }

    /** Sets the order of the filters. */
    public Builder order(FilterOrder value) {
      order = Objects.requireNonNull(value, "order");
      return this;
    }

    /** Sets the seed of the random numbers. */
    public Builder seed(long value) {
      seed = OptionalLong.of(value);
      return this;
    }

    /** Sets the penalty on tokens of prompt and output; 1: off. */
    public Builder repetitionPenalty(double value) {
      repetitionPenalty = value;
      return this;
    }

    /** Sets the penalty on tokens that are in the output; 0: off. */
    public Builder presencePenalty(double value) {
      presencePenalty = value;
      return this;
    }

    /** Sets the penalty on every time a token is in the output; 0: off. */
    public Builder frequencyPenalty(double value) {
      frequencyPenalty = value;
      return this;
    }

    /** Sets how long the sequences are that may not come twice; 0: off. */
    public Builder noRepeatNgram(int value) {
      noRepeatNgram = value;
      return this;
    }

    /** Sets what is added to the logits of tokens. */
    public Builder logitBias(Map<Integer, Double> value) {
      logitBias = Map.copyOf(value);
      return this;
    }

    /** Sets the tokens from which alone is chosen. */
    public Builder allowedTokens(List<Integer> value) {
      allowedTokens = Optional.of(List.copyOf(value));
      return this;
    }

    /** Sets the sequences of tokens that may not appear in the output. */
    public Builder bannedTokens(List<List<Integer>> value) {
      bannedTokens = value.stream().map(List::copyOf).toList();
      return this;
    }

    /** Sets what else limits the tokens that may follow. */
    public Builder constraint(TokenConstraint value) {
      constraint = Optional.of(value);
      return this;
    }

    /** Sets whether special tokens are left out of the text. */
    public Builder skipSpecialTokens(boolean value) {
      skipSpecialTokens = value;
      return this;
    }

    /** Sets whether what ends a text is part of it. */
    public Builder includeStopInOutput(boolean value) {
      includeStopInOutput = value;
      return this;
    }

    /** Asks for log-probabilities: of the tokens chosen, and of this many most likely ones. */
    public Builder logprobs(int value) {
      logprobs = OptionalInt.of(value);
      return this;
    }

    /** Asks for log-probabilities of the prompt's tokens. */
    public Builder promptLogprobs(int value) {
      promptLogprobs = OptionalInt.of(value);
      return this;
    }

    /**
     * Returns the parameters.
     *
     * @throws IllegalArgumentException if one is out of range; names it, its value and the range
     */
    public SamplingParams build() {
      return new SamplingParams(copy());
    }
  }
}
