// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces;

import dev.tttv2.config.DecoderConfig;
import dev.tttv2.config.MixtureOfExpertsConfig;
import dev.tttv2.config.OpGroup;
import dev.tttv2.config.OptimizationConfig;
import dev.tttv2.config.PositionEncoding;
import dev.tttv2.config.TensorGroup;
import dev.tttv2.core.DataType;
import dev.tttv2.core.DeviceTarget;
import dev.tttv2.core.MathFidelity;
import dev.tttv2.core.block.AttentionPlan;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/**
 * What one chip of a group that shares a decoder's layers has, reads and computes, added up from
 * the model's description. Norms and biases, which are small, are left out, and so is what an
 * allocator rounds up: a device needs a little more.
 */
final class DecoderCost {
  private static final int TILE = 32;

  /** Tokens of a prompt that are computed at once. */
  private static final int CHUNK = 2048;

  private final DeviceTarget target;
  private final DecoderConfig config;
  private final OptimizationConfig optimizations;
  private final int group;
  private final int users;
  private final int context;
  private long weights;
  private long cache;
  private long work;
  private double read;
  private final Map<MathFidelity, Double> operations = new EnumMap<>(MathFidelity.class);

  private DecoderCost(
      DeviceTarget target,
      DecoderConfig config,
      OptimizationConfig optimizations,
      int users,
      int context) {
    this.target = target;
    this.config = config;
    this.optimizations = optimizations;
    this.group = target.tensorParallel();
    this.users = users;
    this.context = context;
  }

  /**
   * Adds up.
   *
   * @param target the group
   * @param users of the group at a time
   * @param context tokens of each user
   * @throws IllegalArgumentException if embedding or attention cannot be resolved for the group, as
   *     they are when they are loaded
   */
  static DecoderCost of(
      DeviceTarget target,
      DecoderConfig config,
      OptimizationConfig optimizations,
      int users,
      int context) {
    optimizations.configure(config.embeddingConfig()).build().resolve(target);
    DecoderCost cost = new DecoderCost(target, config, optimizations, users, context);
    cost.add();
    return cost;
  }

  /** Returns the bytes of the weights in their layouts, tables of positions included. */
  long weights() {
    return weights;
  }

  /** Returns the bytes of all users' keys and values. */
  long cache() {
    return cache;
  }

  /** Returns the bytes, estimated, of the activations of a part of a prompt. */
  long work() {
    return work;
  }

  /** Returns the bytes that a decode step reads. */
  double read() {
    return read;
  }

  /** Returns the multiplications and additions of a decode step at each fidelity. */
  Map<MathFidelity, Double> operations() {
    return operations;
  }

  private AttentionPlan attention(int layer) {
    return optimizations.configure(layer, config.attentionConfig(layer)).build().resolve(target);
  }

  private void add() {
    int hidden = config.hiddenSize();
    AttentionPlan first = attention(0);
    DataType table = optimizations.dtype(TensorGroup.EMBEDDING);
    weights += (long) config.vocabSize() * part(hidden) * table.hostBytes();
    if (config.positions() instanceof PositionEncoding.Learned learned) {
      weights += (long) learned.rows() * part(hidden) * table.hostBytes();
    }
    int ropes = config.ropes(context).size();
    weights += 2L * ropes * context * first.paddedHeadDim() * DataType.BFLOAT16.hostBytes();
    for (int layer = 0; layer < config.numLayers(); layer++) {
      addAttention(layer, attention(layer));
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
    MathFidelity fidelity =
        (layer < 0 ? optimizations.compute(group) : optimizations.compute(layer, group))
            .mathFidelity();
    operations.merge(fidelity, n * 2 * rows * inner * columns, Double::sum);
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
