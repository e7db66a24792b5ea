// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.ffm.conformance;

import dev.tttv2.ffm.BinaryOptions;
import dev.tttv2.ffm.CollectiveOptions;
import dev.tttv2.ffm.ComputeConfigStruct;
import dev.tttv2.ffm.EmbeddingOptions;
import dev.tttv2.ffm.GroupNormOptions;
import dev.tttv2.ffm.HeadsOptions;
import dev.tttv2.ffm.HostDataStruct;
import dev.tttv2.ffm.MatmulOptions;
import dev.tttv2.ffm.NormOptions;
import dev.tttv2.ffm.OpOptions;
import dev.tttv2.ffm.RotaryOptions;
import dev.tttv2.ffm.SdpaOptions;
import dev.tttv2.ffm.SparseMatmulOptions;
import dev.tttv2.ffm.TtnnC;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;

/** What the functions of {@code ttnn_c.h} take, under which names. */
final class Functions {
  /** Makes the call and gives its outputs. */
  interface Invocation {
    List<MemorySegment> call(Arguments a);
  }

  /** By the function's name without {@code ttnn_}. */
  static final SortedMap<String, Invocation> ALL = new TreeMap<>();

  private Functions() {}

  static {
    one("tensor_create", a -> TtnnC.tensorCreate(a.device(), request(a)));
    one("tensor_from_host", a -> TtnnC.tensorFromHost(a.device(), request(a), data(a, "out")));
    none("tensor_write", a -> TtnnC.tensorWrite(a.tensor("x"), data(a, "x")));
    none("tensor_read", Functions::read);
    none("aggregate_tensor", Functions::aggregate);
    none("deallocate", a -> TtnnC.deallocate(a.tensor("x")));

    one("embedding", a -> TtnnC.embedding(a.tensor("ids"), a.tensor("weight"), embedding(a)));
    one("matmul", a -> TtnnC.matmul(a.tensor("a"), a.tensor("b"), matmul(a)));
    one("linear", a -> TtnnC.linear(a.tensor("a"), a.tensor("b"), matmul(a)));
    one(
        "sparse_matmul",
        a -> TtnnC.sparseMatmul(a.tensor("a"), a.tensor("b"), a.tensor("sparsity"), sparse(a)));

    one("rms_norm", a -> TtnnC.rmsNorm(a.tensor("x"), norm(a)));
    one("layer_norm", a -> TtnnC.layerNorm(a.tensor("x"), norm(a)));
    one("group_norm", a -> TtnnC.groupNorm(a.tensor("x"), groupNorm(a)));
    one("add", a -> TtnnC.add(a.tensor("a"), a.tensor("b"), binary(a)));
    one("subtract", a -> TtnnC.subtract(a.tensor("a"), a.tensor("b"), binary(a)));
    one("multiply", a -> TtnnC.multiply(a.tensor("a"), a.tensor("b"), binary(a)));
    one("add_scalar", a -> TtnnC.addScalar(a.tensor("a"), a.number("b"), binary(a)));
    one("multiply_scalar", a -> TtnnC.multiplyScalar(a.tensor("a"), a.number("b"), binary(a)));
    one("silu", a -> TtnnC.silu(a.tensor("x"), options(a)));
    one("gelu", a -> TtnnC.gelu(a.tensor("x"), options(a)));
    one("gelu_tanh", a -> TtnnC.geluTanh(a.tensor("x"), options(a)));
    one("relu", a -> TtnnC.relu(a.tensor("x"), options(a)));
    one("tanh", a -> TtnnC.tanh(a.tensor("x"), options(a)));
    one("sigmoid", a -> TtnnC.sigmoid(a.tensor("x"), options(a)));
    one("softmax", a -> TtnnC.softmax(a.tensor("x"), a.integer("dim"), options(a)));
    one("sum", a -> TtnnC.sum(a.tensor("x"), a.integer("dim"), keepdim(a), options(a)));
    none("plus_one", a -> TtnnC.plusOne(a.tensor("x")));

    several(
        "nlp_create_qkv_heads",
        3,
        a -> outs -> TtnnC.nlpCreateQkvHeads(a.tensor("x"), heads(a), outs));
    several(
        "nlp_create_qkv_heads_decode",
        3,
        a -> outs -> TtnnC.nlpCreateQkvHeadsDecode(a.tensor("x"), heads(a), outs));
    one("nlp_concat_heads", a -> TtnnC.nlpConcatHeads(a.tensor("x"), options(a)));
    one(
        "nlp_concat_heads_decode",
        a -> TtnnC.nlpConcatHeadsDecode(a.tensor("x"), a.integer("num_heads"), options(a)));
    one(
        "rotary_embedding_hf",
        a -> TtnnC.rotaryEmbeddingHf(a.tensor("x"), a.tensor("cos"), a.tensor("sin"), rotary(a)));
    one(
        "rotary_embedding_llama",
        a ->
            TtnnC.rotaryEmbeddingLlama(
                a.tensor("x"), a.tensor("cos"), a.tensor("sin"), a.tensor("trans_mat"), rotary(a)));
    one(
        "scaled_dot_product_attention",
        a -> TtnnC.scaledDotProductAttention(a.tensor("q"), a.tensor("k"), a.tensor("v"), sdpa(a)));
    one(
        "chunked_scaled_dot_product_attention",
        a ->
            TtnnC.chunkedScaledDotProductAttention(
                a.tensor("q"),
                a.tensor("k_cache"),
                a.tensor("v_cache"),
                a.tensor("page_table"),
                a.integer("chunk_start"),
                sdpa(a)));
    one(
        "scaled_dot_product_attention_decode",
        a ->
            TtnnC.scaledDotProductAttentionDecode(
                a.tensor("q"), a.tensor("k_cache"), a.tensor("v_cache"), sdpa(a)));
    one(
        "paged_scaled_dot_product_attention_decode",
        a ->
            TtnnC.pagedScaledDotProductAttentionDecode(
                a.tensor("q"),
                a.tensor("k_cache"),
                a.tensor("v_cache"),
                a.tensor("page_table"),
                sdpa(a)));
    none(
        "paged_fill_cache",
        a ->
            TtnnC.pagedFillCache(
                a.tensor("cache"), a.tensor("x"), a.tensor("page_table"), a.integer("batch_idx")));
    none(
        "paged_update_cache",
        a ->
            TtnnC.pagedUpdateCache(
                a.tensor("cache"), a.tensor("x"), a.tensor("update_idxs"), a.tensor("page_table")));
    none(
        "fill_cache",
        a ->
            TtnnC.fillCache(
                a.tensor("cache"), a.tensor("x"), a.integer("batch_idx"), a.integer("update_idx")));

    one("concat", Functions::concat);
    one(
        "slice",
        a ->
            TtnnC.slice(
                a.tensor("x"),
                a.list("starts").length,
                a.longs("starts"),
                a.longs("ends"),
                a.longs("steps"),
                a.memory("memory_config")));
    one("reshape", a -> TtnnC.reshape(a.tensor("x"), a.list("shape").length, a.longs("shape")));
    one(
        "permute",
        a ->
            TtnnC.permute(
                a.tensor("x"), a.list("dims").length, a.ints("dims"), a.memory("memory_config")));
    one(
        "transpose",
        a ->
            TtnnC.transpose(
                a.tensor("x"), a.integer("dim1"), a.integer("dim2"), a.memory("memory_config")));
    one(
        "pad",
        a ->
            TtnnC.pad(
                a.tensor("x"),
                a.list("low").length,
                a.longs("low"),
                a.longs("high"),
                a.number("value"),
                a.memory("memory_config")));
    one(
        "scatter",
        a ->
            TtnnC.scatter(
                a.tensor("x"),
                a.integer("dim"),
                a.tensor("index"),
                a.tensor("src"),
                a.memory("memory_config")));
    one("typecast", a -> TtnnC.typecast(a.tensor("x"), a.dtype("dtype")));
    one("to_layout", a -> TtnnC.toLayout(a.tensor("x"), a.layout("layout"), a.dtype("dtype")));
    one("to_memory_config", a -> TtnnC.toMemoryConfig(a.tensor("x"), a.memory("memory_config")));
    none("copy", a -> TtnnC.copy(a.tensor("src"), a.tensor("dst")));
    one("argmax", a -> TtnnC.argmax(a.tensor("x"), a.integer("dim"), keepdim(a)));
    several("topk", 2, a -> outs -> TtnnC.topk(a.tensor("x"), a.integer("k"), outs));

    one("all_gather", a -> TtnnC.allGather(a.tensor("x"), a.integer("dim"), collective(a)));
    one("reduce_scatter", a -> TtnnC.reduceScatter(a.tensor("x"), a.integer("dim"), collective(a)));
    one("all_reduce", a -> TtnnC.allReduce(a.tensor("x"), collective(a)));
    one("mesh_partition", a -> TtnnC.meshPartition(a.tensor("x"), a.integer("dim"), collective(a)));
    one("rms_norm_pre_all_gather", a -> TtnnC.rmsNormPreAllGather(a.tensor("x"), computing(a)));
    one("layer_norm_pre_all_gather", a -> TtnnC.layerNormPreAllGather(a.tensor("x"), computing(a)));
    one(
        "rms_norm_post_all_gather",
        a -> TtnnC.rmsNormPostAllGather(a.tensor("x"), a.tensor("stats"), distributedNorm(a)));
    one(
        "layer_norm_post_all_gather",
        a -> TtnnC.layerNormPostAllGather(a.tensor("x"), a.tensor("stats"), distributedNorm(a)));

    none("begin_trace_capture", a -> a.release(TtnnC.beginTraceCapture(a.device())));
    none("end_trace_capture", a -> TtnnC.endTraceCapture(a.device(), a.trace()));
    none("execute_trace", a -> TtnnC.executeTrace(a.device(), a.trace(), 1));
    none("release_trace", a -> TtnnC.releaseTrace(a.device(), a.trace()));
  }

