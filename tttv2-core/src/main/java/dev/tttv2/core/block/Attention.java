// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.core.block;

import dev.tttv2.core.ComputeConfig;
import dev.tttv2.core.Device;
import dev.tttv2.core.LazyWeight;
import dev.tttv2.core.MatmulArgs;
import dev.tttv2.core.OpArgs;
import dev.tttv2.core.QkvHeads;
import dev.tttv2.core.SdpaArgs;
import dev.tttv2.core.Tensor;
import dev.tttv2.core.TensorScope;
import dev.tttv2.core.TensorSpec;
import dev.tttv2.core.Ttnn;
import java.util.function.UnaryOperator;

/**
 * Self-attention: multi-head, grouped-query or multi-query. Causal over a paged cache ({@link
 * #prefill}, {@link #decode}), or of whole texts without a cache ({@link #forward}).
 *
 * <pre>
 * prefill, one user, positions start .. start + S - 1
 *   x T [1, 1, S, H]
 *   qkv = linear(x, wqkv)                                              [1, 1, S, (NH + 2 KV) D]
 *   q, k, v = nlp_create_qkv_heads(qkv)                                [1, NH, S, D], [1, KV, S, D]
 *   q, k = rms_norm(.)                                                 where the plan has such norms
 *   q, k = rotary_embedding_hf or _llama(., cos, sin)                  where the plan rotates
 *   k, v = typecast(., the cache's dtype)                              where it differs
 *   paged_fill_cache(keys, k, page table), values likewise
 *   start 0:  o = scaled_dot_product_attention(q, k, v)                [1, NH, S, D]
 *   start &gt; 0: o = chunked_scaled_dot_product_attention(q, keys, values, the user's pages, start)
 *   linear(nlp_concat_heads(o), wo)                                    [1, 1, S, H]
 *
 * decode, one position of each of B users
 *   x T [1, 1, B, H]
 *   qkv = linear(x, wqkv)                                              [1, 1, B, (NH + 2 KV) D]
 *   q, k, v = nlp_create_qkv_heads_decode(qkv)                         HS [1, B, NH, D], [1, B, KV, D]
 *   q, k = rms_norm(.), interleaved and sharded again                  where the plan has such norms
 *   q, k = rotary_embedding_hf or _llama(., cos, sin), decode mode     HS
 *   paged_update_cache(keys, k, positions, page table), values likewise
 *   o = paged_scaled_dot_product_attention_decode(q, keys, values)     [1, B, NH, D]
 *   linear(reshape(o, [1, 1, B, NH D]), wo)                            [1, 1, B, H]
 *
 * forward, B texts
 *   x T [B, 1, S, H], then as prefill, without a cache                 [B, 1, S, H]
 *   to be rotated, q and k are reshaped to [1, B NH, S, D], [1, B KV, S, D], and back
 * </pre>
 *
 * <p>On a mesh, NH and KV are the heads of each device, x has H / devices columns and is gathered
 * first; what wo gives is added up over the devices, of which each keeps its columns
 * (reduce_scatter), and a bias is added then.
 *
 * <p>A step's or call's mask is added to the scaled scores and then alone says what a query sees.
 *
 * @implNote D is a head's extent on the device. Where a target's tiles or its rotary operation need
 *     another than the model's, the weights are padded and their rows moved when they are loaded.
 */
public final class Attention implements AutoCloseable {
  private static final int TILE = 32;

  private static final String NAME = "attention";

  private final AttentionPlan plan;
  private final QkvProjection projection;
  private final TensorScope weights;
  private final UnaryOperator<Tensor> prefillWo;
  private final UnaryOperator<Tensor> decodeWo;
  private final KVCacheConfig.Layer cached;
  private final HeadRotation rotation;
  private final PrefillChunks prefillSdpa;
  private final PrefillChunks maskedPrefillSdpa;
  private final SdpaArgs decodeSdpa;
  private final SdpaArgs maskedDecodeSdpa;
  private final PrefillChunks forwardSdpa;
  private final OpArgs join;
  private final UnaryOperator<Tensor> toCacheDtype;

