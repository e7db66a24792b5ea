// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces;

import java.util.Objects;
import java.util.OptionalLong;

/**
 * How the next token is chosen. Penalties apply first (repetition, frequency, presence), then
 * temperature, then the filters in the given order, then one token is drawn from what is left.
 *
 * @param temperature logits are divided by it; 0: greedy, the most likely token is taken and the
 *     filters do nothing
 * @param topK how many of the most likely tokens stay, and those equal to the last of them; 0: all
 * @param topP the most likely tokens stay until their probabilities reach this sum; 1: all
 * @param minP tokens stay whose probability is at least this share of the most likely one's; 0: all
 * @param repetitionPenalty logits of tokens in prompt or output are divided by it where positive
 *     and multiplied where negative, as in Hugging Face transformers; 1: off
 * @param presencePenalty is subtracted from the logits of tokens in the output, as in OpenAI's API;
 *     0: off
 * @param frequencyPenalty is subtracted as often as the token is in the output; 0: off
 * @param seed of the random numbers, which depend on nothing else; absent: another every time
 * @param order in which the filters apply
 */
public record SamplingParams(
    double temperature,
    int topK,
    double topP,
    double minP,
    double repetitionPenalty,
    double presencePenalty,
    double frequencyPenalty,
    OptionalLong seed,
    FilterOrder order) {
  /** Takes the most likely token. */
  public static final SamplingParams GREEDY = builder().build();

  /**
   * The order of the filters; it matters because top-p looks at what the filters before it left.
   */
  public enum FilterOrder {
    /** top-k, top-p, min-p: Hugging Face transformers. */
    HUGGING_FACE,
    /** min-p, top-k, top-p: vLLM. */
    VLLM
  }

  /**
   * Checks the ranges.
   *
   * @throws IllegalArgumentException if one is out of range; names it, its value and the range
   * @throws NullPointerException if seed or order is null
   */
  public SamplingParams {
    check("temperature", temperature, temperature >= 0, "0 or more");
    check("topK", topK, topK >= 0, "0 (all) or more");
    check("topP", topP, topP > 0 && topP <= 1, "above 0, at most 1");
    check("minP", minP, minP >= 0 && minP <= 1, "from 0 to 1");
    check("repetitionPenalty", repetitionPenalty, repetitionPenalty > 0, "above 0");
    check("presencePenalty", presencePenalty, Math.abs(presencePenalty) <= 2, "from -2 to 2");
    check("frequencyPenalty", frequencyPenalty, Math.abs(frequencyPenalty) <= 2, "from -2 to 2");
    Objects.requireNonNull(seed, "seed");
    Objects.requireNonNull(order, "order");
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

  /** Tells whether the most likely token is taken. */
  public boolean isGreedy() {
    return temperature == 0;
  }

  /** Tells whether logits depend on earlier tokens. */
  public boolean hasPenalties() {
    return repetitionPenalty != 1 || presencePenalty != 0 || frequencyPenalty != 0;
  }

  /** Starts from greedy choice without penalties. */
  public static Builder builder() {
    return new Builder();
  }

  /** Collects the parameters. */
  public static final class Builder {
    private double temperature;
    private int topK;
    private double topP = 1;
    private double minP;
    private double repetitionPenalty = 1;
    private double presencePenalty;
    private double frequencyPenalty;
    private OptionalLong seed = OptionalLong.empty();
    private FilterOrder order = FilterOrder.HUGGING_FACE;

    private Builder() {}

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

    /** Sets the seed of the random numbers. */
    public Builder seed(long value) {
      seed = OptionalLong.of(value);
      return this;
    }

    /** Sets the order of the filters. */
    public Builder order(FilterOrder value) {
      order = value;
      return this;
    }

    /**
     * Returns the parameters.
     *
     * @throws IllegalArgumentException if one is out of range; names it, its value and the range
     */
    public SamplingParams build() {
      return new SamplingParams(
          temperature,
          topK,
          topP,
          minP,
          repetitionPenalty,
          presencePenalty,
          frequencyPenalty,
          seed,
          order);
    }
  }
}
