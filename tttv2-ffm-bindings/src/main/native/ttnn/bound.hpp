// SPDX-License-Identifier: Apache-2.0
//
// The one table of TTNN's functions, resolved once, and how one is called: arguments on the stack, names interned.
#pragma once

#include <array>
#include <cstdint>
#include <utility>
#include <vector>

#include "ttnn/python.hpp"

namespace tttv2::ttnn {

// Names of keyword arguments.
enum class Key : uint8_t {
  kActivation,
  kActivations,
  kAttentionSink,
  kAttnMask,
  kBatchIdx,
  kBias,
  kBlocking,
  kChunkStartIdxTensor,
  kClusterAxis,
  kComputeKernelConfig,
  kCqId,
  kCurPosTensor,
  kDtype,
  kEpsilon,
  kInplace,
  kInputTensorAActivations,
  kInputTensorBActivations,
  kIsCausal,
  kIsDecodeMode,
  kIsInputASparse,
  kIsInputBSparse,
  kLayout,
  kMemoryConfig,
  kNumGroups,
  kNumHeads,
  kNumKvHeads,
  kOptionalOutputTensor,
  kOutputTensor,
  kOutputTensors,
  kPageTable,
  kProgramConfig,
  kResidualInputTensor,
  kScale,
  kSlidingWindowSize,
  kSparsity,
  kTransposeA,
  kTransposeB,
  kTransposeKHeads,
  kUpdateIdx,
  kUpdateIdxsTensor,
  kVariant,
  kWeight,
  kCount
};

// A function of TTNN: what Python's wrapper would call in the end.
struct Function {
  const char *path;  // below the module ttnn
  PyObject *target = nullptr;
  // Tuples of names by the set of them: a function's names are always given in the same order.
  std::vector<std::pair<uint64_t, PyObject *>> names = {};
};

namespace bound {

#define TTTV2_TTNN_FUNCTIONS(X)                                                              \
  X(kEmbedding, "embedding")                                                                 \
  X(kMatmul, "matmul")                                                                       \
  X(kLinear, "linear")                                                                       \
  X(kSparseMatmul, "sparse_matmul")                                                          \
  X(kRmsNorm, "rms_norm")                                                                    \
  X(kLayerNorm, "layer_norm")                                                                \
  X(kGroupNorm, "group_norm")                                                                \
  X(kAdd, "add")                                                                             \
  X(kSubtract, "subtract")                                                                   \
  X(kMultiply, "multiply")                                                                   \
  X(kSilu, "silu")                                                                           \
  X(kGelu, "gelu")                                                                           \
  X(kRelu, "relu")                                                                           \
  X(kTanh, "tanh")                                                                           \
  X(kSigmoid, "sigmoid")                                                                     \
  X(kSoftmax, "softmax")                                                                     \
  X(kSum, "sum")                                                                             \
  X(kPlusOne, "plus_one")                                                                    \
  X(kCreateHeads, "experimental.nlp_create_qkv_heads")                                       \
  X(kCreateHeadsDecode, "experimental.nlp_create_qkv_heads_decode")                          \
  X(kConcatHeads, "experimental.nlp_concat_heads")                                           \
  X(kConcatHeadsDecode, "experimental.nlp_concat_heads_decode")                              \
  X(kRotaryHf, "experimental.rotary_embedding_hf")                                           \
  X(kRotaryLlama, "experimental.rotary_embedding_llama")                                     \
  X(kSdpa, "transformer.scaled_dot_product_attention")                                       \
  X(kChunkedSdpa, "transformer.chunked_scaled_dot_product_attention")                        \
  X(kSdpaDecode, "transformer.scaled_dot_product_attention_decode")                          \
  X(kPagedSdpaDecode, "transformer.paged_scaled_dot_product_attention_decode")               \
  X(kPagedFillCache, "experimental.paged_fill_cache")                                        \
  X(kPagedUpdateCache, "experimental.paged_update_cache")                                    \
  X(kFillCache, "fill_cache")                                                                \
  X(kConcat, "concat")                                                                       \
  X(kSlice, "slice")                                                                         \
  X(kRepeat, "repeat")                                                                       \
  X(kReshape, "reshape")                                                                     \
  X(kPermute, "permute")                                                                     \
  X(kTranspose, "transpose")                                                                 \
  X(kPad, "pad")                                                                             \
  X(kScatter, "scatter")                                                                     \
  X(kAllGather, "all_gather")                                                                \
  X(kReduceScatter, "reduce_scatter")                                                        \
  X(kAllReduce, "all_reduce")                                                                \
  X(kMeshPartition, "mesh_partition")                                                        \
  X(kRmsNormPre, "rms_norm_pre_all_gather")                                                  \
  X(kRmsNormPost, "rms_norm_post_all_gather")                                                \
  X(kLayerNormPre, "layer_norm_pre_all_gather")                                              \
  X(kLayerNormPost, "layer_norm_post_all_gather")                                            \
  X(kTypecast, "typecast")                                                                   \
  X(kToLayout, "to_layout")                                                                  \
  X(kToMemoryConfig, "to_memory_config")                                                     \
  X(kCopy, "copy")                                                                           \
  X(kArgmax, "argmax")                                                                       \
  X(kTopk, "topk")                                                                           \
  X(kBeginTraceCapture, "begin_trace_capture")                                               \
  X(kEndTraceCapture, "end_trace_capture")                                                   \
  X(kExecuteTrace, "execute_trace")                                                          \
  X(kReleaseTrace, "release_trace")                                                          \
  X(kRecordEvent, "record_event")                                                            \
  X(kEventSynchronize, "event_synchronize")                                                  \
  X(kSynchronizeDevice, "synchronize_device")                                                \
  X(kCloseDevice, "close_device")                                                            \
  X(kGetMemoryView, "get_memory_view")                                                       \
  X(kGetNumDevices, "get_num_devices")                                                       \
  X(kAllocateTensorOnHost, "allocate_tensor_on_host")                                        \
  X(kAllocateTensorOnDevice, "allocate_tensor_on_device")                                    \
  X(kCopyHostToDeviceTensor, "copy_host_to_device_tensor")

#define TTTV2_DECLARE(name, text) extern Function name;
TTTV2_TTNN_FUNCTIONS(TTTV2_DECLARE)
#undef TTTV2_DECLARE

// Finds every function in the module, and interns the names.
void resolve(PyObject *module);

}  // namespace bound

// The arguments of one call: first the positional ones, then keywords. Borrowed objects must outlive the call; NULL for a
// keyword leaves it out.
class Arguments {
 public:
  explicit Arguments(Function &function) : function_(function) {}

  Arguments &add(PyObject *borrowed) {
    values_[count_++] = borrowed;
    ++positional_;
    return *this;
  }
  Arguments &add(Object owned) { return add(keep(std::move(owned))); }
  Arguments &key(Key name, PyObject *borrowed) {
    if (borrowed == nullptr) return *this;
    values_[count_++] = borrowed;
    names_[named_++] = name;
    return *this;
  }
  Arguments &key(Key name, Object owned) { return key(name, keep(std::move(owned))); }

  // Throws what the function raises. Where memory is short it is called again without any spares: for what has changed nothing
  // before it allocates, as operations do.
  Object call();
  Object call_once() { return check(invoke()); }

 private:
  static constexpr size_t kMax = 16;

  PyObject *keep(Object owned) {
    owned_[kept_] = std::move(owned);
    return owned_[kept_++].get();
  }
  PyObject *names();
  PyObject *invoke();

  Function &function_;
  std::array<PyObject *, kMax + 2> values_;  // after the slot that a callee may use, and the function
  std::array<Key, kMax> names_;
  std::array<Object, kMax> owned_;
  size_t count_ = 2;
  size_t positional_ = 0;
  size_t named_ = 0;
  size_t kept_ = 0;
};

}  // namespace tttv2::ttnn