  private static void one(String name, Function<Arguments, MemorySegment> function) {
    ALL.put(name, a -> List.of(function.apply(a)));
  }

  private static void none(String name, Consumer<Arguments> function) {
    ALL.put(
        name,
        a -> {
          function.accept(a);
          return List.of();
        });
  }

  private static void several(
      String name, int count, Function<Arguments, Consumer<MemorySegment>> function) {
    ALL.put(
        name,
        a -> {
          MemorySegment outs = a.arena().allocate(ValueLayout.ADDRESS, count);
          function.apply(a).accept(outs);
          List<MemorySegment> outputs = new ArrayList<>();
          for (int i = 0; i < count; i++) {
            outputs.add(outs.getAtIndex(ValueLayout.ADDRESS, i));
          }
          return outputs;
        });
  }

  private static MemorySegment request(Arguments a) {
    return a.text("out").request(a.arena()).segment();
  }

  private static final Map<String, Integer> BYTES =
      Map.of(
          "f32", 4, "bf16", 2, "f16", 2, "bf8", 1, "bf4", 1, "u32", 4, "i32", 4, "u16", 2, "u8", 1);

  /** What the whole has of which each device of the mesh holds a part. */
  private static long bytes(Arguments a, String tensor, String dtype) {
    long values = a.text(tensor).shape().stream().reduce(1L, (x, y) -> x * y);
    MappingText mapping = a.mapping("mapping");
    int parts = mapping == null ? 1 : mapping.parts(a.mesh());
    return values * parts * BYTES.get(dtype) + a.integer("more_bytes");
  }

