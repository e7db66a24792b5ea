// SPDX-License-Identifier: Apache-2.0
#include "common/operations.hpp"

#include <cstring>

namespace tttv2 {

namespace {

constexpr const Operation *kOperations[] = {
    &ops::kEmbedding,         &ops::kMatmul,            &ops::kLinear,            &ops::kSparseMatmul,
    &ops::kRmsNorm,           &ops::kLayerNorm,         &ops::kGroupNorm,         &ops::kAdd,
    &ops::kSubtract,          &ops::kMultiply,          &ops::kAddScalar,         &ops::kMultiplyScalar,
    &ops::kSilu,              &ops::kGelu,              &ops::kGeluTanh,          &ops::kRelu,
    &ops::kTanh,              &ops::kSigmoid,           &ops::kSoftmax,           &ops::kSum,
    &ops::kPlusOne,           &ops::kCreateHeads,       &ops::kCreateHeadsDecode, &ops::kConcatHeads,
    &ops::kConcatHeadsDecode, &ops::kRotaryHf,          &ops::kRotaryLlama,       &ops::kSdpa,
    &ops::kChunkedSdpa,       &ops::kSdpaDecode,        &ops::kPagedSdpaDecode,   &ops::kPagedFillCache,
    &ops::kPagedUpdateCache,  &ops::kFillCache,         &ops::kConcat,            &ops::kSlice,
    &ops::kReshape,           &ops::kPermute,           &ops::kTranspose,         &ops::kPad,
    &ops::kScatter,           &ops::kTypecast,          &ops::kToLayout,          &ops::kToMemoryConfig,
    &ops::kCopy,              &ops::kArgmax,            &ops::kTopk,
};

}  // namespace

std::span<const Operation *const> operations() { return kOperations; }

const Operation *find_operation(const char *name) {
  for (const Operation *operation : kOperations) {
    if (std::strcmp(operation->name, name) == 0) return operation;
  }
  return nullptr;
}

uint32_t dtypes(const Operation &operation) {
  return extensions().empty() ? operation.dtypes : operation.dtypes | operation.extended;
}

void check_input(const Operation &operation, const Spec &x, const char *argument) {
  if ((operation.layouts & static_cast<uint32_t>(x.layout)) == 0) {
    fail(TTNN_STATUS_DTYPE, "%s%s%s is %s, which the operation does not take", operation.layout_text != nullptr ? operation.layout_text : "",
         operation.layout_text != nullptr ? ": " : "", argument, name(x.layout));
  }
  if ((dtypes(operation) & takes::bit(x.dtype)) == 0) {
    fail(TTNN_STATUS_DTYPE, "%s%s%s is %s, which the operation does not take", operation.dtype_text != nullptr ? operation.dtype_text : "",
         operation.dtype_text != nullptr ? ": " : "", argument, name(x.dtype));
  }
}

}  // namespace tttv2
