// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.core;

import dev.tttv2.ffm.SdpaOptions;
import dev.tttv2.ffm.TtnnC;
import dev.tttv2.ffm.TtnnException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.ref.Reference;
import java.util.List;

/**
 * TTNN's operations, under TTNN's names.
 *
 * <p>Every operation that returns a tensor makes a new one, which the caller closes; inputs stay
 * the caller's and may be closed as soon as the call has returned. Operations are enqueued on the
 * device of their inputs; values are there when they are read.
 *
 * <p>Letters in shapes: B users or batches, S positions, H hidden size, NH query heads, KV key and
 * value heads, D head dimension, V vocabulary, P pages of a user.
 *
 * <p>Every operation throws {@link IllegalStateException} if a tensor is closed, {@link
 * IllegalArgumentException} if tensors are on different devices, and {@link TtnnException} with the
 * offending numbers if TTNN refuses the call.
 */
public final class Ttnn {
  private Ttnn() {}

  /**
   * Tells whether the backend has an operation for a first input of this dtype and layout.
   *
   * @param operation the name in the C interface without {@code ttnn_}, such as "linear"
   * @throws TtnnException.InvalidArgument if there is no operation of that name
   */
  public static boolean supports(String operation, DataType dtype, Layout layout) {
    return TtnnC.supports(operation, dtype.code(), layout.code());
  }

  /** As {@link #embedding(Tensor, Tensor, EmbeddingArgs)} with TTNN's defaults. */
  public static Tensor embedding(Tensor ids, Tensor table) {
    return embedding(ids, table, EmbeddingArgs.DEFAULTS);
  }

  /**
   * Looks rows up in a table: ids [1, S] -> [1, S, H].
   *
   * @param ids [B, S] or [S], UINT32 ROW_MAJOR
   * @param table [V, H], BFLOAT16 ROW_MAJOR; FLOAT32 on the host backend
   */
  public static Tensor embedding(Tensor ids, Tensor table, EmbeddingArgs args) {
    Device device = ids.device();
    MemorySegment out =
        TtnnC.embedding(ids.segment(), on(device, "embedding", table), args.segment());
    Reference.reachabilityFence(ids);
    Reference.reachabilityFence(table);
    Reference.reachabilityFence(args);
    return Tensor.of(device, out, "embedding");
  }

  /** As {@link #matmul(Tensor, Tensor, MatmulArgs)} with TTNN's defaults. */
  public static Tensor matmul(Tensor a, Tensor b) {
    return matmul(a, b, MatmulArgs.DEFAULTS);
  }

  /**
   * Multiplies matrices: [.., M, K] x [K, N] or [.., K, N] -> [.., M, N].
   *
   * @param a TILE
   * @param b TILE
   */
  public static Tensor matmul(Tensor a, Tensor b, MatmulArgs args) {
    Device device = a.device();
    args.check("matmul", device);
    MemorySegment out = TtnnC.matmul(a.segment(), on(device, "matmul", b), args.segment());
    Reference.reachabilityFence(a);
    Reference.reachabilityFence(b);
    args.fence();
    return Tensor.of(device, out, "matmul");
  }

  /** As {@link #linear(Tensor, Tensor, MatmulArgs)} with TTNN's defaults. */
  public static Tensor linear(Tensor a, Tensor b) {
    return linear(a, b, MatmulArgs.DEFAULTS);
  }

  /**
   * Computes activation(a b + bias): [.., M, K] x [K, N] -> [.., M, N].
   *
   * @param a [.., M, K], TILE
   * @param b [K, N], TILE: a weight, inputs first
   */
  public static Tensor linear(Tensor a, Tensor b, MatmulArgs args) {
    Device device = a.device();
    args.check("linear", device);
    MemorySegment weight = on(device, "linear", b);
    b.showInput(a);
    MemorySegment out = TtnnC.linear(a.segment(), weight, args.segment());
    Reference.reachabilityFence(a);
    Reference.reachabilityFence(b);
    args.fence();
    return Tensor.of(device, out, "linear");
  }

  /** As {@link #sparseMatmul(Tensor, Tensor, Tensor, SparseMatmulArgs)} with TTNN's defaults. */
  public static Tensor sparseMatmul(Tensor a, Tensor b, Tensor sparsity) {
    return sparseMatmul(a, b, sparsity, SparseMatmulArgs.DEFAULTS);
  }

  /**
   * Multiplies matrices with those of experts where sparsity is not zero; all other products are
   * zeros, and cost nothing but these.
   *
   * <table>
   * <caption>Shapes, E experts</caption>
   * <tr><th>a sparse</th><th>b sparse</th><th>a</th><th>sparsity</th><th>result</th></tr>
   * <tr><td>no</td><td>yes</td><td>[A, B, M, K]</td><td>[A, B, 1, E]</td><td>[A, B, 1, E, M, N]</td></tr>
   * <tr><td>yes</td><td>no</td><td>[A, E, M, K]</td><td>[1, 1, A, E]</td><td>[A, E, M, N]</td></tr>
   * <tr><td>yes</td><td>yes</td><td>[1, E, M, K]</td><td>[1, 1, 1, E]</td><td>[1, E, M, N]</td></tr>
   * </table>
   *
   * @param a TILE
   * @param b [1, E, K, N], TILE
   * @param sparsity BFLOAT16 ROW_MAJOR, a value for each product
   */
  public static Tensor sparseMatmul(Tensor a, Tensor b, Tensor sparsity, SparseMatmulArgs args) {
    Device device = a.device();
    MemorySegment out =
        TtnnC.sparseMatmul(
            a.segment(),
            on(device, "sparse_matmul", b),
            on(device, "sparse_matmul", sparsity),
            args.segment());
    Reference.reachabilityFence(b);
    Reference.reachabilityFence(sparsity);
    Reference.reachabilityFence(args);
    return result(a, out, "sparse_matmul");
  }

