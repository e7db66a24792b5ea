// SPDX-License-Identifier: Apache-2.0
//
// Scaled dot product attention: prefill, chunked prefill over a paged cache, decode over contiguous and paged caches.
#include <cmath>

#include "common/structs.hpp"
#include "ttnn/call.hpp"
#include "ttnn/runtime.hpp"

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
  Queries(Call &call, const Operation &operation, ttnn_tensor *q, const Request &request) {
    Tensor &tensor = call.input(operation, q, "q");
    const ttnn_sdpa_options &o = request.options;
    object_ = tensor.object.get();
    if (o.attn_mask == nullptr && o.attention_sink == nullptr) {
      if (o.scale != 0) scale_ = real(o.scale);
      return;
    }
    const float scale = o.scale != 0 ? o.scale : 1.0F / std::sqrt(static_cast<float>(tensor.shape().back()));
    scale_ = real(1);
    if (scale == 1) return;
    scaled_ = Arguments(bound::kMultiply).add(object_).add(real(scale)).call();
    object_ = scaled_.get();
  }

  PyObject *object() const { return object_; }
  PyObject *scale() const { return scale_.get(); }

 private:
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
  DecodeMask(Call &call, ttnn_tensor *handle, int64_t heads) {
    Tensor *mask = call.optional(handle, "attn_mask");
    if (mask == nullptr) return;
    object_ = mask->object.get();
    const Shape &shape = mask->shape();
    if (shape.rank() != 4 || shape[2] != 1 || heads == 1) return;
    if (shape[1] == 1) {
      const std::array<int64_t, 4> times{1, 1, heads, 1};
      arranged_ = Arguments(bound::kRepeat).add(object_).add(to_list(times)).call();
    } else {
      arranged_ = Arguments(bound::kTranspose).add(object_).add(integer(1)).add(integer(2)).call();
    }
    object_ = arranged_.get();
  }

  PyObject *object() const { return object_; }

 private:
  PyObject *object_ = nullptr;
  Object arranged_;
};

void decode(Function &function, const Operation &operation, ttnn_tensor *q, ttnn_tensor *k_cache, ttnn_tensor *v_cache,
            ttnn_tensor *page_table, const ttnn_sdpa_options *options, ttnn_tensor **out) {
  check_out(out, "out");
  const Request request = read_options(options);
  const ttnn_sdpa_options &o = request.options;
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
  Arguments arguments(function);
  arguments.add(queries.object()).add(call.object(k_cache, "k_cache")).add(call.object(v_cache, "v_cache"));
  if (&operation == &ops::kPagedSdpaDecode) arguments.add(call.object(page_table, "page_table"));
  const DecodeMask mask(call, o.attn_mask, o.attn_mask == nullptr ? 0 : call.tensor(q, "q").shape().back(1));
  call.publish(arguments.key(Key::kIsCausal, boolean(request.causal))
                   .key(Key::kAttnMask, mask.object())
                   .key(Key::kCurPosTensor, call.optional_object(o.cur_pos_tensor, "cur_pos_tensor"))
                   .key(Key::kAttentionSink, call.optional_object(o.attention_sink, "attention_sink"))
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
    Call call(q, "q");
    const Queries queries(call, ops::kSdpa, q, request);
    call.publish(Arguments(bound::kSdpa)
                     .add(queries.object())
                     .add(call.object(k, "k"))
                     .add(call.object(v, "v"))
                     .key(Key::kAttnMask, call.optional_object(o.attn_mask, "attn_mask"))
                     .key(Key::kIsCausal, boolean(request.causal))
                     .key(Key::kScale, queries.scale())
                     .key(Key::kSlidingWindowSize, window(o))
                     .key(Key::kMemoryConfig, call.memory_config(o.memory_config))
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
    Call call(q, "q");
    const Queries queries(call, ops::kChunkedSdpa, q, request);
    Tensor &pages = call.tensor(page_table, "page_table");
    if (pages.shape().rank() != 2 || pages.shape()[0] != 1) {
      fail(TTNN_STATUS_SHAPE, "page_table has shape %s, expected [1, P]", pages.shape().str().c_str());
    }
    Tensor &keys = call.tensor(k_cache, "k_cache");
    // A start that overflows would pass.
    if (keys.shape().rank() == 4 && chunk_start > pages.shape()[1] * keys.shape()[2]) {
      fail(TTNN_STATUS_INVALID_ARGUMENT, "chunk_start is %lld, the page table has %lld blocks of %lld",
           static_cast<long long>(chunk_start), static_cast<long long>(pages.shape()[1]),
           static_cast<long long>(keys.shape()[2]));
    }
    call.publish(Arguments(bound::kChunkedSdpa)
                     .add(queries.object())
                     .add(keys.object.get())
                     .add(call.object(v_cache, "v_cache"))
                     .add(pages.object.get())
                     .add(integer(chunk_start))
                     .key(Key::kScale, queries.scale())
                     .key(Key::kMemoryConfig, call.memory_config(o.memory_config))
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
