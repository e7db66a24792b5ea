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
import dev.tttv2.core.block.MixtureOfExpertsPlan;
import dev.tttv2.core.block.RoPEConfig;
import dev.tttv2.core.block.RoPEPlan;
import dev.tttv2.core.block.RoPEStyle;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/**
 * What one chip of a group that shares a decoder's layers has, reads and computes, added up from
 * the model's description. Weights are counted as blocks lay them out: a chip's share of columns or
 * rows is padded to tiles, of a bias or an odd share of a norm to a whole tile's 32 rows. How many
 * norms a family has is not part of a description: two a layer are counted, as most have, and one
 * behind them.
 */
final class DecoderCost {
  private static final int TILE = 32;

  /** Users of a decode step at most, each with a matrix that swaps pairs. */
  private static final int MOST_USERS = 32;

  /** Positions of keys are made for whole pages of a cache. */
  private static final int ALIBI_PAGE = 1024;

  private final DeviceTarget target;
  private final DecoderConfig config;
  private final OptimizationConfig optimizations;
  private final int group;
  private final TensorBytes memory;
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
    this.memory = TensorBytes.of(target);
    this.users = users;
    this.context = context;
  }

  /**
   * Adds up.
   *
   * @param target the group
   * @param users of the group at a time
   * @param context tokens of each user
   * @throws IllegalArgumentException if embedding, positions, attention or experts cannot be
   *     resolved for the group, as they are when they are loaded
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

  /**
   * Returns the bytes, estimated, of the activations of a part of a prompt, and on a board of the
   * traces that an engine captures.
   */
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
    weights += memory.rows(table, config.vocabSize(), part(hidden));
    switch (config.positions()) {
      case PositionEncoding.Rotary rotary -> config.ropes(context).forEach(this::addTables);
      case PositionEncoding.Learned learned ->
          weights += memory.rows(table, learned.rows(), part(hidden));
      case PositionEncoding.ALiBi alibi -> {
        optimizations.configure(config.alibiConfig()).build().resolve(target);
        addSlopes(first.deviceHeads());
      }
    }
    for (int layer = 0; layer < config.numLayers(); layer++) {
      addAttention(layer, attention(layer));
      addFeedForward(layer);
      weights += 2 * norms(optimizations.dtype(layer, TensorGroup.NORM));
    }
    weights += norms(optimizations.dtype(TensorGroup.NORM));
    int tokens =
        group == 1 ? config.vocabSize() : part(Math.ceilDiv(config.vocabSize(), TILE)) * TILE;
    linear(optimizations.dtype(TensorGroup.LM_HEAD), hidden, tokens);
    bias(config.lmHeadBias(), optimizations.dtype(TensorGroup.ACTIVATION), tokens);
    multiply(-1, OpGroup.LI_LM_HEAD, rows(), hidden, tokens, 1);
    work = work(first);
  }

  /** Cosines and sines, and the matrix that swaps pairs for each user. */
  private void addTables(RoPEConfig.Builder rope) {
    RoPEPlan plan = optimizations.configure(rope).build().resolve(target);
    weights += 2 * memory.rows(plan.dtype(), plan.maxPositions(), plan.paddedHeadDim());
    if (plan.style() == RoPEStyle.INTERLEAVED) {
      weights += memory.tiles(plan.dtype(), MOST_USERS, TILE, TILE);
    }
  }

  /** The heads' slopes, for prompts and for decode steps, and the positions of keys. */
  private void addSlopes(int heads) {
    weights += memory.tiles(DataType.FLOAT32, heads, 1, 1);
    weights += memory.tiles(DataType.FLOAT32, 1, heads, 1);
    weights += memory.tiles(DataType.FLOAT32, 1, 1, Math.ceilDiv(context, ALIBI_PAGE) * ALIBI_PAGE);
  }

  private void addAttention(int layer, AttentionPlan plan) {
    int hidden = config.hiddenSize();
    linear(plan.wqkvDtype(), hidden, plan.qkvSize());
    bias(plan.qkvBias(), plan.activationDtype(), plan.qkvSize());
    multiply(layer, OpGroup.LI_QKV_DECODE, rows(), hidden, plan.qkvSize(), 1);
    linear(plan.woDtype(), plan.headsSize(), hidden);
    bias(plan.outputBias(), plan.activationDtype(), part(hidden));
    multiply(layer, OpGroup.LI_O_DECODE, rows(), plan.headsSize(), hidden, 1);
    int headDim = plan.paddedHeadDim();
    weights +=
        switch (plan.qkNorm()) {
          case NONE -> 0;
          case PER_HEAD -> 2 * norm(plan.normDtype(), headDim);
          case ALL_HEADS ->
              norm(plan.normDtype(), plan.headsSize())
                  + norm(plan.normDtype(), plan.deviceKvHeads() * headDim);
        };
    long perUser =
        2L * plan.deviceKvHeads() * TensorBytes.matrix(plan.cacheDtype(), context, headDim);
    cache += users * perUser;
    int seen = plan.slidingWindow() == 0 ? context : Math.min(context, plan.slidingWindow());
    read += (double) users * perUser * seen / context;
    multiply(layer, OpGroup.SDPA_DECODE, users * plan.deviceHeads(), headDim, seen, 2);
  }

  private void addFeedForward(int layer) {
    Optional<MixtureOfExpertsConfig> experts =
        config.experts().filter(mixture -> !mixture.isDense(layer));
    if (experts.isEmpty()) {
      addMlp(layer, config.intermediateSize(), config.mlp().gated(), config.mlp().bias(), 1, 1);
      return;
    }
    MixtureOfExpertsPlan plan =
        optimizations.configure(layer, config.expertsConfig()).build().resolve(target);
    weights += memory.tiles(plan.routerDtype(), 1, config.hiddenSize(), plan.numExperts());
    int count = plan.numExperts();
    // So many of them are expected to be chosen by any user.
    double used = count * (1 - Math.pow(1 - (double) plan.expertsPerToken() / count, users));
    addMlp(layer, plan.expertSize(), true, false, count, used);
    int shared = experts.get().sharedExpertSize();
    if (shared > 0) {
      addMlp(layer, shared, true, config.mlp().bias(), 1, 1);
    }
  }

  private void addMlp(int layer, int inner, boolean gated, boolean bias, int count, double used) {
    int hidden = config.hiddenSize();
    int share = part(inner);
    DataType activations = optimizations.dtype(layer, TensorGroup.ACTIVATION);
    for (int i = 0; i < (gated ? 2 : 1); i++) {
      linear(optimizations.dtype(layer, TensorGroup.FF1_FF3), hidden, share, count, used);
      bias(bias, activations, share);
      multiply(layer, OpGroup.LI_FF1_FF3, rows(), hidden, share, used);
    }
    linear(optimizations.dtype(layer, TensorGroup.FF2), share, hidden, count, used);
    bias(bias, activations, part(hidden));
    multiply(layer, OpGroup.LI_FF2, rows(), share, hidden, used);
  }

  private void linear(DataType dtype, int in, int out) {
    linear(dtype, in, out, 1, 1);
  }

  private void linear(DataType dtype, int in, int out, int count, double used) {
    weights += memory.tiles(dtype, count, in, out);
    read += used * TensorBytes.matrix(dtype, in, out);
  }

  /** Biases follow activations, unpacked. */
  private void bias(boolean there, DataType activations, int size) {
    if (there) {
      DataType dtype = activations == DataType.FLOAT32 ? DataType.FLOAT32 : DataType.BFLOAT16;
      weights += memory.tiles(dtype, 1, 1, size);
    }
  }

  /** Returns the bytes of a norm of the residual stream. */
  private long norms(DataType dtype) {
    long weight = norm(dtype, part(config.hiddenSize()));
    return switch (config.norm().kind()) {
      case RMS_NORM -> weight;
      case LAYER_NORM -> 2 * weight;
    };
  }

  /** A tile's width of weights in each row, or if that leaves a rest, tiles. */
  private long norm(DataType dtype, int size) {
    return size % TILE == 0
        ? memory.rows(dtype, size / TILE, TILE)
        : memory.tiles(dtype, 1, 1, size);
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

  private long work(AttentionPlan plan) {
    Optional<MixtureOfExpertsPlan> experts =
        config.experts().map(_ -> config.expertsConfig().build().resolve(target));
    int inner = Math.max(plan.qkvSize(), part(config.intermediateSize()));
    ActivationBytes activations =
        new ActivationBytes(
            config.hiddenSize(),
            inner,
            config.vocabSize(),
            experts
                .map(e -> (long) e.numExperts() * Math.max(part(e.expertSize()), e.hiddenSize()))
                .orElse(0L),
            experts.map(MixtureOfExpertsPlan::partRows).orElse(0),
            optimizations.dtype(TensorGroup.ACTIVATION).hostBytes());
    long traces =
        target.compilesPrograms() ? activations.traces(Math.min(users, MOST_USERS), context) : 0;
    return activations.prompt(context) + traces;
  }
}