  /**
   * Computes x / sqrt(mean(x^2) + epsilon) * weight + bias over the last dimension.
   *
   * @param x TILE, any rank
   */
  public static Tensor rmsNorm(Tensor x, NormArgs args) {
    args.check("rms_norm", x.device());
    MemorySegment out = TtnnC.rmsNorm(x.segment(), args.segment());
    args.fence();
    return result(x, out, "rms_norm");
  }

  /**
   * Computes the norm of x + residual.
   *
   * @param x TILE, any rank
   * @param residual of x's shape
   */
  public static Tensor rmsNorm(Tensor x, Tensor residual, NormArgs args) {
    MemorySegment options = withResidual("rms_norm", x, residual, args);
    MemorySegment out = TtnnC.rmsNorm(x.segment(), options);
    Reference.reachabilityFence(residual);
    args.fence();
    return result(x, out, "rms_norm");
  }

  /**
   * Computes (x - mean(x)) / sqrt(variance(x) + epsilon) * weight + bias over the last dimension.
   *
   * @param x TILE, any rank; or ROW_MAJOR with a width that is a multiple of 32
   */
  public static Tensor layerNorm(Tensor x, NormArgs args) {
    args.check("layer_norm", x.device());
    MemorySegment out = TtnnC.layerNorm(x.segment(), args.segment());
    args.fence();
    return result(x, out, "layer_norm");
  }

  /**
   * Computes the norm of x + residual.
   *
   * @param x as in {@link #layerNorm(Tensor, NormArgs)}
   * @param residual of x's shape, TILE
   */
  public static Tensor layerNorm(Tensor x, Tensor residual, NormArgs args) {
    MemorySegment options = withResidual("layer_norm", x, residual, args);
    MemorySegment out = TtnnC.layerNorm(x.segment(), options);
    Reference.reachabilityFence(residual);
    args.fence();
    return result(x, out, "layer_norm");
  }

  private static MemorySegment withResidual(
      String operation, Tensor x, Tensor residual, NormArgs args) {
    Device device = x.device();
    args.check(operation, device);
    return Scratch.get()
        .norm(args.segment())
        .residualInputTensor(on(device, operation, residual))
        .segment();
  }

  /**
   * Computes (x - mean) / sqrt(variance + epsilon) * weight + bias, with the mean and the variance
   * of each sample's groups of neighbouring channels at all positions.
   *
   * @param x [N, 1, HW, C], BFLOAT16 or FLOAT32, interleaved; TILE, or ROW_MAJOR with N HW and C
   *     multiples of 32. In TILE, TTNN wants C to be a multiple of 32.
   */
  public static Tensor groupNorm(Tensor x, GroupNormArgs args) {
    args.check("group_norm", x.device());
    MemorySegment out = TtnnC.groupNorm(x.segment(), args.segment());
    args.fence();
    return result(x, out, "group_norm");
  }

  /** As {@link #add(Tensor, Tensor, BinaryArgs)} with TTNN's defaults. */
  public static Tensor add(Tensor a, Tensor b) {
    return add(a, b, BinaryArgs.DEFAULTS);
  }

  /**
   * Computes a + b; extents are equal or 1, dimensions aligned at the end.
   *
   * @param a the left side
   * @param b the right side
   */
  public static Tensor add(Tensor a, Tensor b, BinaryArgs args) {
    Device device = a.device();
    args.check("add", device);
    MemorySegment out = TtnnC.add(a.segment(), on(device, "add", b), args.segment());
    Reference.reachabilityFence(a);
    Reference.reachabilityFence(b);
    args.fence();
    return Tensor.of(device, out, "add");
  }

  /** As {@link #subtract(Tensor, Tensor, BinaryArgs)} with TTNN's defaults. */
  public static Tensor subtract(Tensor a, Tensor b) {
    return subtract(a, b, BinaryArgs.DEFAULTS);
  }

  /**
   * Computes a - b; extents are equal or 1, dimensions aligned at the end.
   *
   * @param a the left side
   * @param b the right side
   */
  public static Tensor subtract(Tensor a, Tensor b, BinaryArgs args) {
    Device device = a.device();
    args.check("subtract", device);
    MemorySegment out = TtnnC.subtract(a.segment(), on(device, "subtract", b), args.segment());
    Reference.reachabilityFence(a);
    Reference.reachabilityFence(b);
    args.fence();
    return Tensor.of(device, out, "subtract");
  }

  /** As {@link #multiply(Tensor, Tensor, BinaryArgs)} with TTNN's defaults. */
  public static Tensor multiply(Tensor a, Tensor b) {
    return multiply(a, b, BinaryArgs.DEFAULTS);
  }

  /**
   * Computes a * b; extents are equal or 1, dimensions aligned at the end.
   *
   * @param a the left side
   * @param b the right side
   */
  public static Tensor multiply(Tensor a, Tensor b, BinaryArgs args) {
    Device device = a.device();
    args.check("multiply", device);
    MemorySegment out = TtnnC.multiply(a.segment(), on(device, "multiply", b), args.segment());
    Reference.reachabilityFence(a);
    Reference.reachabilityFence(b);
    args.fence();
    return Tensor.of(device, out, "multiply");
  }

  /** Computes a + b with a scalar b. */
  public static Tensor add(Tensor a, float b) {
    return add(a, b, BinaryArgs.DEFAULTS);
  }

  /** Computes a + b with a scalar b. */
  public static Tensor add(Tensor a, float b, BinaryArgs args) {
    Device device = a.device();
    args.check("add_scalar", device);
    MemorySegment out = TtnnC.addScalar(a.segment(), b, args.segment());
    Reference.reachabilityFence(a);
    args.fence();
    return Tensor.of(device, out, "add_scalar");
  }

  /** Computes a * b with a scalar b. */
  public static Tensor multiply(Tensor a, float b) {
    return multiply(a, b, BinaryArgs.DEFAULTS);
  }

  /** Computes a * b with a scalar b. */
  public static Tensor multiply(Tensor a, float b, BinaryArgs args) {
    Device device = a.device();
    args.check("multiply_scalar", device);
    MemorySegment out = TtnnC.multiplyScalar(a.segment(), b, args.segment());
    Reference.reachabilityFence(a);
    args.fence();
    return Tensor.of(device, out, "multiply_scalar");
  }

