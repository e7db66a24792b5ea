// SPDX-License-Identifier: Apache-2.0
//
// Scaled dot product attention: prefill, chunked prefill over a paged cache, decode over contiguous and paged caches.
#include <cmath>
#include <cstring>

#include "common/options.hpp"
#include "common/rules.hpp"
#include "common/structs.hpp"
#include "ttnn/call.hpp"
#include "ttnn/runtime.hpp"
#include "ttnn/staging.hpp"

using namespace tttv2;
using namespace tttv2::ttnn;

namespace {

struct Request {
  ttnn_sdpa_options options;
  bool causal;
};

Request read_options(const ttnn_sdpa_options *options) {
  Request request{read_struct("options", options), true};
  const ttnn_sdpa_options &o = request.options;
  request.causal = switched_on("is_causal", o.is_causal, true);
  if (!std::isfinite(o.scale)) fail(TTNN_STATUS_INVALID_ARGUMENT, "scale is %g", static_cast<double>(o.scale));
  if (o.sliding_window_size < 0) {
    fail(TTNN_STATUS_INVALID_ARGUMENT, "sliding_window_size is %d", o.sliding_window_size);
  }
  if (request.causal && o.attn_mask != nullptr) {
    fail(TTNN_STATUS_INVALID_ARGUMENT, "is_causal and attn_mask cannot both be present");
  }
  if (o.sliding_window_size > 0 && o.attn_mask != nullptr) {
    fail(TTNN_STATUS_INVALID_ARGUMENT, "sliding_window_size and attn_mask cannot both be present");
  }
  if (!std::isfinite(o.logit_softcap) || o.logit_softcap < 0) {
    fail(TTNN_STATUS_INVALID_ARGUMENT, "logit_softcap is %g", static_cast<double>(o.logit_softcap));
  }
  if (o.logit_softcap != 0) {
    fail(TTNN_STATUS_UNSUPPORTED, "TTNN's attention has no logit_softcap (asked for: %g)",
         static_cast<double>(o.logit_softcap));
  }
  check_compute_config(o.compute_config);
  return request;
}

// The queries, and the scale that goes with them. TTNN adds masks and sinks to the unscaled scores and scales all; here they
// stand beside the scaled ones. With either, the queries are scaled and TTNN's scale is 1.
class Queries {
 public:
  Queries(Call &call, const Operation &operation, ttnn_tensor *q, const Request &request)
      : tensor_(call.input(operation, q, "q")) {
    const ttnn_sdpa_options &o = request.options;
    object_ = tensor_.object.get();
    if (o.attn_mask == nullptr && o.attention_sink == nullptr) {
      if (o.scale != 0) scale_ = real(o.scale);
      return;
    }
    const float scale = o.scale != 0 ? o.scale : 1.0F / std::sqrt(static_cast<float>(tensor_.shape().back()));
    scale_ = real(1);
    if (scale == 1) return;
    scaled_ = Arguments(bound::kMultiply).add(object_).add(real(scale)).call();
    object_ = scaled_.get();
    call.device().make(object_);
  }

  Tensor &tensor() const { return tensor_; }  // as they were given
  PyObject *object() const { return object_; }
  PyObject *scale() const { return scale_.get(); }

 private:
  Tensor &tensor_;
  PyObject *object_;
  Object scaled_;
  Object scale_;
};

Object window(const ttnn_sdpa_options &o) {
  return o.sliding_window_size == 0 ? Object() : integer(o.sliding_window_size);
}

// A mask of decode as TTNN wants it: with the heads where queries would be, [B | 1, 1, NH, keys].
class DecodeMask {
 public:
  DecodeMask(Call &call, ttnn_tensor *handle, int64_t heads, int64_t keys) {
    Tensor *mask = call.optional(handle, "attn_mask");
    if (mask == nullptr) return;
    object_ = mask->object.get();
    const Shape &shape = mask->shape();
    if (shape.back() != keys) {
      fail(TTNN_STATUS_SHAPE, "attn_mask has shape %s, there are %lld keys", shape.str().c_str(), static_cast<long long>(keys));
    }
    if (shape.rank() != 4 || shape[2] != 1 || heads == 1) return;
    if (shape[1] == 1) {
      const std::array<int64_t, 4> times{1, 1, heads, 1};
      arranged_ = Arguments(bound::kRepeat).add(object_).add(to_list(times)).call();
    } else {
      arranged_ = Arguments(bound::kTranspose).add(object_).add(integer(1)).add(integer(2)).call();
    }
    object_ = arranged_.get();
    call.device().make(object_);
  }

  PyObject *object() const { return object_; }

