// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.core.block;

import dev.tttv2.core.Device;
import dev.tttv2.core.HeadsArgs;
import dev.tttv2.core.LazyWeight;
import dev.tttv2.core.MatmulArgs;
import dev.tttv2.core.MemoryConfig;
import dev.tttv2.core.QkvHeads;
import dev.tttv2.core.Tensor;
import dev.tttv2.core.TensorScope;
import dev.tttv2.core.Ttnn;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * The fused projection to queries, keys and values, their norm, and their split into heads.
 *
 * <pre>
 * qkv = linear(x, wqkv)                                      [B, 1, S, (NH + 2 KV) D]
 * ALL_HEADS: qkv = concat(rms_norm(q part), rms_norm(k part), v part)
 * nlp_create_qkv_heads(qkv), or _decode(qkv)                 q, k, v
 * PER_HEAD:  q = rms_norm(q), k = rms_norm(k)                in decode interleaved, then sharded again
 * </pre>
 */
final class QkvProjection implements AutoCloseable {
  private final TensorScope weights;
  private final Tensor wqkv;
  private final MatmulArgs prefillLinear;
  private final MatmulArgs decodeLinear;
  private final HeadsArgs prefillHeads;
  private final HeadsArgs decodeHeads;
  private final Norms norms;

  QkvProjection(Device device, AttentionPlan plan, AttentionWeights given) {
    HeadLayout layout = plan.layout();
    try (Weights loading = new Weights(device)) {
      wqkv =
          loading.projection(
              LazyWeight.concat(
                  List.of(
                      layout.rotated(given.q()),
                      layout.rotated(given.k()),
                      layout.padded(given.v()))),
              plan.wqkvDtype(),
              plan.weightMemory());
      MatmulArgs.Builder args =
          MatmulArgs.builder()
              .bias(loading.bias(bias(plan, given), plan.activationDtype()))
              .dtype(plan.activationDtype())
              .memory(plan.innerMemory());
      prefillLinear = args.compute(plan.wqkvPrefillCompute()).build();
      decodeLinear = args.compute(plan.wqkvDecodeCompute()).build();
      norms = norms(device, plan, given);
      weights = loading.keep();
    }
    prefillHeads = heads(plan, plan.innerMemory());
    decodeHeads = heads(plan, MemoryConfig.L1_HEIGHT_SHARDED);
  }

  private static LazyWeight bias(AttentionPlan plan, AttentionWeights given) {
    HeadLayout layout = plan.layout();
    return plan.qkvBias()
        ? LazyWeight.concat(
            List.of(
                layout.rotated(given.qBias()),
                layout.rotated(given.kBias()),
                layout.padded(given.vBias())))
        : null;
  }

  private static HeadsArgs heads(AttentionPlan plan, MemoryConfig memory) {
    return HeadsArgs.builder()
        .numHeads(plan.numHeads())
        .numKvHeads(plan.numKvHeads())
        .transposeKHeads(false)
        .memory(memory)
        .build();
  }

  private static Norms norms(Device device, AttentionPlan plan, AttentionWeights given) {
    return switch (plan.qkNorm()) {
      case NONE -> new NoNorms();
      case PER_HEAD -> {
        RMSNorm q = norm(device, plan, 1, given.qNorm());
        yield new PerHead(q, normOrClose(device, plan, 1, given.kNorm(), q), plan);
      }
      case ALL_HEADS -> {
        RMSNorm q = norm(device, plan, plan.numHeads(), given.qNorm());
        yield new AllHeads(q, normOrClose(device, plan, plan.numKvHeads(), given.kNorm(), q), plan);
      }
    };
  }

  private static RMSNorm normOrClose(
      Device device, AttentionPlan plan, int heads, LazyWeight weight, RMSNorm first) {
    try {
      return norm(device, plan, heads, weight);
    } catch (RuntimeException | Error e) {
      first.close();
      throw e;
    }
  }

  /**
   * A padded head's mean square is too small by D / paddedHeadDim, since the zeros are counted. So
   * epsilon shrinks alike, and what comes out too large is made up for by {@link #scoreScale}.
   */
  private static RMSNorm norm(Device device, AttentionPlan plan, int heads, LazyWeight weight) {
    float filled = (float) plan.headDim() / plan.paddedHeadDim();
    RMSNormPlan norm =
        new RMSNormPlan(
            heads * plan.paddedHeadDim(),
            plan.qkNormEpsilon() * filled,
            plan.qkNormUnitOffset(),
            plan.normDtype(),
            plan.normCompute(),
            plan.innerMemory());
    return new RMSNorm(device, norm, plan.layout().rotated(weight));
  }

  /** The scale of q k^T, less what norms of padded heads make too large in both q and k. */
  static float scoreScale(AttentionPlan plan) {
    boolean normed = plan.qkNorm() != QkNorm.NONE;
    return normed ? plan.scale() * plan.headDim() / plan.paddedHeadDim() : plan.scale();
  }