  /** Computes x * sigmoid(x), elementwise. */
  public static Tensor silu(Tensor x) {
    return silu(x, OpArgs.DEFAULTS);
  }

  /** Computes x * sigmoid(x), elementwise. */
  public static Tensor silu(Tensor x, OpArgs args) {
    MemorySegment out = TtnnC.silu(x.segment(), args.segment());
    return result(x, args, out, "silu");
  }

  /** Computes x * Phi(x), exactly, elementwise. */
  public static Tensor gelu(Tensor x) {
    return gelu(x, OpArgs.DEFAULTS);
  }

  /** Computes x * Phi(x), exactly, elementwise. */
  public static Tensor gelu(Tensor x, OpArgs args) {
    MemorySegment out = TtnnC.gelu(x.segment(), args.segment());
    return result(x, args, out, "gelu");
  }

  /** Computes the tanh formula of GELU, elementwise. */
  public static Tensor geluTanh(Tensor x) {
    return geluTanh(x, OpArgs.DEFAULTS);
  }

  /** Computes the tanh formula of GELU, elementwise. */
  public static Tensor geluTanh(Tensor x, OpArgs args) {
    MemorySegment out = TtnnC.geluTanh(x.segment(), args.segment());
    return result(x, args, out, "gelu_tanh");
  }

  /** Computes max(x, 0), elementwise. */
  public static Tensor relu(Tensor x) {
    return relu(x, OpArgs.DEFAULTS);
  }

  /** Computes max(x, 0), elementwise. */
  public static Tensor relu(Tensor x, OpArgs args) {
    MemorySegment out = TtnnC.relu(x.segment(), args.segment());
    return result(x, args, out, "relu");
  }

  /** Computes the hyperbolic tangent, elementwise. */
  public static Tensor tanh(Tensor x) {
    return tanh(x, OpArgs.DEFAULTS);
  }

  /** Computes the hyperbolic tangent, elementwise. */
  public static Tensor tanh(Tensor x, OpArgs args) {
    MemorySegment out = TtnnC.tanh(x.segment(), args.segment());
    return result(x, args, out, "tanh");
  }

  /** Computes 1 / (1 + exp(-x)), elementwise. */
  public static Tensor sigmoid(Tensor x) {
    return sigmoid(x, OpArgs.DEFAULTS);
  }

  /** Computes 1 / (1 + exp(-x)), elementwise. */
  public static Tensor sigmoid(Tensor x, OpArgs args) {
    MemorySegment out = TtnnC.sigmoid(x.segment(), args.segment());
    return result(x, args, out, "sigmoid");
  }

  /**
   * Computes a numerically stable softmax. ROW_MAJOR input gives TILE output.
   *
   * @param dim over which dimension; negative counts from the end
   */
  public static Tensor softmax(Tensor x, int dim) {
    return softmax(x, dim, OpArgs.DEFAULTS);
  }

  /**
   * Computes a numerically stable softmax. ROW_MAJOR input gives TILE output.
   *
   * @param dim over which dimension; negative counts from the end
   */
  public static Tensor softmax(Tensor x, int dim, OpArgs args) {
    MemorySegment out = TtnnC.softmax(x.segment(), dim, args.segment());
    return result(x, args, out, "softmax");
  }

  /**
   * Sums over a dimension.
   *
   * @param x FLOAT32, BFLOAT16 or BFLOAT8_B
   * @param dim over which dimension; negative counts from the end
   * @param keepDim whether that dimension stays, with extent 1
   */
  public static Tensor sum(Tensor x, int dim, boolean keepDim) {
    return sum(x, dim, keepDim, OpArgs.DEFAULTS);
  }

  /**
   * Sums over a dimension.
   *
   * @param x FLOAT32, BFLOAT16 or BFLOAT8_B
   * @param dim over which dimension; negative counts from the end
   * @param keepDim whether that dimension stays, with extent 1
   */
  public static Tensor sum(Tensor x, int dim, boolean keepDim, OpArgs args) {
    MemorySegment out = TtnnC.sum(x.segment(), dim, keepDim ? 1 : 0, args.segment());
    return result(x, args, out, "sum");
  }

  /**
   * Adds one in place, which advances the positions of a decode step.
   *
   * @param x INT32 or UINT32 ROW_MAJOR
   */
  public static void plusOne(Tensor x) {
    TtnnC.plusOne(x.segment());
    Reference.reachabilityFence(x);
  }

  /**
   * Splits a fused projection into heads, for prefill.
   *
   * @param x [B, 1, S, (NH + 2 KV) D]: all query heads, all key heads, all value heads
   * @return q [B, NH, S, D], k and v [B, KV, S, D]; k [B, KV, D, S] if the arguments transpose it
   */
  public static QkvHeads nlpCreateQkvHeads(Tensor x, HeadsArgs args) {
    MemorySegment outs = Scratch.get().pointers();
    TtnnC.nlpCreateQkvHeads(x.segment(), args.segment(), outs);
    return heads(x, args, outs);
  }

  /**
   * Splits a fused projection into heads, for decode.
   *
   * @param x [1, 1, B, (NH + 2 KV) D], B at most 32
   * @param args their memory config is {@link MemoryConfig#L1_HEIGHT_SHARDED}
   * @return q [1, B, NH, D], k and v [1, B, KV, D], height sharded in L1, a user on each core
   */
  public static QkvHeads nlpCreateQkvHeadsDecode(Tensor x, HeadsArgs args) {
    MemorySegment outs = Scratch.get().pointers();
    TtnnC.nlpCreateQkvHeadsDecode(x.segment(), args.segment(), outs);
    return heads(x, args, outs);
  }

  private static QkvHeads heads(Tensor x, HeadsArgs args, MemorySegment outs) {
    Device device = x.device();
    Reference.reachabilityFence(x);
    Reference.reachabilityFence(args);
    return new QkvHeads(
        Tensor.of(device, outs.getAtIndex(ValueLayout.ADDRESS, 0), "q heads"),
        Tensor.of(device, outs.getAtIndex(ValueLayout.ADDRESS, 1), "k heads"),
        Tensor.of(device, outs.getAtIndex(ValueLayout.ADDRESS, 2), "v heads"));
  }

