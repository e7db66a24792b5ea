// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces;

import java.util.Objects;
import java.util.Optional;

/**
 * How to run prompts.
 *
 * @param sampling what is wanted of each prompt
 * @param maxContext prompt and new tokens together, at most; 0: the model's own limit
 * @param prefillChunk how many prompt tokens run at once; a multiple of 32
 * @param padPrompts whether the last part of a prompt is padded to a power of two, 128 to
 *     prefillChunk, so that a device compiles programs for those lengths alone; the tokens are the
 *     same. Empty: on boards. Only models that {@linkplain CausalLM#takesPadding take padding} get
 *     it
 * @param trace whether decode steps are captured once and replayed; the result is the same
 * @param deviceArgmax whether greedy choice may run on the device, which then need not hand over
 *     its logits. Among equal logits the host takes the lowest token; leave this off on a device
 *     that does otherwise
 * @param promptLookup guesses tokens that one step then checks, if present; the result is the same.
 *     Not on boards: TTNN rewrites whole tiles of the cache, so the rows of a step cannot write to
 *     the same block
 * @param logits is told all logits, if present
 * @param cancellation ends the generation early
 */
public record GenerationConfig(
    SamplingParams sampling,
    int maxContext,
    int prefillChunk,
    Optional<Boolean> padPrompts,
    boolean trace,
    boolean deviceArgmax,
    Optional<PromptLookup> promptLookup,
    Optional<LogitsListener> logits,
    CancellationToken cancellation) {
  /**
   * Checks the ranges.
   *
   * @throws IllegalArgumentException if maxContext is negative, or prefillChunk is not a positive
   *     multiple of 32; gives the value
   * @throws NullPointerException if something is null
   */
  public GenerationConfig {
    if (maxContext < 0) {
      throw new IllegalArgumentException(
          "maxContext is %d, expected 0 (the model's) or more".formatted(maxContext));
    }
    if (prefillChunk < Generator.BLOCK_SIZE || prefillChunk % Generator.BLOCK_SIZE != 0) {
      throw new IllegalArgumentException(
          "prefillChunk is %d, expected a multiple of %d"
              .formatted(prefillChunk, Generator.BLOCK_SIZE));
    }
    Objects.requireNonNull(sampling, "sampling");
    Objects.requireNonNull(padPrompts, "padPrompts");
    Objects.requireNonNull(promptLookup, "promptLookup");
    Objects.requireNonNull(logits, "logits");
    Objects.requireNonNull(cancellation, "cancellation");
  }

  /** Returns the usual way to run what is wanted. */
  public static GenerationConfig of(SamplingParams sampling) {
    return builder().sampling(sampling).build();
  }

  /** Starts from 128 greedy tokens, with traces. */
  public static Builder builder() {
    return new Builder();
  }

  /** Collects the settings. */
  public static final class Builder {
    private SamplingParams sampling = SamplingParams.GREEDY;
    private int maxContext;
    private int prefillChunk = 2048;
    private Optional<Boolean> padPrompts = Optional.empty();
    private boolean trace = true;
    private boolean deviceArgmax;
    private Optional<PromptLookup> promptLookup = Optional.empty();
    private Optional<LogitsListener> logits = Optional.empty();
    private CancellationToken cancellation = new CancellationToken();

    private Builder() {}

    /** Sets what is wanted of each prompt. */
    public Builder sampling(SamplingParams value) {
      sampling = value;
      return this;
    }

    /** Sets the longest context, in tokens; 0: the model's own. */
    public Builder maxContext(int value) {
      maxContext = value;
      return this;
    }

    /** Sets how many prompt tokens run at once. */
    public Builder prefillChunk(int value) {
      prefillChunk = value;
      return this;
    }

    /** Sets whether prompts are padded to a few lengths. */
    public Builder padPrompts(boolean value) {
      padPrompts = Optional.of(value);
      return this;
    }

    /** Sets whether decode steps are captured and replayed. */
    public Builder trace(boolean value) {
      trace = value;
      return this;
    }

    /** Sets whether greedy choice may run on the device. */
    public Builder deviceArgmax(boolean value) {
      deviceArgmax = value;
      return this;
    }

    /** Sets how tokens are guessed that one step then checks. */
    public Builder promptLookup(PromptLookup value) {
      promptLookup = Optional.of(value);
      return this;
    }

    /** Sets who is told all logits. */
    public Builder logits(LogitsListener value) {
      logits = Optional.of(value);
      return this;
    }

    /** Sets what ends the generation early. */
    public Builder cancellation(CancellationToken value) {
      cancellation = value;
      return this;
    }

    /**
     * Returns the settings.
     *
     * @throws IllegalArgumentException if one is out of range; names it, its value and the range
     */
    public GenerationConfig build() {
      return new GenerationConfig(
          sampling,
          maxContext,
          prefillChunk,
          padPrompts,
          trace,
          deviceArgmax,
          promptLookup,
          logits,
          cancellation);
    }
  }
}