  private static MemorySegment mapping(Arguments a) {
    MappingText mapping = a.mapping("mapping");
    return mapping == null ? MemorySegment.NULL : mapping.segment(a.arena());
  }

  private static MemorySegment data(Arguments a, String tensor) {
    String dtype = a.word("data", a.text(tensor).dtype());
    MemorySegment values = a.arena().allocate(bytes(a, tensor, dtype), 4);
    return HostDataStruct.allocate(a.arena())
        .dtype(Names.dtype(dtype))
        .data(values)
        .size(values.byteSize())
        .transposed(a.on("transposed"))
        .mapping(mapping(a))
        .segment();
  }

  private static void aggregate(Arguments a) {
    String dtype = a.word("dtype", a.text("x").dtype());
    MemorySegment values = a.arena().allocate(bytes(a, "x", dtype), 4);
    TtnnC.aggregateTensor(a.tensor("x"), mapping(a), Names.dtype(dtype), values, values.byteSize());
  }

  private static void read(Arguments a) {
    String dtype = a.word("dtype", a.text("x").dtype());
    MemorySegment values = a.arena().allocate(bytes(a, "x", dtype), 4);
    TtnnC.tensorRead(a.tensor("x"), Names.dtype(dtype), values, values.byteSize());
  }

  private static MemorySegment concat(Arguments a) {
    MemorySegment tensors = a.tensors("tensor");
    int count = (int) (tensors.byteSize() / ValueLayout.ADDRESS.byteSize());
    return TtnnC.concat(tensors, count, a.integer("dim"), a.memory("memory_config"));
  }

  private static int keepdim(Arguments a) {
    return a.on("keepdim") ? 1 : 0;
  }

  private static MemorySegment options(Arguments a) {
    return OpOptions.allocate(a.arena())
        .dtype(a.dtype("dtype"))
        .memoryConfig(a.memory("memory_config"))
        .segment();
  }

  private static MemorySegment embedding(Arguments a) {
    return EmbeddingOptions.allocate(a.arena())
        .layout(a.layout("layout"))
        .dtype(a.dtype("dtype"))
        .memoryConfig(a.memory("memory_config"))
        .segment();
  }