  /** Joins heads: [B, NH, S, D] -> [B, 1, S, NH D]. */
  public static Tensor nlpConcatHeads(Tensor x) {
    return nlpConcatHeads(x, OpArgs.DEFAULTS);
  }

  /** Joins heads: [B, NH, S, D] -> [B, 1, S, NH D]. */
  public static Tensor nlpConcatHeads(Tensor x, OpArgs args) {
    MemorySegment out = TtnnC.nlpConcatHeads(x.segment(), args.segment());
    return result(x, args, out, "nlp_concat_heads");
  }

  /**
   * Joins heads after decode: [1, B, NH, D] -> [1, 1, 32, NH D].
   *
   * @param x height sharded over one rectangle of cores
   */
  public static Tensor nlpConcatHeadsDecode(Tensor x, int numHeads, OpArgs args) {
    MemorySegment out = TtnnC.nlpConcatHeadsDecode(x.segment(), numHeads, args.segment());
    return result(x, args, out, "nlp_concat_heads_decode");
  }

  /**
   * Rotates the pairs (i, i + D/2), Hugging Face's order: x cos + rotate_half(x) sin.
   *
   * @param x prefill [1, h, S, D]; decode [1, B, h, D], height sharded
   * @param cos prefill [1, 1, S, D]; decode [1, B, 1, D], height sharded
   * @param sin as cos
   */
  public static Tensor rotaryEmbeddingHf(Tensor x, Tensor cos, Tensor sin, RotaryArgs args) {
    Device device = x.device();
    MemorySegment out =
        TtnnC.rotaryEmbeddingHf(
            x.segment(),
            on(device, "rotary_embedding_hf", cos),
            on(device, "rotary_embedding_hf", sin),
            args.segment());
    Reference.reachabilityFence(x);
    Reference.reachabilityFence(cos);
    Reference.reachabilityFence(sin);
    Reference.reachabilityFence(args);
    return Tensor.of(device, out, "rotary_embedding_hf");
  }

  /**
   * Rotates the pairs (2 i, 2 i + 1), Meta's order; cos and sin hold each value twice.
   *
   * @param x as in {@link #rotaryEmbeddingHf}
   * @param cos as in {@link #rotaryEmbeddingHf}
   * @param sin as cos
   * @param transMat swaps the values of a pair and negates the first: prefill [1, 1, 32, 32],
   *     decode [1, 1, 32 B, 32], height sharded
   */
  public static Tensor rotaryEmbeddingLlama(
      Tensor x, Tensor cos, Tensor sin, Tensor transMat, RotaryArgs args) {
    Device device = x.device();
    MemorySegment out =
        TtnnC.rotaryEmbeddingLlama(
            x.segment(),
            on(device, "rotary_embedding_llama", cos),
            on(device, "rotary_embedding_llama", sin),
            on(device, "rotary_embedding_llama", transMat),
            args.segment());
    Reference.reachabilityFence(x);
    Reference.reachabilityFence(cos);
    Reference.reachabilityFence(sin);
    Reference.reachabilityFence(transMat);
    Reference.reachabilityFence(args);
    return Tensor.of(device, out, "rotary_embedding_llama");
  }

  /**
   * Computes softmax(scale q k^T) v. Causal attention needs as many queries as keys.
   *
   * @param q [B, NH, Sq, D]
   * @param k [B, KV, Sk, D]; NH is a multiple of KV
   * @param v as k
   * @return [B, NH, Sq, D]
   */
  public static Tensor scaledDotProductAttention(Tensor q, Tensor k, Tensor v, SdpaArgs args) {
    return attend(q, k, v, args, args.segment());
  }

  /**
   * Computes softmax(scale q k^T + mask) v; the arguments are not causal.
   *
   * @param q [B, NH, Sq, D]
   * @param k [B, KV, Sk, D]; NH is a multiple of KV
   * @param v as k
   * @param mask [B or 1, NH or 1, Sq, Sk] TILE: added to the scaled scores
   * @return [B, NH, Sq, D]
   */
  public static Tensor scaledDotProductAttention(
      Tensor q, Tensor k, Tensor v, Tensor mask, SdpaArgs args) {
    MemorySegment options =
        Scratch.get()
            .sdpa(args.segment())
            .attnMask(on(q.device(), "scaled_dot_product_attention", mask))
            .segment();
    Tensor out = attend(q, k, v, args, options);
    Reference.reachabilityFence(mask);
    return out;
  }

  private static Tensor attend(Tensor q, Tensor k, Tensor v, SdpaArgs args, MemorySegment options) {
    Device device = q.device();
    args.check("scaled_dot_product_attention", device);
    MemorySegment out =
        TtnnC.scaledDotProductAttention(
            q.segment(),
            on(device, "scaled_dot_product_attention", k),
            on(device, "scaled_dot_product_attention", v),
            options);
    Reference.reachabilityFence(k);
    Reference.reachabilityFence(v);
    args.fence();
    return result(q, out, "scaled_dot_product_attention");
  }

  /**
   * Prefill of a chunk over a paged cache that holds the chunk already.
   *
   * @param q [1, NH, C, D], at positions chunkStart .. chunkStart + C - 1
   * @param kCache [blocks, KV, block, D]
   * @param vCache as kCache
   * @param pageTable [1, P] INT32 ROW_MAJOR; P * block is at least chunkStart + C
   * @return [1, NH, C, D]
   */
  public static Tensor chunkedScaledDotProductAttention(
      Tensor q, Tensor kCache, Tensor vCache, Tensor pageTable, long chunkStart, SdpaArgs args) {
    return attendChunk(q, kCache, vCache, pageTable, chunkStart, args, args.segment());
  }