  /**
   * Loads the weights; q, k and v become one projection.
   *
   * @throws IllegalArgumentException if they do not fit the plan
   */
  public Attention(Device device, AttentionPlan plan, AttentionWeights given) {
    check(plan, given);
    this.plan = plan;
    Tensor prefillSink = null;
    Tensor decodeSink = null;
    projection = new QkvProjection(device, plan, given);
    TensorParallel parallel = TensorParallel.of(device, plan.devices());
    HeadShares shares = plan.shares();
    try (Weights loading = new Weights(device)) {
      Tensor wo =
          loading.rows(
              shares.orderedColumns(plan.layout().paddedColumns(given.o()), plan.paddedHeadDim()),
              plan.woDtype(),
              plan.weightMemory(),
              parallel);
      Tensor bias = loading.bias(given.oBias(), plan.activationDtype(), parallel);
      prefillWo = output(parallel, wo, bias, plan.woPrefillCompute());
      decodeWo = output(parallel, wo, bias, plan.woDecodeCompute());
      if (plan.sinks()) {
        LazyWeight sinks = shares.ordered(given.sinks(), 1);
        TensorSpec spec = sinkSpec(plan, 1, plan.deviceHeads(), 1, 1);
        prefillSink = loading.shared(spec, sinks, false, parallel.along(1));
        decodeSink = loading.add(decodeSink(device, plan, sinks, parallel));
      }
      weights = loading.keep();
    } catch (RuntimeException | Error e) {
      projection.close();
      throw e;
    }
    cached = KVCacheConfig.Layer.of(plan);
    rotation = HeadRotation.of(plan);
    int window = plan.slidingWindow();
    prefillSdpa = prefillSdpa(prefillSink, true, window);
    maskedPrefillSdpa = prefillSdpa(prefillSink, false, 0);
    decodeSdpa = sdpa(plan.decodeCompute(), decodeSink, true, window).build();
    maskedDecodeSdpa = sdpa(plan.decodeCompute(), decodeSink, false, 0).build();
    forwardSdpa = plan.causal() ? prefillSdpa : prefillSdpa(prefillSink, false, window);
    join = OpArgs.builder().memory(plan.innerMemory()).build();
    toCacheDtype =
        plan.cacheDtype() == plan.activationDtype()
            ? UnaryOperator.identity()
            : x -> Ttnn.typecast(x, plan.cacheDtype());
  }

  private static void check(AttentionPlan plan, AttentionWeights given) {
    long hidden = plan.hiddenSize();
    long q = (long) plan.numHeads() * plan.headDim();
    long kv = (long) plan.numKvHeads() * plan.headDim();
    Checks.weight("attention", "q", given.q(), q, hidden);
    Checks.weight("attention", "k", given.k(), kv, hidden);
    Checks.weight("attention", "v", given.v(), kv, hidden);
    Checks.weight("attention", "o", given.o(), hidden, q);
    Checks.vector("attention", "q bias", plan.qkvBias(), given.qBias(), q);
    Checks.vector("attention", "k bias", plan.qkvBias(), given.kBias(), kv);
    Checks.vector("attention", "v bias", plan.qkvBias(), given.vBias(), kv);
    Checks.vector("attention", "o bias", plan.outputBias(), given.oBias(), hidden);
    boolean normed = plan.qkNorm() != QkNorm.NONE;
    boolean together = plan.qkNorm() == QkNorm.ALL_HEADS;
    long head = plan.headDim();
    Checks.vector("attention", "q norm", normed, given.qNorm(), together ? q : head);
    Checks.vector("attention", "k norm", normed, given.kNorm(), together ? kv : head);
    Checks.vector("attention", "sinks", plan.sinks(), given.sinks(), plan.numHeads());
  }

  private static TensorSpec sinkSpec(AttentionPlan plan, long... shape) {
    return TensorSpec.tile(plan.activationDtype(), shape);
  }

