// SPDX-License-Identifier: Apache-2.0
#include "common/options.hpp"

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
  return {o.memory_config};
}

}  // namespace tttv2