  /**
   * Prefill of a chunk with an additive mask; the arguments are not causal. The host backend alone
   * has it.
   *
   * @param q [1, NH, C, D], at positions chunkStart .. chunkStart + C - 1
   * @param kCache [blocks, KV, block, D]
   * @param vCache as kCache
   * @param pageTable [1, P] INT32 ROW_MAJOR; P * block is at least chunkStart + C
   * @param mask [1, NH or 1, C, chunkStart + C or more] TILE, a column for each position: added to
   *     the scaled scores
   * @return [1, NH, C, D]
   */
  public static Tensor chunkedScaledDotProductAttention(
      Tensor q,
      Tensor kCache,
      Tensor vCache,
      Tensor pageTable,
      long chunkStart,
      Tensor mask,
      SdpaArgs args) {
    MemorySegment options =
        Scratch.get()
            .sdpa(args.segment())
            .attnMask(on(q.device(), "chunked_scaled_dot_product_attention", mask))
            .segment();
    Tensor out = attendChunk(q, kCache, vCache, pageTable, chunkStart, args, options);
    Reference.reachabilityFence(mask);
    return out;
  }

  private static Tensor attendChunk(
      Tensor q,
      Tensor kCache,
      Tensor vCache,
      Tensor pageTable,
      long chunkStart,
      SdpaArgs args,
      MemorySegment options) {
    Device device = q.device();
    args.check("chunked_scaled_dot_product_attention", device);
    MemorySegment out =
        TtnnC.chunkedScaledDotProductAttention(
            q.segment(),
            on(device, "chunked_scaled_dot_product_attention", kCache),
            on(device, "chunked_scaled_dot_product_attention", vCache),
            on(device, "chunked_scaled_dot_product_attention", pageTable),
            chunkStart,
            options);
    Reference.reachabilityFence(kCache);
    Reference.reachabilityFence(vCache);
    Reference.reachabilityFence(pageTable);
    args.fence();
    return result(q, out, "chunked_scaled_dot_product_attention");
  }

  /**
   * One query of each user over a contiguous cache.
   *
   * @param q [1, B, NH, D]
   * @param kCache [B, KV, Smax, D]
   * @param vCache as kCache
   * @param positions [B] INT32 ROW_MAJOR, the query's position; negative: skip the user
   * @return [1, B, NH, D]
   */
  public static Tensor scaledDotProductAttentionDecode(
      Tensor q, Tensor kCache, Tensor vCache, Tensor positions, SdpaArgs args) {
    SdpaOptions options = Scratch.get().sdpa(args.segment());
    return attendDecode(q, kCache, vCache, positions, args, options);
  }

  /**
   * One query of each user over a contiguous cache, with an additive mask; the arguments are not
   * causal.
   *
   * @param q [1, B, NH, D]
   * @param kCache [B, KV, Smax, D]
   * @param vCache as kCache
   * @param positions [B] INT32 ROW_MAJOR, the query's position, where its keys end; negative: skip
   *     the user
   * @param mask [B or 1, 1, NH, Smax], or on the host [B or 1, NH or 1, 1, Smax], TILE: added to
   *     the scaled scores
   * @return [1, B, NH, D]
   */
  public static Tensor scaledDotProductAttentionDecode(
      Tensor q, Tensor kCache, Tensor vCache, Tensor positions, Tensor mask, SdpaArgs args) {
    SdpaOptions options = Scratch.get().sdpa(args.segment());
    options.attnMask(on(q.device(), "scaled_dot_product_attention_decode", mask));
    Tensor out = attendDecode(q, kCache, vCache, positions, args, options);
    Reference.reachabilityFence(mask);
    return out;
  }

  private static Tensor attendDecode(
      Tensor q,
      Tensor kCache,
      Tensor vCache,
      Tensor positions,
      SdpaArgs args,
      SdpaOptions options) {
    Device device = q.device();
    args.check("scaled_dot_product_attention_decode", device);
    options.curPosTensor(on(device, "scaled_dot_product_attention_decode", positions));
    MemorySegment out =
        TtnnC.scaledDotProductAttentionDecode(
            q.segment(),
            on(device, "scaled_dot_product_attention_decode", kCache),
            on(device, "scaled_dot_product_attention_decode", vCache),
            options.segment());
    Reference.reachabilityFence(kCache);
    Reference.reachabilityFence(vCache);
    Reference.reachabilityFence(positions);
    args.fence();
    return result(q, out, "scaled_dot_product_attention_decode");
  }

  /**
   * One query of each user over a paged cache.
   *
   * @param q [1, B, NH, D]
   * @param kCache [blocks, KV, block, D]
   * @param vCache as kCache
   * @param pageTable [B, P] INT32 ROW_MAJOR
   * @param positions [B] INT32 ROW_MAJOR, the query's position; negative: skip the user
   * @return [1, B, NH, D]
   */
  public static Tensor pagedScaledDotProductAttentionDecode(
      Tensor q, Tensor kCache, Tensor vCache, Tensor pageTable, Tensor positions, SdpaArgs args) {
    SdpaOptions options = Scratch.get().sdpa(args.segment());
    return attendPagedDecode(q, kCache, vCache, pageTable, positions, args, options);
  }

  /**
   * One query of each user over a paged cache, with an additive mask; the arguments are not causal.
   *
   * @param q [1, B, NH, D]
   * @param kCache [blocks, KV, block, D]
   * @param vCache as kCache
   * @param pageTable [B, P] INT32 ROW_MAJOR
   * @param positions [B] INT32 ROW_MAJOR, the query's position, where its keys end; negative: skip
   *     the user
   * @param mask [B or 1, 1, NH, P * block], or on the host [B or 1, NH or 1, 1, P * block], TILE, a
   *     column for each position: added to the scaled scores
   * @return [1, B, NH, D]
   */
  public static Tensor pagedScaledDotProductAttentionDecode(
      Tensor q,
      Tensor kCache,
      Tensor vCache,
      Tensor pageTable,
      Tensor positions,
      Tensor mask,
      SdpaArgs args) {
    SdpaOptions options = Scratch.get().sdpa(args.segment());
    options.attnMask(on(q.device(), "paged_scaled_dot_product_attention_decode", mask));
    Tensor out = attendPagedDecode(q, kCache, vCache, pageTable, positions, args, options);
    Reference.reachabilityFence(mask);
    return out;
  }