  /**
   * Makes the heads of whole texts.
   *
   * @param x [B, 1, S, H]
   * @return q [B, NH, S, D], k and v [B, KV, S, D]
   */
  QkvHeads prefill(Tensor x) {
    try (Tensor qkv = norms.joined(Ttnn.linear(x, wqkv, prefillLinear))) {
      return norms.heads(Ttnn.nlpCreateQkvHeads(qkv, prefillHeads));
    }
  }

  /**
   * Makes the heads of one position of each user.
   *
   * @param x [1, 1, B, H]
   * @return q [1, B, NH, D], k and v [1, B, KV, D], height sharded
   */
  QkvHeads decode(Tensor x) {
    try (Tensor qkv = norms.joined(Ttnn.linear(x, wqkv, decodeLinear))) {
      return norms.shardedHeads(Ttnn.nlpCreateQkvHeadsDecode(qkv, decodeHeads));
    }
  }

  @Override
  public void close() {
    norms.close();
    weights.close();
  }

  /** Replaces queries and keys. Takes over the heads, whatever happens. */
  static QkvHeads replace(QkvHeads heads, UnaryOperator<Tensor> q, UnaryOperator<Tensor> k) {
    try (TensorScope scope = new TensorScope()) {
      Tensor oldQ = scope.add(heads.q());
      Tensor oldK = scope.add(heads.k());
      Tensor v = scope.add(heads.v());
      Tensor newQ = scope.add(q.apply(oldQ));
      Tensor newK = scope.add(k.apply(oldK));
      scope.release(newQ);
      scope.release(newK);
      scope.release(v);
      return new QkvHeads(newQ, newK, v);
    }
  }

  /**
   * Where the norms are in the sequence of operations. Every method takes over what it is given.
   */
  private interface Norms extends AutoCloseable {
    /** Norms [.., (NH + 2 KV) D]. */
    default Tensor joined(Tensor qkv) {
      return qkv;
    }

    /** Norms interleaved heads. */
    default QkvHeads heads(QkvHeads heads) {
      return heads;
    }

    /** Norms height sharded heads. */
    default QkvHeads shardedHeads(QkvHeads heads) {
      return heads;
    }

    @Override
    void close();
  }

  private record NoNorms() implements Norms {
    @Override
    public void close() {}
  }

  /** Each head by itself. */
  private static final class PerHead implements Norms {
    private final RMSNorm q;
    private final RMSNorm k;
    private final UserShards qShards;
    private final UserShards kShards;
    private final MemoryConfig interleaved;

    PerHead(RMSNorm q, RMSNorm k, AttentionPlan plan) {
      this.q = q;
      this.k = k;
      int width = plan.paddedHeadDim();
      qShards = new UserShards(plan.numHeads(), width, plan.gridX(), plan.gridY());
      kShards = new UserShards(plan.numKvHeads(), width, plan.gridX(), plan.gridY());
      interleaved = plan.innerMemory();
    }

    @Override
    public QkvHeads heads(QkvHeads heads) {
      return replace(heads, q::forward, k::forward);
    }

    @Override
    public QkvHeads shardedHeads(QkvHeads heads) {
      return replace(heads, x -> sharded(x, q, qShards), x -> sharded(x, k, kShards));
    }

    /** TTNN's norm takes no height sharded heads. */
    private Tensor sharded(Tensor x, RMSNorm norm, UserShards shards) {
      int users = Math.toIntExact(x.dim(1));
      try (Tensor spread = Ttnn.toMemoryConfig(x, interleaved);
          Tensor normed = norm.forward(spread)) {
        return Ttnn.toMemoryConfig(normed, shards.of(users));
      }
    }

    @Override
    public void close() {
      q.close();
      k.close();
    }
  }

  /** All heads of a position together. */
  private record AllHeads(RMSNorm q, RMSNorm k, AttentionPlan plan) implements Norms {
    @Override
    public Tensor joined(Tensor qkv) {
      long queries = (long) plan.numHeads() * plan.paddedHeadDim();
      long keys = (long) plan.numKvHeads() * plan.paddedHeadDim();
      try (qkv;
          Tensor qPart = columns(qkv, 0, queries);
          Tensor kPart = columns(qkv, queries, queries + keys);
          Tensor vPart = columns(qkv, queries + keys, queries + 2 * keys);
          Tensor qNormed = q.forward(qPart);
          Tensor kNormed = k.forward(kPart)) {
        return Ttnn.concat(List.of(qNormed, kNormed, vPart), -1, plan.innerMemory());
      }
    }

    private static Tensor columns(Tensor x, long from, long to) {
      return Ttnn.slice(
          x, new long[] {0, 0, 0, from}, new long[] {x.dim(0), x.dim(1), x.dim(2), to});
    }

    @Override
    public void close() {
      q.close();
      k.close();
    }
  }
}
