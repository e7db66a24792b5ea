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
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * The fused projection to queries, keys and values, their norm, and their split into heads.
 *
 * <pre>
 * on a mesh: x = all_gather(x)                               [B, 1, S, H], NH and KV those of a device
 * qkv = linear(x, wqkv)                                      [B, 1, S, (NH + 2 KV) D]
 * ALL_HEADS: qkv = concat(rms_norm(q part), rms_norm(k part), v part)
 * nlp_create_qkv_heads(qkv), or _decode(qkv)                 q, k, v
 * PER_HEAD:  q = rms_norm(q), k = rms_norm(k)                in decode interleaved, then sharded again
 * </pre>
 */
final class QkvProjection implements AutoCloseable {
  private final TensorScope weights;
  private final UnaryOperator<Tensor> prefillLinear;
  private final UnaryOperator<Tensor> decodeLinear;
  private final HeadsArgs prefillHeads;
  private final HeadsArgs decodeHeads;
  private final Norms norms;

  QkvProjection(Device device, AttentionPlan plan, AttentionWeights given) {
    TensorParallel parallel = TensorParallel.of(device, plan.devices());
    try (Weights loading = new Weights(device)) {
      Tensor wqkv =
          loading.columns(
              joined(plan, given.q(), given.k(), given.v()),
              plan.wqkvDtype(),
              plan.weightMemory(),
              parallel);
      LazyWeight bias =
          plan.qkvBias() ? joined(plan, given.qBias(), given.kBias(), given.vBias()) : null;
      MatmulArgs.Builder args =
          MatmulArgs.builder()
              .bias(loading.bias(bias, plan.activationDtype(), parallel))
              .dtype(plan.activationDtype())
              .memory(plan.innerMemory());
      MatmulArgs prefill = args.compute(plan.wqkvPrefillCompute()).build();
      MatmulArgs decode = args.compute(plan.wqkvDecodeCompute()).build();
      prefillLinear =
          parallel.gathered(plan.innerMemory(), Projection.of(plan.programs(), wqkv, prefill));
      decodeLinear =
          parallel.gathered(plan.innerMemory(), Projection.of(plan.programs(), wqkv, decode));
      norms = norms(device, plan, given);
      weights = loading.keep();
    }
    prefillHeads = heads(plan, plan.innerMemory());
    decodeHeads = heads(plan, MemoryConfig.L1_HEIGHT_SHARDED);
  }

  /** Queries, keys and values of each device, one below the other. */
  private static LazyWeight joined(AttentionPlan plan, LazyWeight q, LazyWeight k, LazyWeight v) {
    HeadLayout layout = plan.layout();
    LazyWeight all =
        LazyWeight.concat(List.of(layout.rotated(q), layout.rotated(k), layout.padded(v)));
    return plan.shares().interleaved(all, plan.paddedHeadDim());
  }

  private static HeadsArgs heads(AttentionPlan plan, MemoryConfig memory) {
    return HeadsArgs.builder()
        .numHeads(plan.deviceHeads())
        .numKvHeads(plan.deviceKvHeads())
        .transposeKHeads(false)
        .memory(memory)
        .build();
  }

  private static Norms norms(Device device, AttentionPlan plan, AttentionWeights given) {
    return switch (plan.qkNorm()) {
      case NONE -> new NoNorms();
      case PER_HEAD -> {
        RMSNorm q = perHead(device, plan, given.qNorm());
        yield new PerHead(q, orClose(() -> perHead(device, plan, given.kNorm()), q), plan);
      }
      case ALL_HEADS -> {
        HeadShares shares = plan.shares();
        int size = plan.paddedHeadDim();
        LazyWeight qNorm = shares.ordered(plan.layout().rotated(given.qNorm()), size);
        LazyWeight kNorm = shares.orderedKv(plan.layout().rotated(given.kNorm()), size);
        RMSNorm q = allHeads(device, plan, qNorm, queriesFilled(plan));
        yield new AllHeads(
            q, orClose(() -> allHeads(device, plan, kNorm, keysFilled(plan)), q), plan);
      }
    };
  }

  private static RMSNorm orClose(Supplier<RMSNorm> second, RMSNorm first) {
    try {
      return second.get();
    } catch (RuntimeException | Error e) {
      first.close();
      throw e;
    }
  }

  private static RMSNorm perHead(Device device, AttentionPlan plan, LazyWeight weight) {
    LazyWeight rotated = plan.layout().rotated(weight);
    return norm(device, plan, plan.paddedHeadDim(), rotated, headFilled(plan), 1);
  }

  private static RMSNorm allHeads(
      Device device, AttentionPlan plan, LazyWeight weight, double filled) {
    int width = Math.toIntExact(weight.shape()[0]);
    return norm(device, plan, width, weight, filled, plan.devices());
  }

  /**
   * A norm of which only a part is filled, by values and copies of them: the mean square is too
   * small by that, since the zeros are counted. So epsilon shrinks alike, and what comes out too
   * large is made up for by {@link #scoreScale}.
   */
  private static RMSNorm norm(
      Device device, AttentionPlan plan, int width, LazyWeight weight, double filled, int devices) {
    RMSNormPlan norm =
        new RMSNormPlan(
            width,
            (float) (plan.qkNormEpsilon() * filled),
            plan.qkNormUnitOffset(),
            plan.normDtype(),
            plan.normCompute(),
            plan.innerMemory(),
            devices);
    return new RMSNorm(device, norm, weight);
  }

  private static double headFilled(AttentionPlan plan) {
    return (double) plan.headDim() / plan.paddedHeadDim();
  }

  private static double queriesFilled(AttentionPlan plan) {
    return headFilled(plan) * plan.numHeads() / (plan.deviceHeads() * plan.devices());
  }

  private static double keysFilled(AttentionPlan plan) {
    int filled = plan.numKvHeads() * plan.shares().copies();
    return headFilled(plan) * filled / (plan.deviceKvHeads() * plan.devices());
  }

  /** The scale of q k^T, less what norms of padded heads make too large in both q and k. */
  static float scoreScale(AttentionPlan plan) {
    return switch (plan.qkNorm()) {
      case NONE -> plan.scale();
      case PER_HEAD -> (float) (plan.scale() * headFilled(plan));
      case ALL_HEADS -> (float) (plan.scale() * Math.sqrt(queriesFilled(plan) * keysFilled(plan)));
    };
  }

  /**
   * Makes the heads of whole texts.
   *
   * @param x [B, 1, S, H]
   * @return q [B, NH, S, D], k and v [B, KV, S, D]
   */
  QkvHeads prefill(Tensor x) {
    try (Tensor qkv = norms.joined(prefillLinear.apply(x))) {
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
    try (Tensor qkv = norms.joined(decodeLinear.apply(x))) {
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
      qShards = new UserShards(plan.deviceHeads(), width, plan.gridX(), plan.gridY());
      kShards = new UserShards(plan.deviceKvHeads(), width, plan.gridX(), plan.gridY());
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
      long queries = (long) plan.deviceHeads() * plan.paddedHeadDim();
      long keys = (long) plan.deviceKvHeads() * plan.paddedHeadDim();
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