  private static Tensor attendPagedDecode(
      Tensor q,
      Tensor kCache,
      Tensor vCache,
      Tensor pageTable,
      Tensor positions,
      SdpaArgs args,
      SdpaOptions options) {
    Device device = q.device();
    args.check("paged_scaled_dot_product_attention_decode", device);
    options.curPosTensor(on(device, "paged_scaled_dot_product_attention_decode", positions));
    MemorySegment out =
        TtnnC.pagedScaledDotProductAttentionDecode(
            q.segment(),
            on(device, "paged_scaled_dot_product_attention_decode", kCache),
            on(device, "paged_scaled_dot_product_attention_decode", vCache),
            on(device, "paged_scaled_dot_product_attention_decode", pageTable),
            options.segment());
    Reference.reachabilityFence(kCache);
    Reference.reachabilityFence(vCache);
    Reference.reachabilityFence(pageTable);
    Reference.reachabilityFence(positions);
    args.fence();
    return result(q, out, "paged_scaled_dot_product_attention_decode");
  }

  /**
   * Writes a prompt's keys or values to a paged cache, in place.
   *
   * @param cache [blocks, KV, block, D]
   * @param x [1, KV, S, D] of the cache's dtype: positions 0 .. S - 1
   * @param pageTable [users, P] INT32 ROW_MAJOR; pages of -1 are skipped
   * @param user the row of the page table
   */
  public static void pagedFillCache(Tensor cache, Tensor x, Tensor pageTable, int user) {
    Device device = cache.device();
    TtnnC.pagedFillCache(
        cache.segment(),
        on(device, "paged_fill_cache", x),
        on(device, "paged_fill_cache", pageTable),
        user);
    Reference.reachabilityFence(cache);
    Reference.reachabilityFence(x);
    Reference.reachabilityFence(pageTable);
  }

  /**
   * Writes one position of each user to a paged cache, in place.
   *
   * @param cache [blocks, KV, block, D]
   * @param x [1, B, KV, D], BFLOAT16 or FLOAT32, height sharded
   * @param positions [B] INT32 ROW_MAJOR; negative: skip the user
   * @param pageTable [B, P] INT32 ROW_MAJOR
   */
  public static void pagedUpdateCache(Tensor cache, Tensor x, Tensor positions, Tensor pageTable) {
    Device device = cache.device();
    TtnnC.pagedUpdateCache(
        cache.segment(),
        on(device, "paged_update_cache", x),
        on(device, "paged_update_cache", positions),
        on(device, "paged_update_cache", pageTable));
    Reference.reachabilityFence(cache);
    Reference.reachabilityFence(x);
    Reference.reachabilityFence(positions);
    Reference.reachabilityFence(pageTable);
  }

  /**
   * Writes one position of each user to a contiguous cache [B, KV, Smax, D], in place. Otherwise as
   * {@link #pagedUpdateCache(Tensor, Tensor, Tensor, Tensor)}.
   */
  public static void pagedUpdateCache(Tensor cache, Tensor x, Tensor positions) {
    Device device = cache.device();
    TtnnC.pagedUpdateCache(
        cache.segment(),
        on(device, "paged_update_cache", x),
        on(device, "paged_update_cache", positions),
        MemorySegment.NULL);
    Reference.reachabilityFence(cache);
    Reference.reachabilityFence(x);
    Reference.reachabilityFence(positions);
  }

  /**
   * Writes a prompt's keys or values to a contiguous cache, in place.
   *
   * @param cache [B, KV, Smax, D]
   * @param x [1, KV, S, D] of the cache's dtype
   * @param user the row of the cache
   * @param start the position of x's first row
   */
  public static void fillCache(Tensor cache, Tensor x, int user, long start) {
    TtnnC.fillCache(cache.segment(), on(cache.device(), "fill_cache", x), user, start);
    Reference.reachabilityFence(cache);
    Reference.reachabilityFence(x);
  }

  /**
   * Joins tensors of one dtype and layout.
   *
   * @param dim along which dimension; negative counts from the end
   * @throws IllegalArgumentException if there are no tensors, or they are on different devices
   */
  public static Tensor concat(List<Tensor> tensors, int dim) {
    return concat(tensors, dim, null);
  }

