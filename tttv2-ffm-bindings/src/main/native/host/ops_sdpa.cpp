// SPDX-License-Identifier: Apache-2.0
//
// Scaled dot product attention: prefill, chunked prefill over a paged cache, decode over contiguous and paged caches.
#include <algorithm>
#include <bit>
#include <cinttypes>
#include <cmath>
#include <vector>

#include "common/options.hpp"
#include "common/rules.hpp"
#include "common/structs.hpp"
#include "host/call.hpp"
#include "host/output.hpp"
#include "host/paging.hpp"
#include "host/rows.hpp"
#include "host/shards.hpp"
#include "common/spec.hpp"

using namespace tttv2;
using namespace tttv2::host;

namespace {

struct Request {
  ttnn_sdpa_options options;
  bool causal;
  float scale;
};

Request read_options(const ttnn_sdpa_options *options, int64_t head_size) {
  Request request{read_struct("options", options), true, 0};
  const ttnn_sdpa_options &o = request.options;
  request.causal = switched_on("is_causal", o.is_causal, true);
  if (!std::isfinite(o.scale)) fail(TTNN_STATUS_INVALID_ARGUMENT, "scale is %g", static_cast<double>(o.scale));
  request.scale = o.scale == 0 ? 1.0F / std::sqrt(static_cast<float>(head_size)) : o.scale;
  if (o.sliding_window_size < 0) {
    fail(TTNN_STATUS_INVALID_ARGUMENT, "sliding_window_size is %d", o.sliding_window_size);
  }
  if (request.causal && o.attn_mask != nullptr) {
    fail(TTNN_STATUS_INVALID_ARGUMENT, "is_causal and attn_mask cannot both be present");
  }
  if (o.sliding_window_size > 0 && o.attn_mask != nullptr) {
    fail(TTNN_STATUS_INVALID_ARGUMENT,
         "sliding_window_size and attn_mask cannot both be present; bake the sliding-window mask into attn_mask. Got "
         "sliding_window_size: %d",
         o.sliding_window_size);
  }
  if (!std::isfinite(o.logit_softcap) || o.logit_softcap < 0) {
    fail(TTNN_STATUS_INVALID_ARGUMENT, "logit_softcap is %g", static_cast<double>(o.logit_softcap));
  }
  check_compute_config(o.compute_config);
  return request;
}

// Masks and sinks of prefill, sinks and caches of decode are read from DRAM.
void check_in_dram(const Tensor &tensor, const char *argument) {
  if (tensor.spec.memory.buffer_type != TTNN_BUFFER_TYPE_DRAM) {
    fail(TTNN_STATUS_INVALID_ARGUMENT, "%s must be in DRAM", argument);
  }
}

void check_rank_4(const Tensor &tensor, const char *argument) {
  if (tensor.spec.shape.rank() != 4) {
    fail(TTNN_STATUS_SHAPE, "%s has shape %s, expected rank 4", argument, tensor.spec.shape.str().c_str());
  }
}

void check_groups(int64_t heads, int64_t kv_heads, const char *text) {
  if (heads % kv_heads != 0) {
    fail(TTNN_STATUS_SHAPE, "%s: %" PRId64 " and %" PRId64 " heads", text, heads, kv_heads);
  }
}

// Keys and values, contiguous or in blocks of a paged cache: [blocks, KV, length, D] alike.
KeyValues key_values(const Rows &rows, int64_t kv_heads, int64_t length) {
  KeyValues kv{};
  kv.dtype = rows.dtype;
  kv.data = rows.data;
  kv.row_stride = rows.stride;
  kv.head_stride = length * rows.stride;
  kv.block_stride = kv_heads * length * rows.stride;
  return kv;
}

// A mask over [users | 1, heads | 1, queries, keys or more] with the strides of its broadcast dimensions 0.
struct Mask {
  Rows rows;
  int64_t user_rows = 0, head_rows = 0, query_rows = 0;
};

Mask make_mask(const Tensor &tensor, const Operation &operation, int64_t users, int64_t heads, int64_t queries,
               int64_t keys, bool wider) {
  if (tensor.spec.layout != Layout::kTile) fail(TTNN_STATUS_DTYPE, "attn_mask is ROW_MAJOR, it must be tilized");
  check_input(operation, tensor.spec, "attn_mask");
  check_rank_4(tensor, "attn_mask");
  const Shape &shape = tensor.spec.shape;
  // In decode the mask may have TTNN's form too: [B, 1, NH, keys], the heads where queries would be.
  const bool heads_last = queries == 1 && shape[1] == 1 && shape[2] == heads && heads > 1;
  const bool wide_enough = wider ? shape[3] >= keys : shape[3] == keys;
  if ((shape[0] != 1 && shape[0] != users) || !wide_enough ||
      (!heads_last && ((shape[1] != 1 && shape[1] != heads) || shape[2] != queries))) {
    fail(TTNN_STATUS_SHAPE,
         "attn_mask has shape %s, expected [%" PRId64 " | 1, %" PRId64 " | 1, %" PRId64 ", %s%" PRId64 "]",
         shape.str().c_str(), users, heads, queries, wider ? ">= " : "", keys);
  }
  Mask mask{Rows(tensor)};
  mask.query_rows = heads_last ? 0 : 1;
  mask.head_rows = heads_last ? 1 : (shape[1] == 1 ? 0 : shape[2]);
  mask.user_rows = shape[0] == 1 ? 0 : shape[1] * shape[2];
  return mask;
}

void apply_mask(const Mask &mask, Sdpa &args) {
  if (mask.rows.keep == nullptr) return;
  args.mask_dtype = mask.rows.dtype;
  args.mask = mask.rows.data;
  args.mask_cols = mask.rows.cols;
  args.mask_user_stride = mask.user_rows * mask.rows.stride;
  args.mask_head_stride = mask.head_rows * mask.rows.stride;
  args.mask_row_stride = mask.query_rows * mask.rows.stride;
}

// The sink of head h is the first value of row h.
std::vector<float> sink_values(Device &d, const Rows &sink) {
  std::vector<float> values;
  if (sink.keep == nullptr) return values;
  for (int64_t i = 0; i < sink.rows; ++i) {
    values.push_back(load(d.kernels(), sink, i, d.scratch(0, 5, sink.cols))[0]);
  }
  return values;
}

Spec output_spec(const Spec &q, const ttnn_memory_config *memory_config) {
  Spec spec = q;
  spec.memory = output_memory(memory_config, MemoryConfig{});
  return spec;
}

// Prefill: q [B, NH, Sq, D], one row a query.
void queries_of(const Rows &q, const Rows &out, int64_t heads, int64_t queries, Sdpa &args) {
  args.q_dtype = q.dtype;
  args.q = q.data;
  args.q_row_stride = q.stride;
  args.q_head_stride = queries * q.stride;
  args.q_user_stride = heads * queries * q.stride;
  args.out_dtype = out.dtype;
  args.out = out.data;
  args.out_row_stride = out.stride;
  args.out_head_stride = queries * out.stride;
  args.out_user_stride = heads * queries * out.stride;
}

// A user of decode takes a core. What is computed of its scores at a time, the tiles of its heads times those of a chunk of
// keys, must be a power of two, up to what the registers hold. Pages are chunks of one tile; a contiguous cache has the largest
// chunks, to a power of two, that divide it.
void check_decode_program(int64_t users, int64_t heads, int64_t chunk) {
  constexpr int64_t kCores = int64_t{kGrid.x} * kGrid.y;
  constexpr int64_t kMaxChunk = 512;
  constexpr int64_t kRegisterTiles = 8;
  if (users > kCores) {
    fail(TTNN_STATUS_SHAPE, "Cores available (%" PRId64 ") must be >= batch size (%" PRId64 ")", kCores, users);
  }
  const int64_t keys = std::min(chunk & -chunk, kMaxChunk);
  const int64_t tiles = std::min(divide_up(heads, TTNN_TILE_SIZE) * (keys / TTNN_TILE_SIZE), kRegisterTiles);
  if (!std::has_single_bit(static_cast<uint64_t>(tiles))) {
    fail(TTNN_STATUS_SHAPE,
         "MUL_BCAST_GRANULARITY (%" PRId64 ") must be power of 2: %" PRId64 " heads and chunks of %" PRId64 " keys", tiles, heads,
         keys);
  }
}

// Decode, over contiguous caches or (with a page table) paged ones.
void decode(Call &call, const Operation &operation, ttnn_tensor *q_handle, ttnn_tensor *k_handle, ttnn_tensor *v_handle,
            ttnn_tensor *table_handle, bool paged, const ttnn_sdpa_options *options, ttnn_tensor **out) {
  check_out(out, "out");
  const Tensor &q_tensor = call.tensor(q_handle, "q");
  const Tensor &k_tensor = call.tensor(k_handle, "k_cache");
  const Tensor &v_tensor = call.tensor(v_handle, "v_cache");
  check_input(operation, q_tensor.spec, "q");
  check_input(operation, k_tensor.spec, "k_cache");
  check_input(operation, v_tensor.spec, "v_cache");
  check_decode_queries(q_tensor.spec);
  const MemoryConfig &place = q_tensor.spec.memory;
  if (!place.sharded() && place.buffer_type != TTNN_BUFFER_TYPE_DRAM) {
    fail(TTNN_STATUS_INVALID_ARGUMENT, "Q tensor buffer type must be DRAM when not sharded");
  }
  if (place.sharded() && place.memory_layout != TTNN_MEMORY_LAYOUT_HEIGHT_SHARDED) {
    fail(TTNN_STATUS_INVALID_ARGUMENT, "Q tensor memory layout must be HEIGHT_SHARDED when sharded");
  }
  check_in_dram(k_tensor, "k_cache");
  check_in_dram(v_tensor, "v_cache");
  const Shape &q_shape = q_tensor.spec.shape;
  const Request request = read_options(options, q_shape[3]);
  const ttnn_sdpa_options &o = request.options;
  check_no_chunks(o);
  const int64_t users = q_shape[1];
  const int64_t heads = q_shape[2];
  check_rank_4(k_tensor, "k_cache");
  const Shape &cache = k_tensor.spec.shape;
  const int64_t kv_heads = cache[1];
  check_groups(heads, kv_heads, "GQA expects Q to have a multiple of K heads");
  if (kv_heads > 1 && is_block_float(q_tensor.spec.dtype)) {
    fail(TTNN_STATUS_DTYPE, "GQA expects BFLOAT16 input tensor, but got %s", name(q_tensor.spec.dtype));
  }
  check_cache(k_tensor.spec, "k_cache", kv_heads, q_shape[3]);
  check_caches(k_tensor.spec, v_tensor.spec);
  const Tensor *table_tensor = paged ? &call.tensor(table_handle, "page_table") : nullptr;
  const int64_t block = cache[2];
  if (paged) {
    check_page_table(table_tensor->spec);
    check_interleaved(table_tensor->spec, "page_table");
    check_users(table_tensor->spec, "page_table", users);
  } else {
    check_users(k_tensor.spec, "k_cache", users);
    if (block % TTNN_TILE_SIZE != 0) {
      fail(TTNN_STATUS_SHAPE, "Chunk size must be multiple of 32, but the cache has %" PRId64 " positions", block);
    }
  }
  check_decode_program(users, heads, paged ? TTNN_TILE_SIZE : block);
  const int64_t pages = paged ? table_tensor->spec.shape[1] : 1;
  const int64_t keys = pages * block;
  const Tensor *positions_tensor = call.optional(o.cur_pos_tensor, "cur_pos_tensor");
  // With positions a user's keys end at its own, whether a mask is added or not.
  const bool bounded = positions_tensor != nullptr;
  if (request.causal && !bounded) {
    fail(TTNN_STATUS_INVALID_ARGUMENT, "Must have cur_pos tensor for paged attention in causal mode");
  }
  if (!request.causal && o.attn_mask == nullptr && bounded) {
    fail(TTNN_STATUS_INVALID_ARGUMENT, "cur_pos_tensor is for causal mode or beside attn_mask");
  }
  if (!request.causal && o.sliding_window_size > 0) {
    fail(TTNN_STATUS_UNSUPPORTED, "sliding_window_size %d without is_causal in decode", o.sliding_window_size);
  }
  if (positions_tensor != nullptr) check_positions(positions_tensor->spec, "cur_pos_tensor", users);
  Mask mask;
  if (const Tensor *tensor = call.optional(o.attn_mask, "attn_mask")) {
    mask = make_mask(*tensor, operation, users, heads, 1, keys, false);
  }
  Rows sink;
  if (const Tensor *tensor = call.optional(o.attention_sink, "attention_sink")) {
    check_input(operation, tensor->spec, "attention_sink");
    check_in_dram(*tensor, "attention_sink");
    check_sink(tensor->spec, Shape{heads, TTNN_TILE_SIZE});
    sink = Rows(*tensor);
  }
  const Spec spec = output_spec(q_tensor.spec, o.memory_config);
  if (spec.memory.sharded() && kv_heads > 1) {
    fail(TTNN_STATUS_INVALID_ARGUMENT, "Sharded output not supported for GQA: %" PRId64 " K/V heads", kv_heads);
  }
  check_shards_named(spec);
  const auto output = make_output(call.device(), spec);
  const int64_t window = o.sliding_window_size;

  call.device().run(operation.name, [=, q = Rows(q_tensor), k = Rows(k_tensor), v = Rows(v_tensor), y = Rows(*output),
                                     table = paged ? Rows(*table_tensor) : Rows(),
                                     positions = bounded ? Rows(*positions_tensor) : Rows(),
                                     scale = request.scale, softcap = o.logit_softcap](Device &d) {
    std::vector<int64_t> first(static_cast<size_t>(users));
    std::vector<int64_t> first_pages(static_cast<size_t>(users));
    for (int64_t user = 0; user < users; ++user) {
      const int64_t position = bounded ? positions.ints()[user] : 0;
      first[static_cast<size_t>(user)] = position;
      if (position < 0) continue;
      if (position >= keys) {
        fail(TTNN_STATUS_INVALID_ARGUMENT,
             "cur_pos_tensor[%" PRId64 "] is %" PRId64 ", the cache has %" PRId64 " positions for a user", user, position,
             keys);
      }
      if (!paged) continue;
      const int64_t oldest = window > 0 ? std::max<int64_t>(0, position - window + 1) : 0;
      check_pages(table, user, oldest / block, bounded ? position / block : pages - 1, cache[0]);
      first_pages[static_cast<size_t>(user)] = oldest / block;
    }
    const std::vector<int32_t> readable = paged ? readable_pages(table, first_pages) : std::vector<int32_t>();
    const std::vector<float> sinks = sink_values(d, sink);
    Sdpa args{};
    args.users = users;
    args.heads = heads;
    args.kv_heads = kv_heads;
    args.queries = 1;
    args.head_dim = q.cols;
    queries_of(q, y, heads, 1, args);
    args.k = key_values(k, kv_heads, block);
    args.v = key_values(v, kv_heads, block);
    for (KeyValues *kv : {&args.k, &args.v}) {
      kv->page_table = paged ? readable.data() : nullptr;
      kv->pages = pages;
      kv->block_size = block;
    }
    args.first_position = first.data();
    args.keys = keys;
    args.causal = bounded;
    args.window = window;
    args.scale = scale;
    args.softcap = softcap;
    apply_mask(mask, args);
    args.sinks = sinks.empty() ? nullptr : sinks.data();
    sdpa(d.pool(), d.kernels(), args);
  });
  call.publish(output, out);
}

}  // namespace

