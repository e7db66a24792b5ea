// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * How to generate.
 *
 * @param maxTokens how many new tokens at most, for each prompt
 * @param sampling how tokens are chosen
 * @param stop texts that end a generation; they are not part of its text
 * @param stopTokens tokens that end a generation, beside the model's end-of-text tokens
 * @param ignoreEos whether to generate on past the model's end-of-text tokens
 * @param skipSpecialTokens whether special tokens are left out of the text
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
 * @param logits is told all logits, if present
 * @param cancellation ends the generation early
 */
public record GenerationConfig(
    int maxTokens,
    SamplingParams sampling,
    List<String> stop,
    List<Integer> stopTokens,
    boolean ignoreEos,
    boolean skipSpecialTokens,
    int maxContext,
    int prefillChunk,
    Optional<Boolean> padPrompts,
    boolean trace,
    boolean deviceArgmax,
    Optional<LogitsListener> logits,
    CancellationToken cancellation) {
  /**
   * Checks the ranges and copies the lists.
   *
   * @throws IllegalArgumentException if maxTokens is less than 1, maxContext is negative,
   *     prefillChunk is not a positive multiple of 32, or a stop text is empty; gives the value
   * @throws NullPointerException if something is null
   */
  public GenerationConfig {
    if (maxTokens < 1) {
      throw new IllegalArgumentException(
          "maxTokens is %d, expected at least 1".formatted(maxTokens));
    }
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
    Objects.requireNonNull(logits, "logits");
    Objects.requireNonNull(cancellation, "cancellation");
    stop = List.copyOf(stop);
    stopTokens = List.copyOf(stopTokens);
    if (stop.contains("")) {
      throw new IllegalArgumentException("stop string %d is empty".formatted(stop.indexOf("")));
    }
  }

  /** Starts from 128 greedy tokens, with traces. */
  public static Builder builder() {
    return new Builder();
  }

  /** Collects the settings. */
  public static final class Builder {
    private int maxTokens = 128;
    private SamplingParams sampling = SamplingParams.GREEDY;
    private List<String> stop = List.of();
    private List<Integer> stopTokens = List.of();
    private boolean ignoreEos;
    private boolean skipSpecialTokens = true;
    private int maxContext;
    private int prefillChunk = 2048;
    private Optional<Boolean> padPrompts = Optional.empty();
    private boolean trace = true;
    private boolean deviceArgmax;
    private Optional<LogitsListener> logits = Optional.empty();
    private CancellationToken cancellation = new CancellationToken();

    private Builder() {}

    /** Sets how many new tokens there may be for each prompt. */
    public Builder maxTokens(int value) {
      maxTokens = value;
      return this;
    }

    /** Sets how tokens are chosen. */
    public Builder sampling(SamplingParams value) {
      sampling = value;
      return this;
    }

    /** Sets the texts that end a generation. */
    public Builder stop(List<String> value) {
      stop = value;
      return this;
    }

    /** Sets further tokens that end a generation. */
    public Builder stopTokens(List<Integer> value) {
      stopTokens = value;
      return this;
    }

    /** Sets whether to generate on past end-of-text tokens. */
    public Builder ignoreEos(boolean value) {
      ignoreEos = value;
      return this;
    }

    /** Sets whether special tokens are left out of the text. */
    public Builder skipSpecialTokens(boolean value) {
      skipSpecialTokens = value;
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
          maxTokens,
          sampling,
          stop,
          stopTokens,
          ignoreEos,
          skipSpecialTokens,
          maxContext,
          prefillChunk,
          padPrompts,
          trace,
          deviceArgmax,
          logits,
          cancellation);
    }
  }
}