  /** The decode operation takes [NH, 32], of which it reads the first column. */
  private static Tensor decodeSink(
      Device device, AttentionPlan plan, LazyWeight sinks, TensorParallel parallel) {
    TensorSpec spec = sinkSpec(plan, plan.deviceHeads(), 1);
    try (Tensor column = sinks.load(device, spec, false, parallel.along(0))) {
      return Ttnn.pad(column, new long[] {0, 0}, new long[] {0, TILE - 1}, 0);
    }
  }

  private UnaryOperator<Tensor> output(
      TensorParallel parallel, Tensor wo, Tensor bias, ComputeConfig compute) {
    return parallel.rowParallel(
        plan.programs(),
        wo,
        () ->
            MatmulArgs.builder()
                .dtype(plan.activationDtype())
                .memory(plan.outputMemory())
                .compute(compute),
        bias,
        plan.activationDtype(),
        plan.outputMemory());
  }

  private PrefillChunks prefillSdpa(Tensor sink, boolean causal, int window) {
    return new PrefillChunks(plan, () -> sdpa(plan.prefillCompute(), sink, causal, window));
  }

  private SdpaArgs.Builder sdpa(ComputeConfig compute, Tensor sink, boolean causal, int window) {
    return SdpaArgs.builder()
        .causal(causal)
        .scale(QkvProjection.scoreScale(plan))
        .logitSoftcap(plan.logitSoftcap())
        .slidingWindow(window)
        .attentionSink(sink)
        .memory(plan.innerMemory())
        .compute(compute);
  }

  /**
   * Attends one user's prompt, or a part of it, to itself and to what the cache holds before it.
   *
   * @param x [1, 1, S, H], TILE
   * @param layer the layer of the cache
   * @return [1, 1, S, H], TILE; the caller closes it
   * @throws IllegalArgumentException if the cache is of another shape or dtype, or the step's
   *     rotation is missing or of another style
   */
  public Tensor prefill(Tensor x, PrefillStep step, int layer) {
    checkCache(step.cache(), layer);
    return Tensor.composed(NAME, () -> attend(x, step, layer));
  }

  private Tensor attend(Tensor x, PrefillStep step, int layer) {
    try (QkvHeads heads = rotation.prefill(projection.prefill(x), step.rope());
        Tensor k = toCacheDtype.apply(heads.k());
        Tensor v = toCacheDtype.apply(heads.v());
        Tensor attended =
            step.start() == 0
                ? attendPrompt(heads.q(), k, v, step, layer)
                : attendChunk(heads.q(), k, v, step, layer)) {
      return output(attended);
    }
  }

  private Tensor attendPrompt(Tensor q, Tensor k, Tensor v, PrefillStep step, int layer) {
    KVCache cache = step.cache();
    Ttnn.pagedFillCache(cache.key(layer), k, step.pageTable(), step.user());
    Ttnn.pagedFillCache(cache.value(layer), v, step.pageTable(), step.user());
    long length = q.dim(2);
    return step.mask() == null
        ? Ttnn.scaledDotProductAttention(q, k, v, prefillSdpa.of(0, length))
        : Ttnn.scaledDotProductAttention(q, k, v, step.mask(), maskedPrefillSdpa.of(0, length));
  }

  private Tensor attendChunk(Tensor q, Tensor k, Tensor v, PrefillStep step, int layer) {
    KVCache cache = step.cache();
    Tensor keys = cache.key(layer);
    Tensor values = cache.value(layer);
    long pages = step.pageTable().dim(1);
    int blockSize = cache.config().blockSize();
    long from = step.start() / blockSize;
    long to = from + Math.ceilDiv(step.length(), blockSize);
    long user = step.user();
    // Filling starts at a table's first page: the chunk is given a table of its own pages.
    try (Tensor table =
            Ttnn.slice(step.pageTable(), new long[] {user, 0}, new long[] {user + 1, pages});
        Tensor chunk = Ttnn.slice(table, new long[] {0, from}, new long[] {1, to})) {
      Ttnn.pagedFillCache(keys, k, chunk, 0);
      Ttnn.pagedFillCache(values, v, chunk, 0);
      int start = step.start();
      long length = q.dim(2);
      return step.mask() == null
          ? Ttnn.chunkedScaledDotProductAttention(
              q, keys, values, table, start, prefillSdpa.of(start, length))
          : Ttnn.chunkedScaledDotProductAttention(
              q, keys, values, table, start, step.mask(), maskedPrefillSdpa.of(start, length));
    }
  }

