// SPDX-License-Identifier: Apache-2.0
#include "common/options.hpp"

#include <cmath>

#include "common/error.hpp"
#include "common/structs.hpp"

namespace tttv2 {

DType float_output(const char *field, int32_t dtype, DType by_default) {
  if (dtype == TTNN_DTYPE_DEFAULT) return by_default;
  const DType type = tensor_dtype(dtype);
  if (!is_float(type)) fail(TTNN_STATUS_DTYPE, "%s is %s, expected a float dtype", field, name(type));
  return type;
}

OpOptions read_op_options(const ttnn_op_options *options, DType fixed_dtype) {
  const auto o = read_struct("options", options);
  if (o.dtype != TTNN_DTYPE_DEFAULT && tensor_dtype(o.dtype) != fixed_dtype) {
    fail(TTNN_STATUS_DTYPE, "options.dtype is %s, the output keeps %s", name(tensor_dtype(o.dtype)), name(fixed_dtype));
  }
  check_compute_config(o.compute_config);
  return {o.memory_config, o.compute_config};
}

void check_prefill_chunks(const ttnn_sdpa_options &options, int64_t start) {
  const int64_t q = options.q_chunk_size, k = options.k_chunk_size;
  if (q == 0 && k == 0) return;
  if (q <= 0 || k <= 0 || q % TTNN_TILE_SIZE != 0 || k % TTNN_TILE_SIZE != 0) {
    fail(TTNN_STATUS_INVALID_ARGUMENT, "q_chunk_size is %lld and k_chunk_size %lld: expected multiples of 32, or 0 for both",
         static_cast<long long>(q), static_cast<long long>(k));
  }
  if (start % q != 0 || start % k != 0) {
    fail(TTNN_STATUS_INVALID_ARGUMENT,
         "chunk_start is %lld: it must be a multiple of q_chunk_size, %lld, and k_chunk_size, %lld",
         static_cast<long long>(start), static_cast<long long>(q), static_cast<long long>(k));
  }
}

void check_no_chunks(const ttnn_sdpa_options &options) {
  if (options.q_chunk_size == 0 && options.k_chunk_size == 0) return;
  fail(TTNN_STATUS_INVALID_ARGUMENT, "q_chunk_size is %d and k_chunk_size %d: they are for prefill only", options.q_chunk_size,
       options.k_chunk_size);
}

bool accumulates_float32(const ttnn_compute_config *config) {
  return config != nullptr && read_struct("compute_config", config).fp32_dest_acc_en == TTNN_SWITCH_ON;
}

bool adds_up_in_l1(const ttnn_compute_config *config) {
  return config != nullptr && read_struct("compute_config", config).packer_l1_acc == TTNN_SWITCH_ON;
}

float read_epsilon(float epsilon) {
  constexpr float kDefaultEpsilon = 1e-12F;
  if (!(epsilon >= 0) || std::isinf(epsilon)) {
    fail(TTNN_STATUS_INVALID_ARGUMENT, "epsilon is %g", static_cast<double>(epsilon));
  }
  return epsilon == 0 ? kDefaultEpsilon : epsilon;
}

int64_t whole_number(const char *field, float value, DType dtype) {
  const double exact = value;
  const double low = dtype == DType::kInt32 ? INT32_MIN : 0.0;
  const double high = dtype == DType::kInt32    ? INT32_MAX
                      : dtype == DType::kUInt32 ? UINT32_MAX
                      : dtype == DType::kUInt16 ? UINT16_MAX
                                                : UINT8_MAX;
  if (!(exact >= low && exact <= high) || exact != std::trunc(exact)) {
    fail(TTNN_STATUS_INVALID_ARGUMENT, "%s is %g: %s takes whole numbers in its range", field, exact, name(dtype));
  }
  return static_cast<int64_t>(exact);
}

}  // namespace tttv2
