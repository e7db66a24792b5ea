// SPDX-License-Identifier: Apache-2.0
//
// The one table of operations: what each takes as its first input. Validation and ttnn_supports both read it. And the
// table of extensions, which each backend has: what it takes although TTNN refuses it.
#pragma once

#include <cstdint>
#include <span>
#include <utility>

#include "common/error.hpp"
#include "common/spec.hpp"

namespace tttv2 {

namespace takes {

constexpr uint32_t bit(DType dtype) { return uint32_t{1} << static_cast<int32_t>(dtype); }

constexpr uint32_t kF32 = bit(DType::kFloat32);
constexpr uint32_t kBf16 = bit(DType::kBFloat16);
constexpr uint32_t kBf8 = bit(DType::kBFloat8B);
constexpr uint32_t kBf4 = bit(DType::kBFloat4B);
constexpr uint32_t kU32 = bit(DType::kUInt32);
constexpr uint32_t kI32 = bit(DType::kInt32);
constexpr uint32_t kU16 = bit(DType::kUInt16);
constexpr uint32_t kU8 = bit(DType::kUInt8);
constexpr uint32_t kFloats = kF32 | kBf16 | kBf8 | kBf4;
constexpr uint32_t kInts = kU32 | kI32 | kU16 | kU8;
constexpr uint32_t kAll = kFloats | kInts;

constexpr uint32_t kRowMajor = 1;
constexpr uint32_t kTile = 2;
constexpr uint32_t kAnyLayout = kRowMajor | kTile;

}  // namespace takes

struct Operation {
  const char *name;
  uint32_t dtypes;
  uint32_t extended;  // dtypes that only a backend with extensions takes
  uint32_t layouts;
  const char *dtype_text;   // TTNN's words for a refusal; may be null
  const char *layout_text;  // likewise
};

namespace ops {

using namespace takes;

inline constexpr Operation kEmbedding{"embedding", kU32, 0, kAnyLayout, "Input must be UINT32 or BFLOAT16", nullptr};
inline constexpr const char *kTilized = "Inputs to matmul must be tilized";
inline constexpr Operation kMatmul{"matmul", kFloats, 0, kTile, nullptr, kTilized};
inline constexpr Operation kLinear{"linear", kFloats, 0, kTile, nullptr, kTilized};
inline constexpr Operation kSparseMatmul{"sparse_matmul", kFloats, 0, kTile, nullptr, "Input tensor must be TILE layout"};
inline constexpr Operation kRmsNorm{"rms_norm", kF32 | kBf16 | kBf8, 0, kTile, nullptr,
                                    "ttnn::rms_norm does not support ROW_MAJOR input tensors"};
inline constexpr Operation kLayerNorm{"layer_norm", kF32 | kBf16 | kBf8, 0, kAnyLayout, nullptr, nullptr};
inline constexpr Operation kGroupNorm{"group_norm", kF32 | kBf16, 0, kAnyLayout, "Input tensor must be BFLOAT16 or FLOAT32",
                                      nullptr};
inline constexpr uint32_t kArithmetic = kFloats | kU32 | kI32;
inline constexpr Operation kAdd{"add", kArithmetic, 0, kAnyLayout, nullptr, nullptr};
inline constexpr Operation kSubtract{"subtract", kArithmetic, 0, kAnyLayout, nullptr, nullptr};
inline constexpr Operation kMultiply{"multiply", kArithmetic, 0, kAnyLayout, nullptr, nullptr};
inline constexpr Operation kAddScalar{"add_scalar", kArithmetic, 0, kAnyLayout, nullptr, nullptr};
inline constexpr Operation kMultiplyScalar{"multiply_scalar", kArithmetic, 0, kAnyLayout, nullptr, nullptr};
inline constexpr Operation kSilu{"silu", kFloats, 0, kAnyLayout, nullptr, nullptr};
inline constexpr Operation kGelu{"gelu", kFloats, 0, kAnyLayout, nullptr, nullptr};
inline constexpr Operation kGeluTanh{"gelu_tanh", kFloats, 0, kAnyLayout, nullptr, nullptr};
inline constexpr Operation kRelu{"relu", kFloats, 0, kAnyLayout, nullptr, nullptr};
inline constexpr Operation kTanh{"tanh", kFloats, 0, kAnyLayout, nullptr, nullptr};
inline constexpr Operation kSigmoid{"sigmoid", kFloats, 0, kAnyLayout, nullptr, nullptr};
inline constexpr Operation kSoftmax{"softmax", kF32 | kBf16 | kBf8, 0, kAnyLayout, nullptr, nullptr};
inline constexpr Operation kSum{"sum", kF32 | kBf16 | kBf8, 0, kAnyLayout, nullptr, nullptr};
inline constexpr Operation kPlusOne{"plus_one", kU32 | kI32, 0, kRowMajor, nullptr, nullptr};

inline constexpr uint32_t kPacked = kBf16 | kBf8 | kBf4;
inline constexpr Operation kCreateHeads{"nlp_create_qkv_heads", kF32 | kBf16 | kBf8, 0, kTile, nullptr, nullptr};
inline constexpr Operation kCreateHeadsDecode{"nlp_create_qkv_heads_decode", kF32 | kBf16, 0, kTile, nullptr, nullptr};
inline constexpr Operation kConcatHeads{"nlp_concat_heads", kF32 | kBf16 | kBf8, 0, kTile, nullptr, nullptr};
inline constexpr Operation kConcatHeadsDecode{"nlp_concat_heads_decode", kF32 | kBf16, 0, kTile, nullptr, nullptr};
inline constexpr const char *kRotaryDtype = "All input tensors must have dtype = bfloat16";
inline constexpr Operation kRotaryHf{"rotary_embedding_hf", kF32 | kBf16, 0, kTile, kRotaryDtype, nullptr};
inline constexpr Operation kRotaryLlama{"rotary_embedding_llama", kBf16, kF32, kTile, kRotaryDtype, nullptr};
inline constexpr Operation kSdpa{"scaled_dot_product_attention", kPacked, kF32, kTile, nullptr, nullptr};
inline constexpr Operation kChunkedSdpa{"chunked_scaled_dot_product_attention", kPacked, kF32, kTile, nullptr, nullptr};
inline constexpr Operation kSdpaDecode{"scaled_dot_product_attention_decode", kPacked, kF32, kTile, nullptr, nullptr};
inline constexpr Operation kPagedSdpaDecode{"paged_scaled_dot_product_attention_decode", kPacked, kF32, kTile, nullptr, nullptr};
inline constexpr Operation kPagedFillCache{"paged_fill_cache", kF32 | kPacked, 0, kTile, nullptr, nullptr};
inline constexpr Operation kPagedUpdateCache{"paged_update_cache", kF32 | kPacked, 0, kTile, nullptr, nullptr};
inline constexpr Operation kFillCache{"fill_cache", kF32 | kBf16 | kBf8, 0, kTile, nullptr, nullptr};

inline constexpr Operation kConcat{"concat", kAll, 0, kAnyLayout, nullptr, nullptr};
inline constexpr Operation kSlice{"slice", kAll, 0, kAnyLayout, nullptr, nullptr};
inline constexpr Operation kReshape{"reshape", kAll, 0, kAnyLayout, nullptr, nullptr};
inline constexpr Operation kPermute{"permute", kAll, 0, kAnyLayout, nullptr, nullptr};
inline constexpr Operation kTranspose{"transpose", kAll, 0, kAnyLayout, nullptr, nullptr};
inline constexpr Operation kPad{"pad", kAll, 0, kAnyLayout, nullptr, nullptr};
inline constexpr Operation kScatter{"scatter", kF32 | kBf16 | kBf8 | kU32 | kI32 | kU16, 0, kAnyLayout, nullptr, nullptr};
inline constexpr Operation kTypecast{"typecast", kAll, 0, kAnyLayout, nullptr, nullptr};
inline constexpr Operation kToLayout{"to_layout", kAll, 0, kAnyLayout, nullptr, nullptr};
inline constexpr Operation kToMemoryConfig{"to_memory_config", kAll, 0, kAnyLayout, nullptr, nullptr};
inline constexpr Operation kCopy{"copy", kAll, 0, kAnyLayout, nullptr, nullptr};
inline constexpr uint32_t kNormed = kF32 | kBf16 | kBf8;
inline constexpr const char *kTilizedOnly = "Only tilized inputs supported.";
inline constexpr Operation kRmsNormPre{"rms_norm_pre_all_gather", kNormed, 0, kTile, nullptr, kTilizedOnly};
inline constexpr Operation kRmsNormPost{"rms_norm_post_all_gather", kNormed, 0, kTile, nullptr, kTilizedOnly};
inline constexpr Operation kLayerNormPre{"layer_norm_pre_all_gather", kNormed, 0, kTile, nullptr, kTilizedOnly};
inline constexpr Operation kLayerNormPost{"layer_norm_post_all_gather", kNormed, 0, kTile, nullptr, kTilizedOnly};
inline constexpr Operation kAllGather{"all_gather", kAll, 0, kAnyLayout, nullptr, nullptr};
inline constexpr Operation kReduceScatter{"reduce_scatter", kAll & ~kBf4 & ~kU8, 0, kAnyLayout, nullptr, nullptr};
inline constexpr Operation kAllReduce{"all_reduce", kF32 | kBf16 | kBf8 | kI32, 0, kAnyLayout, nullptr, nullptr};
inline constexpr Operation kMeshPartition{"mesh_partition", kAll, 0, kAnyLayout, nullptr, nullptr};
inline constexpr Operation kArgmax{"argmax", kF32 | kBf16, 0, kAnyLayout, nullptr, nullptr};
inline constexpr Operation kTopk{"topk", kF32 | kBf16 | kBf8, 0, kTile, nullptr, nullptr};

}  // namespace ops

std::span<const Operation *const> operations();
const Operation *find_operation(const char *name);

// What this backend takes.
uint32_t dtypes(const Operation &operation);

// Refuses an input that the operation does not take.
void check_input(const Operation &operation, const Spec &x, const char *argument);

// The body of an operation's exported function.
template <typename Body>
ttnn_status guard(const Operation &operation, Body &&body) noexcept {
  return guard(operation.name, std::forward<Body>(body));
}

struct Extension {
  const char *operation;
  const char *rule;
  const char *reason;
};
std::span<const Extension> extensions();  // this backend's

}  // namespace tttv2