 private:
  PyObject *object_ = nullptr;
  Object arranged_;
};

// Where a chunk starts, on the device: as a number it is part of TTNN's programs, which are then compiled for each start anew.
// TTNN takes it with rows of the page table that are multiples of 32 bytes; else there is none. It cannot be written while a trace is
// being captured, nor be a number then: that would be another program than the one that ran before.
Object start_on_device(const Device &device, int64_t start, int64_t pages) {
  constexpr int64_t kPages = 32 / sizeof(int32_t);
  if (pages % kPages != 0) return {};
  if (device.capturing()) {
    fail(TTNN_STATUS_UNSUPPORTED, "chunk_start is written to the device, which a capture cannot record: the page table has %lld "
         "columns, with a number of them that is no multiple of 8 it can", static_cast<long long>(pages));
  }
  Spec spec;
  spec.dtype = DType::kInt32;
  spec.layout = Layout::kRowMajor;
  spec.shape = Shape{1};
  Object tensor = allocate_on_device(device, spec);
  const Staging staging(device, spec);
  const auto value = static_cast<int32_t>(start);
  for (int32_t i = 0; i < device.mesh().size(); ++i) std::memcpy(staging.bytes(i).data(), &value, sizeof value);
  send(staging, tensor.get());
  return tensor;
}

void decode(Function &function, const Operation &operation, ttnn_tensor *q, ttnn_tensor *k_cache, ttnn_tensor *v_cache,
            ttnn_tensor *page_table, const ttnn_sdpa_options *options, ttnn_tensor **out) {
  check_out(out, "out");
  const Request request = read_options(options);
  const ttnn_sdpa_options &o = request.options;
  check_no_chunks(o);
  if (!request.causal && o.sliding_window_size > 0) {
    fail(TTNN_STATUS_UNSUPPORTED, "sliding_window_size %d without is_causal in decode", o.sliding_window_size);
  }
  if (request.causal && o.cur_pos_tensor == nullptr) {
    fail(TTNN_STATUS_INVALID_ARGUMENT, "Must have cur_pos tensor for paged attention in causal mode");
  }
  if (!request.causal && o.cur_pos_tensor != nullptr) {
    if (o.attn_mask == nullptr) {
      fail(TTNN_STATUS_INVALID_ARGUMENT, "cur_pos_tensor is for causal mode or beside attn_mask");
    }
    fail(TTNN_STATUS_UNSUPPORTED, "cur_pos_tensor has no effect in TTNN beside attn_mask: mask the keys behind it");
  }
  Call call(q, "q");
  const Queries queries(call, operation, q, request);
  Tensor &k = call.tensor(k_cache, "k_cache");
  Tensor &v = call.tensor(v_cache, "v_cache");
  Tensor *table = &operation == &ops::kPagedSdpaDecode ? &call.tensor(page_table, "page_table") : nullptr;
  Tensor *positions = call.optional(o.cur_pos_tensor, "cur_pos_tensor");
  Tensor *sink = call.optional(o.attention_sink, "attention_sink");
  Tensor &query = queries.tensor();
  check_decode_queries(query.plain());
  check_caches(k.plain(), v.plain());
  if (table != nullptr) check_page_table(table->plain());
  const int64_t users = query.shape()[1];
  const int64_t heads = query.shape()[2];
  check_users(table == nullptr ? k.plain() : table->plain(), table == nullptr ? "k_cache" : "page_table", users);
  if (positions != nullptr) check_positions(positions->plain(), "cur_pos_tensor", users);
  if (sink != nullptr) check_sink(sink->plain(), Shape{heads, TTNN_TILE_SIZE});
  const DecodeMask mask(call, o.attn_mask, heads, k.shape().back(1) * (table == nullptr ? 1 : table->shape()[1]));
  Arguments arguments(function);
  arguments.add(queries.object()).add(k.object.get()).add(v.object.get());
  if (table != nullptr) arguments.add(table->object.get());
  call.computed();
  call.publish(arguments.key(Key::kIsCausal, boolean(request.causal))
                   .key(Key::kAttnMask, mask.object())
                   .key(Key::kCurPosTensor, positions == nullptr ? nullptr : positions->object.get())
                   .key(Key::kAttentionSink, sink == nullptr ? nullptr : sink->object.get())
                   .key(Key::kScale, queries.scale())
                   .key(Key::kSlidingWindowSize, window(o))
                   .key(Key::kMemoryConfig, call.memory_config(o.memory_config))
                   .key(Key::kComputeKernelConfig, compute_config(call.device().arch(), o.compute_config))
                   .call(),
               out);
}

}  // namespace