ttnn_status ttnn_scaled_dot_product_attention(ttnn_tensor *q_handle, ttnn_tensor *k_handle, ttnn_tensor *v_handle,
                                              const ttnn_sdpa_options *options, ttnn_tensor **out) {
  return run(ops::kSdpa, q_handle, "q", [&](Call &call) {
    check_out(out, "out");
    const Tensor &q_tensor = call.tensor(q_handle, "q");
    const Tensor &k_tensor = call.tensor(k_handle, "k");
    const Tensor &v_tensor = call.tensor(v_handle, "v");
    check_input(ops::kSdpa, q_tensor.spec, "q");
    check_input(ops::kSdpa, k_tensor.spec, "k");
    check_input(ops::kSdpa, v_tensor.spec, "v");
    check_rank_4(q_tensor, "q");
    check_rank_4(k_tensor, "k");
    check_interleaved(q_tensor.spec, "q");
    check_interleaved(k_tensor.spec, "k");
    check_interleaved(v_tensor.spec, "v");
    const Shape &q_shape = q_tensor.spec.shape;
    const Shape &k_shape = k_tensor.spec.shape;
    const Request request = read_options(options, q_shape[3]);
    const ttnn_sdpa_options &o = request.options;
    check_prefill_chunks(o, 0);
    if (o.cur_pos_tensor != nullptr) fail(TTNN_STATUS_INVALID_ARGUMENT, "cur_pos_tensor is for decode only");
    if (!(v_tensor.spec.shape == k_shape) || k_shape[0] != q_shape[0] || k_shape[3] != q_shape[3]) {
      fail(TTNN_STATUS_SHAPE, "q has shape %s, k %s, v %s", q_shape.str().c_str(), k_shape.str().c_str(),
           v_tensor.spec.shape.str().c_str());
    }
    const int64_t users = q_shape[0];
    const int64_t heads = q_shape[1];
    const int64_t kv_heads = k_shape[1];
    const int64_t queries = q_shape[2];
    const int64_t keys = k_shape[2];
    check_groups(heads, kv_heads, "Q num_heads must be >= K num_heads and divisible");
    if (request.causal && queries != keys) {
      fail(TTNN_STATUS_SHAPE,
           "Causal SDPA requires Q and K to have the same sequence length: %" PRId64 " and %" PRId64, queries, keys);
    }
    Mask mask;
    if (const Tensor *tensor = call.optional(o.attn_mask, "attn_mask")) {
      check_in_dram(*tensor, "attn_mask");
      mask = make_mask(*tensor, ops::kSdpa, users, heads, queries, keys, false);
    }
    Rows sink;
    if (const Tensor *tensor = call.optional(o.attention_sink, "attention_sink")) {
      check_input(ops::kSdpa, tensor->spec, "attention_sink");
      check_in_dram(*tensor, "attention_sink");
      check_sink(tensor->spec, Shape{1, heads, 1, 1});
      sink = Rows(*tensor);
    }
    const Spec spec = output_spec(q_tensor.spec, o.memory_config);
    check_shards_named(spec);
    const auto output = make_output(call.device(), spec);
    call.device().run(ops::kSdpa.name, [=, q = Rows(q_tensor), k = Rows(k_tensor), v = Rows(v_tensor),
                                        y = Rows(*output)](Device &d) {
      const std::vector<int64_t> first(static_cast<size_t>(users), 0);
      const std::vector<float> sinks = sink_values(d, sink);
      Sdpa args{};
      args.users = users;
      args.heads = heads;
      args.kv_heads = kv_heads;
      args.queries = queries;
      args.head_dim = q.cols;
      queries_of(q, y, heads, queries, args);
      args.k = key_values(k, kv_heads, keys);
      args.v = key_values(v, kv_heads, keys);
      args.first_position = first.data();
      args.keys = keys;
      args.causal = request.causal;
      args.window = request.options.sliding_window_size;
      args.scale = request.scale;
      args.softcap = request.options.logit_softcap;
      apply_mask(mask, args);
      args.sinks = sinks.empty() ? nullptr : sinks.data();
      sdpa(d.pool(), d.kernels(), args);
    });
    call.publish(output, out);
  });
}

