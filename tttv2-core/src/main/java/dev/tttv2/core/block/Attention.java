// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.core.block;

import dev.tttv2.core.ComputeConfig;
import dev.tttv2.core.Device;
import dev.tttv2.core.HeadsArgs;
import dev.tttv2.core.LazyWeight;
import dev.tttv2.core.MatmulArgs;
import dev.tttv2.core.MemoryConfig;
import dev.tttv2.core.OpArgs;
import dev.tttv2.core.QkvHeads;
import dev.tttv2.core.RotaryArgs;
import dev.tttv2.core.SdpaArgs;
import dev.tttv2.core.Tensor;
import dev.tttv2.core.TensorScope;
import dev.tttv2.core.Ttnn;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Causal self-attention over a paged cache: multi-head, grouped-query or multi-query.
 *
 * <pre>
 * prefill, one user, positions start .. start + S - 1
 *   x T [1, 1, S, H]
 *   qkv = linear(x, wqkv)                                              [1, 1, S, (NH + 2 KV) D]
 *   q, k, v = nlp_create_qkv_heads(qkv)                                [1, NH, S, D], [1, KV, S, D]
 *   q, k = rotary_embedding_hf or _llama(., cos, sin)
 *   k, v = typecast(., the cache's dtype)                              where it differs
 *   paged_fill_cache(keys, k, page table), values likewise
 *   start 0:  o = scaled_dot_product_attention(q, k, v), causal        [1, NH, S, D]
 *   start &gt; 0: o = chunked_scaled_dot_product_attention(q, keys, values, the user's pages, start)
 *   linear(nlp_concat_heads(o), wo)                                    [1, 1, S, H]
 *
 * decode, one position of each of B users
 *   x T [1, 1, B, H]
 *   qkv = linear(x, wqkv)                                              [1, 1, B, (NH + 2 KV) D]
 *   q, k, v = nlp_create_qkv_heads_decode(qkv)                         HS [1, B, NH, D], [1, B, KV, D]
 *   q, k = rotary_embedding_hf or _llama(., cos, sin), decode mode     HS
 *   paged_update_cache(keys, k, positions, page table), values likewise
 *   o = paged_scaled_dot_product_attention_decode(q, keys, values)     [1, B, NH, D]
 *   linear(reshape(o, [1, 1, B, NH D]), wo)                            [1, 1, B, H]
 * </pre>
 */
public final class Attention implements AutoCloseable {
  private final AttentionPlan plan;
  private final TensorScope weights;
  private final Tensor wqkv;
  private final Tensor wo;
  private final MatmulArgs wqkvArgs;
  private final MatmulArgs woArgs;
  private final HeadsArgs prefillHeads;
  private final HeadsArgs decodeHeads;
  private final RotaryArgs prefillRotary;
  private final RotaryArgs decodeRotary;
  private final SdpaArgs prefillSdpa;
  private final SdpaArgs decodeSdpa;
  private final OpArgs join;
  private final Rotate rotate;
  private final UnaryOperator<Tensor> toCacheDtype;

  /** Loads the weights; q, k and v become one projection. */
  public Attention(Device device, AttentionPlan plan, AttentionWeights given) {
    check(plan, given);
    this.plan = plan;
    try (Weights loading = new Weights(device)) {
      wqkv =
          loading.projection(
              LazyWeight.concat(List.of(given.q(), given.k(), given.v())),
              plan.wqkvDtype(),
              plan.weightMemory());
      wo = loading.projection(given.o(), plan.woDtype(), plan.weightMemory());
      LazyWeight qkvBias =
          plan.qkvBias()
              ? LazyWeight.concat(List.of(given.qBias(), given.kBias(), given.vBias()))
              : null;
      wqkvArgs = args(loading, qkvBias, plan.wqkvCompute(), plan.innerMemory());
      woArgs = args(loading, given.oBias(), plan.woCompute(), plan.outputMemory());
      weights = loading.keep();
    }
    prefillHeads = heads(plan.innerMemory());
    decodeHeads = heads(MemoryConfig.L1_HEIGHT_SHARDED);
    prefillRotary =
        RotaryArgs.builder().memory(plan.innerMemory()).compute(plan.prefillCompute()).build();
    decodeRotary = RotaryArgs.builder().decodeMode(true).compute(plan.decodeCompute()).build();
    prefillSdpa = sdpa(plan.prefillCompute());
    decodeSdpa = sdpa(plan.decodeCompute());
    join = OpArgs.builder().memory(plan.innerMemory()).build();
    rotate =
        switch (plan.ropeStyle()) {
          case HALF -> Attention::rotateHalves;
          case INTERLEAVED -> Attention::rotatePairs;
        };
    toCacheDtype =
        plan.cacheDtype() == plan.activationDtype()
            ? UnaryOperator.identity()
            : x -> Ttnn.typecast(x, plan.cacheDtype());
  }

  private static void check(AttentionPlan plan, AttentionWeights given) {
    long hidden = plan.hiddenSize();
    long q = plan.headsSize();
    long kv = (long) plan.numKvHeads() * plan.headDim();
    Checks.weight("attention", "q", given.q(), q, hidden);
    Checks.weight("attention", "k", given.k(), kv, hidden);
    Checks.weight("attention", "v", given.v(), kv, hidden);
    Checks.weight("attention", "o", given.o(), hidden, q);
    Checks.bias("attention", "q bias", plan.qkvBias(), given.qBias(), q);
    Checks.bias("attention", "k bias", plan.qkvBias(), given.kBias(), kv);
    Checks.bias("attention", "v bias", plan.qkvBias(), given.vBias(), kv);
    Checks.bias("attention", "o bias", plan.outputBias(), given.oBias(), hidden);
  }

  private MatmulArgs args(
      Weights loading, LazyWeight bias, ComputeConfig compute, MemoryConfig memory) {
    return MatmulArgs.builder()
        .bias(loading.bias(bias, plan.activationDtype()))
        .dtype(plan.activationDtype())
        .compute(compute)
        .memory(memory)
        .build();
  }

  private HeadsArgs heads(MemoryConfig memory) {
    return HeadsArgs.builder()
        .numHeads(plan.numHeads())
        .numKvHeads(plan.numKvHeads())
        .transposeKHeads(false)
        .memory(memory)
        .build();
  }

  private SdpaArgs sdpa(ComputeConfig compute) {
    return SdpaArgs.builder()
        .scale(plan.scale())
        .slidingWindow(plan.slidingWindow())
        .memory(plan.innerMemory())
        .compute(compute)
        .build();
  }

  /** Rotates queries or keys. */
  private interface Rotate {
    Tensor apply(Tensor x, Rotation rope, RotaryArgs args);
  }

  private static Tensor rotateHalves(Tensor x, Rotation rope, RotaryArgs args) {
    return Ttnn.rotaryEmbeddingHf(x, rope.cos(), rope.sin(), args);
  }

  private static Tensor rotatePairs(Tensor x, Rotation rope, RotaryArgs args) {
    return Ttnn.rotaryEmbeddingLlama(x, rope.cos(), rope.sin(), rope.transMat(), args);
  }

  /**
   * Attends one user's prompt, or a part of it, to itself and to what the cache holds before it.
   *
   * @param x [1, 1, S, H], TILE
   * @param layer the layer of the cache
   * @return [1, 1, S, H], TILE
   */
  public Tensor prefill(Tensor x, PrefillStep step, int layer) {
    checkCache(step.cache());
    try (Tensor joined = prefillJoined(x, step, layer)) {
      return Ttnn.linear(joined, wo, woArgs);
    }
  }

  private Tensor prefillJoined(Tensor x, PrefillStep step, int layer) {
    try (Tensor attended = prefillHeads(x, step, layer)) {
      return Ttnn.nlpConcatHeads(attended, join);
    }
  }

  private Tensor prefillHeads(Tensor x, PrefillStep step, int layer) {
    try (QkvHeads heads = prefillSplit(x);
        Tensor q = rotate.apply(heads.q(), step.rope(), prefillRotary);
        Tensor rotated = rotate.apply(heads.k(), step.rope(), prefillRotary);
        Tensor k = toCacheDtype.apply(rotated);
        Tensor v = toCacheDtype.apply(heads.v())) {
      return step.start() == 0
          ? attendPrompt(q, k, v, step, layer)
          : attendChunk(q, k, v, step, layer);
    }
  }

  private QkvHeads prefillSplit(Tensor x) {
    try (Tensor qkv = Ttnn.linear(x, wqkv, wqkvArgs)) {
      return Ttnn.nlpCreateQkvHeads(qkv, prefillHeads);
    }
  }

  private Tensor attendPrompt(Tensor q, Tensor k, Tensor v, PrefillStep step, int layer) {
    KVCache cache = step.cache();
    Ttnn.pagedFillCache(cache.key(layer), k, step.pageTable(), step.user());
    Ttnn.pagedFillCache(cache.value(layer), v, step.pageTable(), step.user());
    return Ttnn.scaledDotProductAttention(q, k, v, prefillSdpa);
  }

  private Tensor attendChunk(Tensor q, Tensor k, Tensor v, PrefillStep step, int layer) {
    KVCache cache = step.cache();
    Tensor keys = cache.key(layer);
    Tensor values = cache.value(layer);
    long pages = step.pageTable().dim(1);
    long page = step.start() / cache.config().blockSize();
    long user = step.user();
    // Filling starts at a table's first page: the chunk is given a table that starts with its own.
    try (Tensor table =
            Ttnn.slice(step.pageTable(), new long[] {user, 0}, new long[] {user + 1, pages});
        Tensor chunk = Ttnn.slice(table, new long[] {0, page}, new long[] {1, pages})) {
      Ttnn.pagedFillCache(keys, k, chunk, 0);
      Ttnn.pagedFillCache(values, v, chunk, 0);
      return Ttnn.chunkedScaledDotProductAttention(
          q, keys, values, table, step.start(), prefillSdpa);
    }
  }

  /**
   * Attends one position of each user to what the cache holds of that user.
   *
   * @param x [1, 1, B, H], TILE
   * @param layer the layer of the cache
   * @return [1, 1, B, H], TILE; rows of idle users have no meaning
   */
  public Tensor decode(Tensor x, DecodeStep step, int layer) {
    checkCache(step.cache());
    try (Tensor attended = decodeHeads(x, step, layer);
        Tensor joined = Ttnn.reshape(attended, 1, 1, step.users(), plan.headsSize())) {
      return Ttnn.linear(joined, wo, woArgs);
    }
  }

  private Tensor decodeHeads(Tensor x, DecodeStep step, int layer) {
    Tensor keys = step.cache().key(layer);
    Tensor values = step.cache().value(layer);
    try (QkvHeads heads = decodeSplit(x);
        Tensor q = rotate.apply(heads.q(), step.rope(), decodeRotary);
        Tensor k = rotate.apply(heads.k(), step.rope(), decodeRotary)) {
      Ttnn.pagedUpdateCache(keys, k, step.positions(), step.pageTable());
      Ttnn.pagedUpdateCache(values, heads.v(), step.positions(), step.pageTable());
      return Ttnn.pagedScaledDotProductAttentionDecode(
          q, keys, values, step.pageTable(), step.positions(), decodeSdpa);
    }
  }

  private QkvHeads decodeSplit(Tensor x) {
    try (Tensor qkv = Ttnn.linear(x, wqkv, wqkvArgs)) {
      return Ttnn.nlpCreateQkvHeadsDecode(qkv, decodeHeads);
    }
  }

  private void checkCache(KVCache cache) {
    KVCacheConfig config = cache.config();
    if (config.numKvHeads() != plan.numKvHeads()
        || config.headDim() != plan.headDim()
        || config.dtype() != plan.cacheDtype()) {
      throw new IllegalArgumentException(
          "attention: the cache holds %d heads of %d in %s, expected %d heads of %d in %s"
              .formatted(
                  config.numKvHeads(),
                  config.headDim(),
                  config.dtype(),
                  plan.numKvHeads(),
                  plan.headDim(),
                  plan.cacheDtype()));
    }
  }

  /** Returns what the block was made from. */
  public AttentionPlan plan() {
    return plan;
  }

  /** Frees the weights. Idempotent. */
  @Override
  public void close() {
    weights.close();
  }
}