  /**
   * Joins tensors of one dtype and layout.
   *
   * @param dim along which dimension; negative counts from the end
   * @param memory where the result lies; null: TTNN's choice
   * @throws IllegalArgumentException if there are no tensors, or they are on different devices
   */
  public static Tensor concat(List<Tensor> tensors, int dim, MemoryConfig memory) {
    if (tensors.isEmpty()) {
      throw new IllegalArgumentException("concat: no tensors");
    }
    Device device = tensors.getFirst().device();
    int count = tensors.size();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment pointers = Scratch.get().pointers(count, arena);
      for (int i = 0; i < count; i++) {
        pointers.setAtIndex(ValueLayout.ADDRESS, i, on(device, "concat", tensors.get(i)));
      }
      MemorySegment out = TtnnC.concat(pointers, count, dim, MemoryConfig.segment(memory));
      for (int i = 0; i < count; i++) {
        Reference.reachabilityFence(tensors.get(i));
      }
      return Tensor.of(device, out, "concat");
    }
  }

  /**
   * Takes the elements starts[d] .. ends[d] - 1 of each dimension.
   *
   * @param starts as many as x has dimensions
   * @param ends likewise
   * @throws IllegalArgumentException if starts and ends are of different lengths
   */
  public static Tensor slice(Tensor x, long[] starts, long[] ends) {
    checkSameRank("slice", starts.length, ends.length);
    Scratch scratch = Scratch.get();
    return slice(
        x, starts.length, scratch.first(starts), scratch.second(ends), MemorySegment.NULL, null);
  }

  /**
   * Takes the elements starts[d], starts[d] + steps[d], .. below ends[d] of each dimension.
   *
   * @param starts as many as x has dimensions
   * @param ends likewise
   * @param steps likewise
   * @param memory where the result lies; null: TTNN's choice
   * @throws IllegalArgumentException if starts, ends and steps are of different lengths
   */
  public static Tensor slice(
      Tensor x, long[] starts, long[] ends, long[] steps, MemoryConfig memory) {
    checkSameRank("slice", starts.length, ends.length);
    checkSameRank("slice", starts.length, steps.length);
    Scratch scratch = Scratch.get();
    return slice(
        x,
        starts.length,
        scratch.first(starts),
        scratch.second(ends),
        scratch.third(steps),
        memory);
  }

  private static Tensor slice(
      Tensor x,
      int rank,
      MemorySegment starts,
      MemorySegment ends,
      MemorySegment steps,
      MemoryConfig memory) {
    MemorySegment out =
        TtnnC.slice(x.segment(), rank, starts, ends, steps, MemoryConfig.segment(memory));
    return result(x, out, "slice");
  }

  /**
   * Gives the elements another shape; shares x's memory where it can.
   *
   * @param shape one extent may be -1: what is left over
   */
  public static Tensor reshape(Tensor x, long... shape) {
    MemorySegment out = TtnnC.reshape(x.segment(), shape.length, Scratch.get().first(shape));
    return result(x, out, "reshape");
  }

  /** Gives the elements a shape of four dimensions, without an array. */
  public static Tensor reshape(Tensor x, long d0, long d1, long d2, long d3) {
    MemorySegment out = TtnnC.reshape(x.segment(), 4, Scratch.get().first(d0, d1, d2, d3));
    return result(x, out, "reshape");
  }

  /**
   * Reorders dimensions: dimension d of the result is dims[d] of x.
   *
   * @param dims as many as x has dimensions
   */
  public static Tensor permute(Tensor x, int... dims) {
    MemorySegment out =
        TtnnC.permute(x.segment(), dims.length, Scratch.get().ints(dims), MemorySegment.NULL);
    return result(x, out, "permute");
  }

  /** Swaps two dimensions; negative counts from the end. */
  public static Tensor transpose(Tensor x, int dim1, int dim2) {
    MemorySegment out = TtnnC.transpose(x.segment(), dim1, dim2, MemorySegment.NULL);
    return result(x, out, "transpose");
  }

  /**
   * Adds elements at the ends of each dimension.
   *
   * @param low how many before, as many numbers as x has dimensions; zeros for TILE
   * @param high how many after, likewise
   * @param value what they are
   * @throws IllegalArgumentException if low and high are of different lengths
   */
  public static Tensor pad(Tensor x, long[] low, long[] high, float value) {
    checkSameRank("pad", low.length, high.length);
    Scratch scratch = Scratch.get();
    MemorySegment out =
        TtnnC.pad(
            x.segment(),
            low.length,
            scratch.first(low),
            scratch.second(high),
            value,
            MemorySegment.NULL);
    return result(x, out, "pad");
  }

  /**
   * Copies x and replaces elements: src's element at a position of the index goes to the element of
   * x whose coordinate in dimension dim is the index there and whose other coordinates are the
   * position's. Where several positions have one target, TTNN leaves open which of them counts.
   *
   * @param x FLOAT32, BFLOAT16 or integers; BFLOAT8_B becomes BFLOAT16. In FLOAT32 TTNN wants x and
   *     src ROW_MAJOR.
   * @param dim along which dimension; negative counts from the end
   * @param index integers, of x's rank, nowhere larger than src or, but in dim, than x
   * @param src of x's rank and dtype
   */
  public static Tensor scatter(Tensor x, int dim, Tensor index, Tensor src) {
    return scatter(x, dim, index, src, null);
  }

  /**
   * As {@link #scatter(Tensor, int, Tensor, Tensor)}.
   *
   * @param memory where the result lies; null: TTNN's choice
   */
  public static Tensor scatter(Tensor x, int dim, Tensor index, Tensor src, MemoryConfig memory) {
    Device device = x.device();
    MemorySegment out =
        TtnnC.scatter(
            x.segment(),
            dim,
            on(device, "scatter", index),
            on(device, "scatter", src),
            MemoryConfig.segment(memory));
    Reference.reachabilityFence(index);
    Reference.reachabilityFence(src);
    return result(x, out, "scatter");
  }

  /** Converts to another dtype. */
  public static Tensor typecast(Tensor x, DataType dtype) {
    MemorySegment out = TtnnC.typecast(x.segment(), dtype.code());
    return result(x, out, "typecast");
  }

  /** Converts to another layout; block floats become BFLOAT16 in ROW_MAJOR. */
  public static Tensor toLayout(Tensor x, Layout layout) {
    return toLayout(x, layout, null);
  }

  /**
   * Converts to another layout and dtype.
   *
   * @param dtype null: as it is
   */
  public static Tensor toLayout(Tensor x, Layout layout, DataType dtype) {
    MemorySegment out = TtnnC.toLayout(x.segment(), layout.code(), DataType.codeOf(dtype));
    return result(x, out, "to_layout");
  }

  /** Moves to another place: DRAM, L1, shards. */
  public static Tensor toMemoryConfig(Tensor x, MemoryConfig memory) {
    MemorySegment out = TtnnC.toMemoryConfig(x.segment(), MemoryConfig.segment(memory));
    return result(x, out, "to_memory_config");
  }

  /**
   * Copies values into another tensor of the same shape, dtype and layout. Feeds a captured trace
   * from its own output.
   */
  public static void copy(Tensor source, Tensor target) {
    TtnnC.copy(source.segment(), on(source.device(), "copy", target));
    Reference.reachabilityFence(source);
    Reference.reachabilityFence(target);
  }

  /**
   * Joins the tensors of all n devices along an axis of the mesh, in their order, for each of them.
   *
   * @param x any dtype and layout
   * @param dim which dimension; negative counts from the end
   */
  public static Tensor allGather(Tensor x, int dim, CollectiveArgs args) {
    MemorySegment out = TtnnC.allGather(x.segment(), dim, args.segment());
    Reference.reachabilityFence(args);
    return result(x, out, "all_gather");
  }

  /**
   * Sums over the n devices along an axis of the mesh; the first gets the first n-th of a
   * dimension, and so on.
   *
   * @param x rank 2 or more; not BFLOAT4_B
   * @param dim which dimension; negative counts from the end
   */
  public static Tensor reduceScatter(Tensor x, int dim, CollectiveArgs args) {
    MemorySegment out = TtnnC.reduceScatter(x.segment(), dim, args.segment());
    Reference.reachabilityFence(args);
    return result(x, out, "reduce_scatter");
  }

  /**
   * Sums over the devices along an axis of the mesh, for each of them.
   *
   * @param x FLOAT32, BFLOAT16, BFLOAT8_B or INT32
   */
  public static Tensor allReduce(Tensor x, CollectiveArgs args) {
    MemorySegment out = TtnnC.allReduce(x.segment(), args.segment());
    Reference.reachabilityFence(args);
    return result(x, out, "all_reduce");
  }

  /**
   * Keeps each device's part of a dimension: undoes {@link #allGather}.
   *
   * @param x any dtype and layout; in TILE, parts are whole tiles, but on the host
   * @param dim which dimension; negative counts from the end
   */
  public static Tensor meshPartition(Tensor x, int dim, CollectiveArgs args) {
    MemorySegment out = TtnnC.meshPartition(x.segment(), dim, args.segment());
    Reference.reachabilityFence(args);
    return result(x, out, "mesh_partition");
  }

  /**
   * Sums up each device's columns for a norm over the columns of all: the first part of two.
   *
   * @param x [B, C, S, W], TILE
   * @return [B, C, S, 32], to be gathered along the last dimension for {@link
   *     #rmsNormPostAllGather}
   */
  public static Tensor rmsNormPreAllGather(Tensor x, OpArgs args) {
    MemorySegment out = TtnnC.rmsNormPreAllGather(x.segment(), args.segment());
    return result(x, args, out, "rms_norm_pre_all_gather");
  }

  /**
   * Computes each device's columns of a norm over the columns of all: the second part of two.
   *
   * @param x as in {@link #rmsNormPreAllGather}
   * @param stats what that gave on all devices
   */
  public static Tensor rmsNormPostAllGather(Tensor x, Tensor stats, NormArgs args) {
    args.check("rms_norm_post_all_gather", x.device());
    MemorySegment out =
        TtnnC.rmsNormPostAllGather(
            x.segment(), on(x.device(), "rms_norm_post_all_gather", stats), args.segment());
    Reference.reachabilityFence(stats);
    args.fence();
    return result(x, out, "rms_norm_post_all_gather");
  }

  /**
   * Sums up each device's columns for a norm over the columns of all: the first part of two.
   *
   * @param x [B, C, S, W], TILE
   * @return [B, C, S, 64], to be gathered along the last dimension for {@link
   *     #layerNormPostAllGather}
   */
  public static Tensor layerNormPreAllGather(Tensor x, OpArgs args) {
    MemorySegment out = TtnnC.layerNormPreAllGather(x.segment(), args.segment());
    return result(x, args, out, "layer_norm_pre_all_gather");
  }

  /**
   * Computes each device's columns of a norm over the columns of all: the second part of two.
   *
   * @param x as in {@link #layerNormPreAllGather}
   * @param stats what that gave on all devices
   */
  public static Tensor layerNormPostAllGather(Tensor x, Tensor stats, NormArgs args) {
    args.check("layer_norm_post_all_gather", x.device());
    MemorySegment out =
        TtnnC.layerNormPostAllGather(
            x.segment(), on(x.device(), "layer_norm_post_all_gather", stats), args.segment());
    Reference.reachabilityFence(stats);
    args.fence();
    return result(x, out, "layer_norm_post_all_gather");
  }

  /**
   * Finds the index of the first largest element.
   *
   * @param x BFLOAT16 or FLOAT32
   * @param dim over which dimension; negative counts from the end
   * @param keepDim whether that dimension stays, with extent 1
   * @return UINT32 ROW_MAJOR
   */
  public static Tensor argmax(Tensor x, int dim, boolean keepDim) {
    MemorySegment out = TtnnC.argmax(x.segment(), dim, keepDim ? 1 : 0);
    return result(x, out, "argmax");
  }

  /**
   * Finds the k largest elements of the last dimension, in descending order, ties by lower index.
   *
   * @param x TILE
   * @return values, and indices: UINT16, or UINT32 for widths above 65536 and FLOAT32 input
   */
  public static TopK topk(Tensor x, int k) {
    MemorySegment outs = Scratch.get().pointers();
    TtnnC.topk(x.segment(), k, outs);
    Device device = x.device();
    Reference.reachabilityFence(x);
    return new TopK(
        Tensor.of(device, outs.getAtIndex(ValueLayout.ADDRESS, 0), "topk values"),
        Tensor.of(device, outs.getAtIndex(ValueLayout.ADDRESS, 1), "topk indices"));
  }

  private static Tensor result(Tensor x, MemorySegment out, String operation) {
    Reference.reachabilityFence(x);
    return Tensor.of(x.device(), out, operation);
  }

  private static Tensor result(Tensor x, OpArgs args, MemorySegment out, String operation) {
    Reference.reachabilityFence(args);
    return result(x, out, operation);
  }

  private static void checkSameRank(String operation, int first, int second) {
    if (first != second) {
      throw new IllegalArgumentException(
          "%s: %d and %d numbers given, expected one of each for every dimension"
              .formatted(operation, first, second));
    }
  }

  /** Checks that an argument is open and on the operation's device, and returns its handle. */
  private static MemorySegment on(Device device, String operation, Tensor tensor) {
    if (tensor == null) {
      throw new NullPointerException(operation + ": an input is null");
    }
    if (tensor.device() != device) {
      throw new IllegalArgumentException(
          "%s: tensor %s is on device %s, the first input is on %s"
                  .formatted(operation, tensor, tensor.device(), device)
              + (tensor.device().toString().equals(device.toString())
                  ? ", opened separately"
                  : ""));
    }
    return tensor.segment();
  }

  static void checkOptional(String operation, Device device, Tensor tensor) {
    if (tensor != null) {
      on(device, operation, tensor);
    }
  }
}
