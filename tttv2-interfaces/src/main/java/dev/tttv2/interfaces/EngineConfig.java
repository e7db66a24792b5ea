// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces;

import java.util.Objects;
import java.util.Optional;

/**
 * How a {@link VLLMGenerator} runs its requests.
 *
 * @param maxUsers sequences that run at a time, 1 to 32; a request of n texts has n sequences
 * @param maxContext prompt and new tokens together, at most; 0: what the model and the cache have
 *     room for
 * @param blockSize tokens in a block of the cache; a multiple of 32
 * @param numBlocks blocks of the cache; 0: as many as {@code cacheBytes} has room for
 * @param cacheBytes the size of the cache, if numBlocks is 0; 0: what all users may need, 131072
 *     tokens at most, and no more than half of the device's free memory
 * @param prefixCaching whether requests share the blocks of equal beginnings, and find those of
 *     earlier requests; without it only the texts of one request share their prompt
 * @param prefillChunk how many prompt tokens a step has at most; a multiple of blockSize
 * @param maxBatchedTokens the same for a step in which other sequences wait for their next token:
 *     it bounds how long they wait. A multiple of blockSize, at most prefillChunk
 * @param maxWaiting requests that may wait for their turn, those not counted that start with the
 *     next step; further ones are refused
 * @param trace whether decode steps are captured once for each batch size, and prompts on boards
 *     once for each padded length, and replayed
 * @param deviceArgmax whether greedy choice runs on the device where all of a step's sequences
 *     allow it; see {@link GenerationConfig#deviceArgmax}
 * @param padPrompts whether parts of prompts are padded to a few lengths; see {@link
 *     GenerationConfig#padPrompts}
 * @param stepListener is told of every step
 */
public record EngineConfig(
    int maxUsers,
    int maxContext,
    int blockSize,
    int numBlocks,
    long cacheBytes,
    boolean prefixCaching,
    int prefillChunk,
    int maxBatchedTokens,
    int maxWaiting,
    boolean trace,
    boolean deviceArgmax,
    Optional<Boolean> padPrompts,
    StepListener stepListener) {
  /** 32 users, prefix caching, traces. */
  public static final EngineConfig DEFAULT = builder().build();

  /**
   * Checks the ranges.
   *
   * @throws IllegalArgumentException if one is out of range; names it, its value and the range
   * @throws NullPointerException if padPrompts or stepListener is null
   */
  public EngineConfig {
    if (maxUsers < 1 || maxUsers > Generator.MAX_USERS) {
      throw new IllegalArgumentException(
          "maxUsers is %d, expected 1 to %d".formatted(maxUsers, Generator.MAX_USERS));
    }
    if (blockSize < Generator.BLOCK_SIZE || blockSize % Generator.BLOCK_SIZE != 0) {
      throw new IllegalArgumentException(
          "blockSize is %d, expected a multiple of %d".formatted(blockSize, Generator.BLOCK_SIZE));
    }
    notNegative("maxContext", maxContext);
    notNegative("numBlocks", numBlocks);
    notNegative("cacheBytes", cacheBytes);
    if (maxWaiting < 1) {
      throw new IllegalArgumentException(
          "maxWaiting is %d, expected at least 1".formatted(maxWaiting));
    }
    if (prefillChunk < blockSize || prefillChunk % blockSize != 0) {
      throw new IllegalArgumentException(
          "prefillChunk is %d, expected a multiple of blockSize %d"
              .formatted(prefillChunk, blockSize));
    }
    if (maxBatchedTokens < blockSize
        || maxBatchedTokens > prefillChunk
        || maxBatchedTokens % blockSize != 0) {
      throw new IllegalArgumentException(
          "maxBatchedTokens is %d, expected a multiple of blockSize %d, at most prefillChunk %d"
              .formatted(maxBatchedTokens, blockSize, prefillChunk));
    }
    Objects.requireNonNull(padPrompts, "padPrompts");
    Objects.requireNonNull(stepListener, "stepListener");
  }

  private static void notNegative(String name, long value) {
    if (value < 0) {
      throw new IllegalArgumentException("%s is %d, expected 0 or more".formatted(name, value));
    }
  }

  /** Starts from {@link #DEFAULT}. */
  public static Builder builder() {
    return new Builder();
  }

  /** Collects the settings. */
  public static final class Builder {
    private int maxUsers = Generator.MAX_USERS;
    private int maxContext;
    private int blockSize = Generator.BLOCK_SIZE;
    private int numBlocks;
    private long cacheBytes;
    private boolean prefixCaching = true;
    private int prefillChunk = 2048;
    private int maxBatchedTokens = 512;
    private int maxWaiting = 1024;
    private boolean trace = true;
    private boolean deviceArgmax;
    private Optional<Boolean> padPrompts = Optional.empty();
    private StepListener stepListener = StepListener.NONE;

    private Builder() {}

    /** Sets how many sequences run at a time. */
    public Builder maxUsers(int value) {
      maxUsers = value;
      return this;
    }

    /** Sets the longest context, in tokens; 0: what model and cache have room for. */
    public Builder maxContext(int value) {
      maxContext = value;
      return this;
    }

    /** Sets the tokens in a block of the cache. */
    public Builder blockSize(int value) {
      blockSize = value;
      return this;
    }

    /** Sets the blocks of the cache; 0: by its size. */
    public Builder numBlocks(int value) {
      numBlocks = value;
      return this;
    }

    /** Sets the size of the cache in bytes; 0: by need and free memory. */
    public Builder cacheBytes(long value) {
      cacheBytes = value;
      return this;
    }

    /** Sets whether requests share the blocks of equal beginnings. */
    public Builder prefixCaching(boolean value) {
      prefixCaching = value;
      return this;
    }

    /** Sets how many prompt tokens a step has at most. */
    public Builder prefillChunk(int value) {
      prefillChunk = value;
      return this;
    }

    /** Sets how many prompt tokens a step has at most while others wait for their next token. */
    public Builder maxBatchedTokens(int value) {
      maxBatchedTokens = value;
      return this;
    }

    /** Sets how many requests may wait. */
    public Builder maxWaiting(int value) {
      maxWaiting = value;
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

    /** Sets whether parts of prompts are padded to a few lengths. */
    public Builder padPrompts(boolean value) {
      padPrompts = Optional.of(value);
      return this;
    }

    /** Sets who is told of every step. */
    public Builder stepListener(StepListener value) {
      stepListener = value;
      return this;
    }

    /**
     * Returns the settings.
     *
     * @throws IllegalArgumentException if one is out of range; names it, its value and the range
     */
    public EngineConfig build() {
      return new EngineConfig(
          maxUsers,
          maxContext,
          blockSize,
          numBlocks,
          cacheBytes,
          prefixCaching,
          prefillChunk,
          maxBatchedTokens,
          maxWaiting,
          trace,
          deviceArgmax,
          padPrompts,
          stepListener);
    }
  }
}
