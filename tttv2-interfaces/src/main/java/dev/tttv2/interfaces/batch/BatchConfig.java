// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces.batch;

/**
 * How a {@link BatchJob} runs.
 *
 * @param maxInFlight requests at a time; more than the engine runs at a time, so that it never
 *     waits for the next
 * @param maxLineBytes the longest line of the input
 */
public record BatchConfig(int maxInFlight, int maxLineBytes) {
  /** 64 requests, lines of 8 MiB. */
  public static final BatchConfig DEFAULT = builder().build();

  /**
   * Checks the ranges.
   *
   * @throws IllegalArgumentException if one is below 1
   */
  public BatchConfig {
    atLeastOne("maxInFlight", maxInFlight);
    atLeastOne("maxLineBytes", maxLineBytes);
  }

  private static void atLeastOne(String name, int value) {
    if (value < 1) {
      throw new IllegalArgumentException("%s is %d, expected at least 1".formatted(name, value));
    }
  }

  /** Starts from the defaults. */
  public static Builder builder() {
    return new Builder();
  }

  /** Collects the settings. */
  public static final class Builder {
    private int maxInFlight = 64;
    private int maxLineBytes = 8 << 20;

    private Builder() {}

    /** Sets how many requests run at a time. */
    public Builder maxInFlight(int value) {
      maxInFlight = value;
      return this;
    }

    /** Sets the longest line, in bytes. */
    public Builder maxLineBytes(int value) {
      maxLineBytes = value;
      return this;
    }

    /**
     * Returns the settings.
     *
     * @throws IllegalArgumentException if one is out of range; names it and its value
     */
    public BatchConfig build() {
      return new BatchConfig(maxInFlight, maxLineBytes);
    }
  }
}