ttnn_status ttnn_chunked_scaled_dot_product_attention(ttnn_tensor *q_handle, ttnn_tensor *k_handle,
                                                      ttnn_tensor *v_handle, ttnn_tensor *table_handle,
                                                      int64_t chunk_start, const ttnn_sdpa_options *options,
                                                      ttnn_tensor **out) {
  return run(ops::kChunkedSdpa, q_handle, "q", [&](Call &call) {
    check_out(out, "out");
    const Tensor &q_tensor = call.tensor(q_handle, "q");
    const Tensor &k_tensor = call.tensor(k_handle, "k_cache");
    const Tensor &v_tensor = call.tensor(v_handle, "v_cache");
    const Tensor &table_tensor = call.tensor(table_handle, "page_table");
    check_input(ops::kChunkedSdpa, q_tensor.spec, "q");
    check_input(ops::kChunkedSdpa, k_tensor.spec, "k_cache");
    check_input(ops::kChunkedSdpa, v_tensor.spec, "v_cache");
    check_rank_4(q_tensor, "q");
    check_rank_4(k_tensor, "k_cache");
    check_interleaved(q_tensor.spec, "q");
    check_interleaved(k_tensor.spec, "k_cache");
    check_interleaved(v_tensor.spec, "v_cache");
    const Shape &q_shape = q_tensor.spec.shape;
    const Shape &cache = k_tensor.spec.shape;
    if (q_shape[0] != 1) fail(TTNN_STATUS_SHAPE, "q has shape %s, expected [1, NH, C, D]", q_shape.str().c_str());
    const Request request = read_options(options, q_shape[3]);
    const ttnn_sdpa_options &o = request.options;
    if (!request.causal && o.attn_mask == nullptr) {
      fail(TTNN_STATUS_INVALID_ARGUMENT, "chunked attention is causal unless attn_mask says what is seen");
    }
    if (o.cur_pos_tensor != nullptr) fail(TTNN_STATUS_INVALID_ARGUMENT, "cur_pos_tensor is for decode only");
    const int64_t heads = q_shape[1];
    const int64_t kv_heads = cache[1];
    const int64_t queries = q_shape[2];
    const int64_t block = cache[2];
    check_groups(heads, kv_heads, "Q num_heads must be >= K num_heads and divisible");
    check_cache(k_tensor.spec, "k_cache", kv_heads, q_shape[3]);
    check_caches(k_tensor.spec, v_tensor.spec);
    check_page_table(table_tensor.spec);
    check_table_rows(table_tensor.spec);
    const int64_t pages = table_tensor.spec.shape[1];
    check_users(table_tensor.spec, "page_table", 1);
    if (chunk_start < 0 || chunk_start > pages * block - queries) {
      fail(TTNN_STATUS_INVALID_ARGUMENT,
           "chunk_start is %" PRId64 " and the chunk has %" PRId64 " positions: the page table has %" PRId64
           " blocks of %" PRId64,
           chunk_start, queries, pages, block);
    }
    check_prefill_chunks(o, chunk_start);
    Mask mask;
    if (const Tensor *tensor = call.optional(o.attn_mask, "attn_mask")) {
      mask = make_mask(*tensor, ops::kChunkedSdpa, 1, heads, queries, chunk_start + queries, true);
    }
    Rows sink;
    if (const Tensor *tensor = call.optional(o.attention_sink, "attention_sink")) {
      check_input(ops::kChunkedSdpa, tensor->spec, "attention_sink");
      check_in_dram(*tensor, "attention_sink");
      check_sink(tensor->spec, Shape{1, heads, 1, 1});
      sink = Rows(*tensor);
    }
    const int64_t window = o.sliding_window_size;
    const Spec spec = output_spec(q_tensor.spec, o.memory_config);
    check_shards_named(spec);
    const auto output = make_output(call.device(), spec);
    call.device().run(ops::kChunkedSdpa.name,
                      [=, q = Rows(q_tensor), k = Rows(k_tensor), v = Rows(v_tensor), table = Rows(table_tensor),
                       y = Rows(*output), causal = request.causal, scale = request.scale,
                       softcap = o.logit_softcap](Device &d) {
                        const int64_t oldest = window > 0 ? std::max<int64_t>(0, chunk_start - window + 1) : 0;
                        check_pages(table, 0, oldest / block, (chunk_start + queries - 1) / block, cache[0]);
                        const std::vector<int32_t> readable = readable_pages(table, {oldest / block});
                        const std::vector<float> sinks = sink_values(d, sink);
                        Sdpa args{};
                        args.users = 1;
                        args.heads = heads;
                        args.kv_heads = kv_heads;
                        args.queries = queries;
                        args.head_dim = q.cols;
                        queries_of(q, y, heads, queries, args);
                        args.k = key_values(k, kv_heads, block);
                        args.v = key_values(v, kv_heads, block);
                        for (KeyValues *kv : {&args.k, &args.v}) {
                          kv->page_table = readable.data();
                          kv->pages = pages;
                          kv->block_size = block;
                        }
                        args.first_position = &chunk_start;
                        args.keys = chunk_start + queries;
                        args.causal = causal;
                        args.window = window;
                        args.scale = scale;
                        args.softcap = softcap;
                        apply_mask(mask, args);
                        args.sinks = sinks.empty() ? nullptr : sinks.data();
                        sdpa(d.pool(), d.kernels(), args);
                      });
    call.publish(output, out);
  });
}

ttnn_status ttnn_scaled_dot_product_attention_decode(ttnn_tensor *q, ttnn_tensor *k_cache, ttnn_tensor *v_cache,
                                                     const ttnn_sdpa_options *options, ttnn_tensor **out) {
  return run(ops::kSdpaDecode, q, "q", [&](Call &call) { decode(call, ops::kSdpaDecode, q, k_cache, v_cache, nullptr, false, options, out); });
}

ttnn_status ttnn_paged_scaled_dot_product_attention_decode(ttnn_tensor *q, ttnn_tensor *k_cache, ttnn_tensor *v_cache,
                                                           ttnn_tensor *page_table, const ttnn_sdpa_options *options,
                                                           ttnn_tensor **out) {
  return run(ops::kPagedSdpaDecode, q, "q", [&](Call &call) { decode(call, ops::kPagedSdpaDecode, q, k_cache, v_cache, page_table, true, options, out); });
}
