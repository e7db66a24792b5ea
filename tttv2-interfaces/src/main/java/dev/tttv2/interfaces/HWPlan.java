// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces;

import dev.tttv2.config.DecoderConfig;
import dev.tttv2.config.OptimizationConfig;
import java.util.Locale;
import java.util.Optional;

/**
 * A decoder spread over the chips of a system: what it takes, whether that fits, and what limits a
 * decode step. All of it is arithmetic over the model's description; nothing is loaded and no
 * device is asked.
 *
 * <p>A group of chips shares each layer (tensor parallelism): projections to queries, keys, values
 * and to the MLP's inner width are split by their outputs, those back by their inputs, embedding
 * and residual stream by the hidden size, the head by the vocabulary. Which heads a chip has,
 * copies and padding included, is what attention's config resolves to for the group.
 *
 * @param hardware the system
 * @param group chips that share a layer
 * @param replicas groups, each with the whole model and its own users
 * @param batch users at a time, of the whole system
 * @param context tokens of each user
 * @param weightBytes of a chip: weights as they lie there, padding, norms, biases and tables of
 *     positions included
 * @param cacheBytes of a chip: keys and values
 * @param workBytes of a chip, estimated: activations of a part of a prompt, and the traces of
 *     prompts and decode steps that an engine captures
 * @param memorySeconds a decode step's time for reading weights and caches at the bandwidth that
 *     the DRAM reaches
 * @param computeSeconds a decode step's time for its multiplications at their fidelities' peak
 * @param problem why the model cannot be spread so, if it cannot
 */
public record HWPlan(
    HWConfig hardware,
    int group,
    int replicas,
    int batch,
    int context,
    long weightBytes,
    long cacheBytes,
    long workBytes,
    double memorySeconds,
    double computeSeconds,
    Optional<String> problem) {
  /** The share of the rated bandwidth that one reader a bank reaches (tt-metal's report). */
  private static final double REACHED_BANDWIDTH = 0.92;

  /** What limits a decode step. */
  public enum Limit {
    /** Reading weights and caches. */
    MEMORY,
    /** Multiplying. */
    COMPUTE
  }

  static HWPlan of(
      HWConfig hardware,
      DecoderConfig config,
      OptimizationConfig optimizations,
      int group,
      int batch,
      int context) {
    if (batch < 1 || context < 1 || context > config.maxPositions()) {
      throw new IllegalArgumentException(
          "plan: %d users and a context of %d tokens, expected at least 1 and 1 to %d"
              .formatted(batch, context, config.maxPositions()));
    }
    int replicas = hardware.chips() / group;
    try {
      DecoderCost cost =
          DecoderCost.of(
              hardware.target(group), config, optimizations, users(batch, replicas), context);
      return new HWPlan(
          hardware,
          group,
          replicas,
          batch,
          context,
          cost.weights(),
          cost.cache(),
          cost.work(),
          cost.read() / (hardware.dramBandwidth() * REACHED_BANDWIDTH),
          cost.operations().entrySet().stream()
              .mapToDouble(entry -> entry.getValue() / hardware.peakFlops(entry.getKey()))
              .sum(),
          Optional.empty());
    } catch (IllegalArgumentException e) {
      return new HWPlan(
          hardware, group, replicas, batch, context, 0, 0, 0, 0, 0, Optional.of(e.getMessage()));
    }
  }

  private static int users(int batch, int replicas) {
    return Math.ceilDiv(batch, replicas);
  }

  /** Returns the users of a group at a time, of one with the most. */
  public int users() {
    return users(batch, replicas);
  }

  /** Returns what a chip needs in all. */
  public long bytes() {
    return weightBytes + cacheBytes + workBytes;
  }

  /** Tells whether the model can be spread so and has room. */
  public boolean fits() {
    return problem.isEmpty() && bytes() <= hardware.dramBytes();
  }

  /** Returns what limits a decode step. */
  public Limit limit() {
    return memorySeconds >= computeSeconds ? Limit.MEMORY : Limit.COMPUTE;
  }

  /**
   * Returns the tokens a second that each user gets at most; collectives between chips, launches
   * and everything that is no linear and no attention left out.
   */
  public double tokensPerSecondPerUser() {
    return 1 / Math.max(memorySeconds, computeSeconds);
  }

  /** Returns the tokens a second of all users at most, each at the rate of the fullest group. */
  public double tokensPerSecond() {
    return tokensPerSecondPerUser() * batch;
  }

  /** Says in a line what is needed, and what limits it or stands against it. */
  @Override
  public String toString() {
    String spread =
        "%s, %d x %d chip%s%s"
            .formatted(
                hardware.name(), replicas, group, group == 1 ? "" : "s", hardware.groupMesh(group));
    String needs =
        String.format(
            Locale.ROOT,
            "%.2f GB of %.2f GB a chip (weights %.2f, cache %.2f, work %.2f)",
            bytes() / 1e9,
            hardware.dramBytes() / 1e9,
            weightBytes / 1e9,
            cacheBytes / 1e9,
            workBytes / 1e9);
    if (problem.isPresent()) {
      return spread + ": " + problem.get();
    }
    if (!fits()) {
      return spread + ": does not fit, " + needs;
    }
    return spread
        + ": fits, "
        + needs
        + String.format(
            Locale.ROOT,
            "; decode limited by %s to %.0f tokens/s/user, %.0f tokens/s",
            limit() == Limit.MEMORY ? "memory" : "compute",
            tokensPerSecondPerUser(),
            tokensPerSecond());
  }
}