  private static MemorySegment matmul(Arguments a) {
    return MatmulOptions.allocate(a.arena())
        .transposeA(a.on("transpose_a"))
        .transposeB(a.on("transpose_b"))
        .dtype(a.dtype("dtype"))
        .activation(a.activation("activation"))
        .bias(a.tensor("bias"))
        .memoryConfig(a.memory("memory_config"))
        .outputTensor(a.tensor("output_tensor"))
        .computeConfig(a.float32Sums("fp32_dest_acc_en"))
        .programConfig(a.matmulProgram("program_config"))
        .segment();
  }

  private static MemorySegment sparse(Arguments a) {
    return SparseMatmulOptions.allocate(a.arena())
        .inputASparse(a.toggle("is_input_a_sparse"))
        .inputBSparse(a.toggle("is_input_b_sparse"))
        .dtype(a.dtype("dtype"))
        .memoryConfig(a.memory("memory_config"))
        .segment();
  }

  private static MemorySegment norm(Arguments a) {
    return NormOptions.allocate(a.arena())
        .epsilon(a.number("epsilon"))
        .weight(a.tensor("weight"))
        .bias(a.tensor("bias"))
        .residualInputTensor(a.tensor("residual_input_tensor"))
        .memoryConfig(a.memory("memory_config"))
        .segment();
  }

  private static MemorySegment collective(Arguments a) {
    return CollectiveOptions.allocate(a.arena())
        .clusterAxis(Names.clusterAxis(a.word("cluster_axis", "default")))
        .memoryConfig(a.memory("memory_config"))
        .segment();
  }

  private static MemorySegment compute(Arguments a) {
    return ComputeConfigStruct.allocate(a.arena())
        .fp32DestAccEn(a.toggle("fp32_dest_acc_en"))
        .segment();
  }

  private static MemorySegment computing(Arguments a) {
    return OpOptions.allocate(a.arena())
        .dtype(a.dtype("dtype"))
        .memoryConfig(a.memory("memory_config"))
        .computeConfig(compute(a))
        .segment();
  }

  private static MemorySegment distributedNorm(Arguments a) {
    return NormOptions.allocate(a.arena())
        .epsilon(a.number("epsilon"))
        .weight(a.tensor("weight"))
        .bias(a.tensor("bias"))
        .residualInputTensor(a.tensor("residual_input_tensor"))
        .memoryConfig(a.memory("memory_config"))
        .computeConfig(compute(a))
        .segment();
  }

  private static MemorySegment groupNorm(Arguments a) {
    return GroupNormOptions.allocate(a.arena())
        .numGroups(a.integer("num_groups"))
        .dtype(a.dtype("dtype"))
        .weight(a.tensor("weight"))
        .bias(a.tensor("bias"))
        .memoryConfig(a.memory("memory_config"))
        .segment();
  }

  private static MemorySegment binary(Arguments a) {
    return BinaryOptions.allocate(a.arena())
        .dtype(a.dtype("dtype"))
        .activationA(a.activation("activation_a"))
        .activationB(a.activation("activation_b"))
        .activation(a.activation("activation"))
        .memoryConfig(a.memory("memory_config"))
        .outputTensor(a.tensor("output_tensor"))
        .segment();
  }

  private static MemorySegment heads(Arguments a) {
    return HeadsOptions.allocate(a.arena())
        .numHeads(a.integer("num_heads"))
        .numKvHeads(a.integer("num_kv_heads"))
        .transposeKHeads(a.toggle("transpose_k_heads"))
        .memoryConfig(a.memory("memory_config"))
        .segment();
  }

  private static MemorySegment rotary(Arguments a) {
    return RotaryOptions.allocate(a.arena())
        .decodeMode(a.on("is_decode_mode"))
        .memoryConfig(a.memory("memory_config"))
        .segment();
  }

  private static MemorySegment sdpa(Arguments a) {
    return SdpaOptions.allocate(a.arena())
        .causal(a.toggle("is_causal"))
        .scale(a.number("scale"))
        .slidingWindowSize(a.integer("sliding_window_size"))
        .attnMask(a.tensor("attn_mask"))
        .attentionSink(a.tensor("attention_sink"))
        .curPosTensor(a.tensor("cur_pos_tensor"))
        .memoryConfig(a.memory("memory_config"))
        .logitSoftcap(a.number("logit_softcap"))
        .qChunkSize(a.integer("q_chunk_size"))
        .kChunkSize(a.integer("k_chunk_size"))
        .segment();
  }
}
