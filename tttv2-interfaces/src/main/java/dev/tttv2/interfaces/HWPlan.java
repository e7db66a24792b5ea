// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces;

import dev.tttv2.config.DecoderConfig;
import dev.tttv2.config.MixtureOfExpertsConfig;
import dev.tttv2.config.OpGroup;
import dev.tttv2.config.OptimizationConfig;
import dev.tttv2.config.PositionEncoding;
import dev.tttv2.config.TensorGroup;
import dev.tttv2.core.DataType;
import dev.tttv2.core.block.AttentionPlan;
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
 * @param users of each group at a time
 * @param context tokens of each user
 * @param weightBytes of a chip: weights in their layouts, tables of positions included
 * @param cacheBytes of a chip: keys and values
 * @param workBytes of a chip, estimated: activations of a part of a prompt
 * @param memorySeconds a decode step's time for reading weights and caches at the bandwidth that
 *     the DRAM reaches
 * @param computeSeconds a decode step's time for its multiplications at their fidelities' peak
 * @param problem why the model cannot be spread so, if it cannot
 */
public record HWPlan(
    HWConfig hardware,
    int group,
    int replicas,
    int users,
    int context,
    long weightBytes,
    long cacheBytes,
    long workBytes,
    double memorySeconds,
    double computeSeconds,
    Optional<String> problem) {
  private static final int TILE = 32;

  /** Tokens of a prompt that are computed at once. */
  private static final int CHUNK = 2048;

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
    int users = Math.ceilDiv(batch, replicas);
    Optional<String> problem = problem(hardware, config, optimizations, group);
    Count count = new Count(hardware, config, optimizations, group, users, context);
    if (problem.isEmpty()) {
      count.add();
    }
    return new HWPlan(
        hardware,
        group,
        replicas,
        users,
        context,
        count.weights,
        count.cache,
        count.work,
        count.read / (hardware.dramBandwidth() * REACHED_BANDWIDTH),
        count.seconds,
        problem);
  }

  /** Resolves a layer's attention and the embedding for a group, as they are when loaded. */
  private static Optional<String> problem(
      HWConfig hardware, DecoderConfig config, OptimizationConfig optimizations, int group) {
    try {
      optimizations.configure(config.embeddingConfig()).build().resolve(hardware.target(1, group));
      attention(hardware, config, optimizations, group, 0);
      return Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.of(e.getMessage());
    }
  }

  private static AttentionPlan attention(
      HWConfig hardware,
      DecoderConfig config,
      OptimizationConfig optimizations,
      int group,
      int layer) {
    return optimizations
        .configure(layer, config.attentionConfig(layer))
        .build()
        .resolve(hardware.target(1, group));
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

  /** Returns the tokens a second of all users at most. */
  public double tokensPerSecond() {
    return tokensPerSecondPerUser() * users * replicas;
  }

  /** Says in a line what is needed, and what limits it or stands against it. */
  @Override
  public String toString() {
    String spread =
        "%s, %d x %d chip%s".formatted(hardware.name(), replicas, group, group == 1 ? "" : "s");
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

  /** Adds up what one chip of a group has, reads and computes. */
  private static final class Count {
    private final HWConfig hardware;
    private final DecoderConfig config;
    private final OptimizationConfig optimizations;
    private final int group;
    private final int users;
    private final int context;
    private long weights;
    private long cache;
    private long work;
    private double read;
    private double seconds;

    Count(
        HWConfig hardware,
        DecoderConfig config,
        OptimizationConfig optimizations,
        int group,
        int users,
        int context) {
      this.hardware = hardware;
      this.config = config;
      this.optimizations = optimizations;
      this.group = group;
      this.users = users;
      this.context = context;
    }

    void add() {
      int hidden = config.hiddenSize();
      AttentionPlan first = attention(hardware, config, optimizations, group, 0);
      DataType table = optimizations.dtype(TensorGroup.EMBEDDING);
      weights += (long) config.vocabSize() * part(hidden) * table.hostBytes();
      if (config.positions() instanceof PositionEncoding.Learned learned) {
        weights += (long) learned.rows() * part(hidden) * table.hostBytes();
      }
      int ropes = config.ropes(context).size();
      weights += 2L * ropes * context * first.paddedHeadDim() * DataType.BFLOAT16.hostBytes();
      for (int layer = 0; layer < config.numLayers(); layer++) {
        addAttention(layer, attention(hardware, config, optimizations, group, layer));
        addFeedForward(layer);
      }
      linear(optimizations.dtype(TensorGroup.LM_HEAD), hidden, part(config.vocabSize()), 1);
      multiply(-1, OpGroup.LI_LM_HEAD, rows(), hidden, part(config.vocabSize()), 1);
      work = work(first);
    }

    private void addAttention(int layer, AttentionPlan plan) {
      int hidden = config.hiddenSize();
      linear(plan.wqkvDtype(), hidden, plan.qkvSize(), 1);
      multiply(layer, OpGroup.LI_QKV_DECODE, rows(), hidden, plan.qkvSize(), 1);
      linear(plan.woDtype(), plan.headsSize(), hidden, 1);
      multiply(layer, OpGroup.LI_O_DECODE, rows(), plan.headsSize(), hidden, 1);
      int headDim = plan.paddedHeadDim();
      long perUser = 2L * plan.deviceKvHeads() * bytes(plan.cacheDtype(), context, headDim);
      cache += users * perUser;
      int seen = plan.slidingWindow() == 0 ? context : Math.min(context, plan.slidingWindow());
      read += (double) users * perUser * seen / context;
      multiply(layer, OpGroup.SDPA_DECODE, users * plan.deviceHeads(), headDim, seen, 2);
    }

    private void addFeedForward(int layer) {
      Optional<MixtureOfExpertsConfig> experts =
          config.experts().filter(mixture -> !mixture.isDense(layer));
      int inner = experts.map(e -> e.expertSize()).orElse(config.intermediateSize());
      double count = experts.map(e -> e.numExperts()).orElse(1);
      double chosen = experts.map(e -> e.expertsPerToken()).orElse(1);
      // So many of them are expected to be chosen by any user.
      double used = count * (1 - Math.pow(1 - chosen / count, users));
      int hidden = config.hiddenSize();
      int in = config.mlp().gated() ? 2 * part(inner) : part(inner);
      addMlp(layer, hidden, in, part(inner), count, used);
      experts
          .filter(mixture -> mixture.sharedExpertSize() > 0)
          .ifPresent(
              mixture -> {
                int shared = part(mixture.sharedExpertSize());
                addMlp(layer, hidden, 2 * shared, shared, 1, 1);
              });
    }

    private void addMlp(int layer, int hidden, int in, int out, double count, double used) {
      linear(optimizations.dtype(layer, TensorGroup.FF1_FF3), hidden, in, count, used);
      multiply(layer, OpGroup.LI_FF1_FF3, rows(), hidden, in, used);
      linear(optimizations.dtype(layer, TensorGroup.FF2), out, hidden, count, used);
      multiply(layer, OpGroup.LI_FF2, rows(), out, hidden, used);
    }

    private void linear(DataType dtype, int in, int out, double count) {
      linear(dtype, in, out, count, count);
    }

    private void linear(DataType dtype, int in, int out, double count, double used) {
      long bytes = bytes(dtype, in, out);
      weights += (long) (count * bytes);
      read += used * bytes;
    }

    private void multiply(int layer, OpGroup group, long rows, long inner, long columns, double n) {
      seconds +=
          n
              * 2
              * rows
              * inner
              * columns
              / hardware.peakFlops(
                  (layer < 0 ? optimizations.compute(group) : optimizations.compute(layer, group))
                      .mathFidelity());
    }

    /** Rows of a decode step: users fill whole tiles. */
    private int rows() {
      return Math.ceilDiv(users, TILE) * TILE;
    }

    private int part(int size) {
      return Math.ceilDiv(size, group);
    }

    /**
     * What a part of a prompt has at a time: the residual stream and its sum, heads or the inner
     * width twice, and the logits of a tile of rows.
     */
    private long work(AttentionPlan plan) {
      long rows = Math.min(CHUNK, context);
      long width =
          2L * config.hiddenSize() + 2L * Math.max(plan.qkvSize(), part(config.intermediateSize()));
      DataType dtype = optimizations.dtype(TensorGroup.ACTIVATION);
      return rows * width * dtype.hostBytes()
          + (long) TILE * part(config.vocabSize()) * dtype.hostBytes();
    }

    /** Returns the bytes of a matrix in tiles. */
    private static long bytes(DataType dtype, long rows, long columns) {
      long tiles = Math.ceilDiv(rows, (long) TILE) * Math.ceilDiv(columns, (long) TILE);
      return tiles
          * switch (dtype) {
            case BFLOAT8_B -> 1088;
            case BFLOAT4_B -> 576;
            default -> (long) TILE * TILE * dtype.hostBytes();
          };
    }
  }
}