ttnn_status ttnn_scaled_dot_product_attention(ttnn_tensor *q, ttnn_tensor *k, ttnn_tensor *v,
                                              const ttnn_sdpa_options *options, ttnn_tensor **out) {
  return guard(ops::kSdpa, [&] {
    check_out(out, "out");
    const Request request = read_options(options);
    const ttnn_sdpa_options &o = request.options;
    if (o.cur_pos_tensor != nullptr) fail(TTNN_STATUS_INVALID_ARGUMENT, "cur_pos_tensor is for decode only");
    check_prefill_chunks(o, 0);
    Call call(q, "q");
    const Queries queries(call, ops::kSdpa, q, request);
    Tensor &query = queries.tensor();
    call.computed();
    call.expect(query, query.shape(), o.memory_config);
    call.publish(Arguments(bound::kSdpa)
                     .add(queries.object())
                     .add(call.object(k, "k"))
                     .add(call.object(v, "v"))
                     .key(Key::kAttnMask, call.optional_object(o.attn_mask, "attn_mask"))
                     .key(Key::kIsCausal, boolean(request.causal))
                     .key(Key::kScale, queries.scale())
                     .key(Key::kSlidingWindowSize, window(o))
                     .key(Key::kMemoryConfig, call.memory_config(o.memory_config))
                     .key(Key::kProgramConfig, sdpa_program_config(call.device().grid(), o))
                     .key(Key::kComputeKernelConfig, compute_config(call.device().arch(), o.compute_config))
                     .key(Key::kAttentionSink, call.optional_object(o.attention_sink, "attention_sink"))
                     .call(),
                 out);
  });
}

ttnn_status ttnn_chunked_scaled_dot_product_attention(ttnn_tensor *q, ttnn_tensor *k_cache, ttnn_tensor *v_cache,
                                                      ttnn_tensor *page_table, int64_t chunk_start,
                                                      const ttnn_sdpa_options *options, ttnn_tensor **out) {
  return guard(ops::kChunkedSdpa, [&] {
    check_out(out, "out");
    const Request request = read_options(options);
    const ttnn_sdpa_options &o = request.options;
    if (chunk_start < 0) {
      fail(TTNN_STATUS_INVALID_ARGUMENT, "chunk_start is %lld", static_cast<long long>(chunk_start));
    }
    if (o.cur_pos_tensor != nullptr) fail(TTNN_STATUS_INVALID_ARGUMENT, "cur_pos_tensor is for decode only");
    if (o.attn_mask != nullptr) fail(TTNN_STATUS_UNSUPPORTED, "TTNN's chunked attention has no attn_mask");
    if (!request.causal) fail(TTNN_STATUS_INVALID_ARGUMENT, "chunked attention is causal");
    check_prefill_chunks(o, chunk_start);
    Call call(q, "q");
    const Queries queries(call, ops::kChunkedSdpa, q, request);
    Tensor &k = call.tensor(k_cache, "k_cache");
    Tensor &v = call.tensor(v_cache, "v_cache");
    Tensor &pages = call.tensor(page_table, "page_table");
    check_caches(k.plain(), v.plain());
    check_page_table(pages.plain());
    check_users(pages.plain(), "page_table", 1);
    // A start that overflows would pass.
    if (k.shape().rank() == 4 && chunk_start > pages.shape()[1] * k.shape()[2]) {
      fail(TTNN_STATUS_INVALID_ARGUMENT, "chunk_start is %lld, the page table has %lld blocks of %lld",
           static_cast<long long>(chunk_start), static_cast<long long>(pages.shape()[1]),
           static_cast<long long>(k.shape()[2]));
    }
    const Object start = start_on_device(call.device(), chunk_start, pages.shape().back());
    Arguments arguments(bound::kChunkedSdpa);
    arguments.add(queries.object()).add(k.object.get()).add(v.object.get()).add(pages.object.get());
    if (!start) arguments.add(integer(chunk_start));
    Tensor &query = queries.tensor();
    call.computed();
    call.expect(query, query.shape(), o.memory_config);
    call.publish(arguments.key(Key::kChunkStartIdxTensor, start.get())
                     .key(Key::kScale, queries.scale())
                     .key(Key::kMemoryConfig, call.memory_config(o.memory_config))
                     .key(Key::kProgramConfig, sdpa_program_config(call.device().grid(), o))
                     .key(Key::kComputeKernelConfig, compute_config(call.device().arch(), o.compute_config))
                     .key(Key::kSlidingWindowSize, window(o))
                     .key(Key::kAttentionSink, call.optional_object(o.attention_sink, "attention_sink"))
                     .call(),
                 out);
  });
}

ttnn_status ttnn_scaled_dot_product_attention_decode(ttnn_tensor *q, ttnn_tensor *k_cache, ttnn_tensor *v_cache,
                                                     const ttnn_sdpa_options *options, ttnn_tensor **out) {
  return guard(ops::kSdpaDecode, [&] {
    decode(bound::kSdpaDecode, ops::kSdpaDecode, q, k_cache, v_cache, nullptr, options, out);
  });
}

ttnn_status ttnn_paged_scaled_dot_product_attention_decode(ttnn_tensor *q, ttnn_tensor *k_cache, ttnn_tensor *v_cache,
                                                           ttnn_tensor *page_table, const ttnn_sdpa_options *options,
                                                           ttnn_tensor **out) {
  return guard(ops::kPagedSdpaDecode, [&] {
    decode(bound::kPagedSdpaDecode, ops::kPagedSdpaDecode, q, k_cache, v_cache, page_table, options, out);
  });
}