  /** Joins the heads [B, NH, S, D] and projects them. */
  private Tensor output(Tensor attended) {
    try (Tensor joined = Ttnn.nlpConcatHeads(attended, join)) {
      return prefillWo.apply(joined);
    }
  }

  /**
   * Attends one position of each user to what the cache holds of that user.
   *
   * @param x [1, 1, B, H], TILE
   * @param layer the layer of the cache
   * @return [1, 1, B, H], TILE; rows of idle users have no meaning; the caller closes it
   * @throws IllegalArgumentException as {@link #prefill} does
   */
  public Tensor decode(Tensor x, DecodeStep step, int layer) {
    checkCache(step.cache(), layer);
    return Tensor.composed(NAME, () -> attend(x, step, layer));
  }

  private Tensor attend(Tensor x, DecodeStep step, int layer) {
    try (Tensor attended = attendUsers(x, step, layer);
        Tensor joined = Ttnn.reshape(attended, 1, 1, step.users(), plan.headsSize())) {
      return decodeWo.apply(joined);
    }
  }

  private Tensor attendUsers(Tensor x, DecodeStep step, int layer) {
    Tensor keys = step.cache().key(layer);
    Tensor values = step.cache().value(layer);
    try (QkvHeads heads = rotation.decode(projection.decode(x), step.rope())) {
      Ttnn.pagedUpdateCache(keys, heads.k(), step.positions(), step.pageTable());
      Ttnn.pagedUpdateCache(values, heads.v(), step.positions(), step.pageTable());
      return step.mask() == null
          ? Ttnn.pagedScaledDotProductAttentionDecode(
              heads.q(), keys, values, step.pageTable(), step.positions(), decodeSdpa)
          : Ttnn.pagedScaledDotProductAttentionDecode(
              heads.q(),
              keys,
              values,
              step.pageTable(),
              step.positions(),
              step.mask(),
              maskedDecodeSdpa);
    }
  }

  /**
   * Attends whole texts to themselves, without a cache.
   *
   * @param x [B, 1, S, H], TILE
   * @param rope the rotations of positions 0 .. S - 1, or null where the plan rotates nothing
   * @param mask [B or 1, NH or 1, S, S], TILE: added to the scaled scores, and alone says what a
   *     query sees; or null: the plan says whether attention is causal, and its window
   * @return [B, 1, S, H], TILE; the caller closes it
   * @throws IllegalArgumentException if the rotation is missing or of another style
   */
  public Tensor forward(Tensor x, Rotation rope, Tensor mask) {
    return Tensor.composed(NAME, () -> attend(x, rope, mask));
  }

  private Tensor attend(Tensor x, Rotation rope, Tensor mask) {
    long length = x.dim(0) * x.dim(2);
    try (QkvHeads heads = rotation.texts(projection.prefill(x), rope);
        Tensor attended =
            mask == null
                ? Ttnn.scaledDotProductAttention(
                    heads.q(), heads.k(), heads.v(), forwardSdpa.of(0, length))
                : Ttnn.scaledDotProductAttention(
                    heads.q(), heads.k(), heads.v(), mask, maskedPrefillSdpa.of(0, length))) {
      return output(attended);
    }
  }

  private void checkCache(KVCache cache, int layer) {
    KVCacheConfig.Layer there = cache.config().layers().get(layer);
    if (!there.equals(cached)) {
      throw new IllegalArgumentException(
          "attention: the cache's layer %d holds %d heads of %d in %s, expected %d heads of %d in %s"
              .formatted(
                  layer,
                  there.numKvHeads(),
                  there.headDim(),
                  there.dtype(),
                  cached.numKvHeads(),
                  cached.headDim(),
                  cached.dtype()));
    }
  }

  /** Returns what the block was made from. */
  public AttentionPlan plan() {
    return plan;
  }

  /** Frees the weights. Idempotent. */
  @Override
  public void close() {
    projection.close();
    weights.close();
  }
}
