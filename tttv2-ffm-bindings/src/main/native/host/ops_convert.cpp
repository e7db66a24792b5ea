// SPDX-License-Identifier: Apache-2.0
//
// Conversions of dtype, layout and place.
#include <algorithm>
#include <cinttypes>
#include <cmath>
#include <cstring>

#include "common/moves.hpp"
#include "common/structs.hpp"
#include "host/call.hpp"
#include "common/integers.hpp"
#include "host/output.hpp"
#include "host/rows.hpp"
#include "host/shards.hpp"
#include "common/spec.hpp"

using namespace tttv2;
using namespace tttv2::host;

namespace {

// Towards zero, saturating; NaN is 0.
int64_t to_integer(float value, DType dtype) {
  const double low = dtype == DType::kInt32 ? INT32_MIN : 0.0;
  const double high = dtype == DType::kInt32    ? INT32_MAX
                      : dtype == DType::kUInt32 ? UINT32_MAX
                      : dtype == DType::kUInt16 ? UINT16_MAX
                                                : UINT8_MAX;
  return std::isnan(value) ? 0 : static_cast<int64_t>(std::clamp(std::trunc(double{value}), low, high));
}

void convert_row(Device &d, int worker, const Rows &x, const Rows &y, int64_t i) {
  if (x.dtype == y.dtype) {
    std::memcpy(y.row(i), x.row(i), static_cast<size_t>(y.stride));
  } else if (is_float(x.dtype) && is_float(y.dtype)) {
    float *values = target(y, i, d.scratch(worker, 0, y.cols));
    d.kernels().unpack_row(x.dtype, x.row(i), x.cols, values);
    store(d.kernels(), y, i, values);
  } else if (is_float(x.dtype)) {
    const float *values = load(d.kernels(), x, i, d.scratch(worker, 0, x.cols));
    const int64_t size = element_size(y.dtype);
    for (int64_t j = 0; j < y.cols; ++j) write_integer(y.dtype, y.row(i) + j * size, to_integer(values[j], y.dtype));
  } else if (is_float(y.dtype)) {
    float *values = target(y, i, d.scratch(worker, 0, y.cols));
    const int64_t size = element_size(x.dtype);
    for (int64_t j = 0; j < x.cols; ++j) values[j] = static_cast<float>(read_integer(x.dtype, x.row(i) + j * size));
    store(d.kernels(), y, i, values);
  } else {
    const int64_t from = element_size(x.dtype);
    const int64_t to = element_size(y.dtype);
    for (int64_t j = 0; j < x.cols; ++j) {
      write_integer(y.dtype, y.row(i) + j * to, read_integer(x.dtype, x.row(i) + j * from));
    }
  }
}

// A new tensor of the same values.
void convert(const Operation &operation, Call &call, const Tensor &x_tensor, const Spec &spec, ttnn_tensor **out) {
  const auto output = make_output(call.device(), spec);
  call.device().run(operation.name, [x = Rows(x_tensor), y = Rows(*output)](Device &d) {
    if (x.dtype == y.dtype) return copy_rows(d, x, y);
    d.parallel(y.rows, y.cols, [&](int64_t begin, int64_t end, int worker) {
      for (int64_t i = begin; i < end; ++i) convert_row(d, worker, x, y, i);
    });
  });
  call.publish(output, out);
}

}  // namespace

ttnn_status ttnn_typecast(ttnn_tensor *handle, int32_t dtype, ttnn_tensor **out) {
  return run(ops::kTypecast, handle, "x", [&](Call &call) {
    check_out(out, "out");
    const Tensor &x = call.tensor(handle, "x");
    Spec spec = x.spec;
    spec.dtype = tensor_dtype(dtype);
    check_layout(spec.dtype, spec.layout);
    const MemoryConfig &memory = x.spec.memory;
    if (memory.sharded() && spec.layout == Layout::kRowMajor &&
        memory.shard_width * element_size(x.spec.dtype) % row_unit(memory) != 0) {
      fail(TTNN_STATUS_SHAPE, "Typecast operation requires sharded input tensor page size (%" PRId64 " bytes) to be aligned",
           memory.shard_width * element_size(x.spec.dtype));
    }
    convert(ops::kTypecast, call, x, spec, out);
  });
}

ttnn_status ttnn_to_layout(ttnn_tensor *handle, int32_t layout, int32_t dtype, ttnn_tensor **out) {
  return run(ops::kToLayout, handle, "x", [&](Call &call) {
    check_out(out, "out");
    const Tensor &x = call.tensor(handle, "x");
    Spec spec = x.spec;
    spec.layout = tensor_layout(layout);
    if (spec.layout == Layout::kRowMajor && is_block_float(spec.dtype)) spec.dtype = DType::kBFloat16;
    if (dtype != TTNN_DTYPE_DEFAULT) {
      const DType wanted = tensor_dtype(dtype);
      if (spec.layout == Layout::kRowMajor && wanted != spec.dtype) {
        fail(TTNN_STATUS_DTYPE, "dtype is %s: converting to ROW_MAJOR gives %s", name(wanted), name(spec.dtype));
      }
      spec.dtype = wanted;
    }
    if (spec.layout == x.spec.layout && spec.dtype == x.spec.dtype) {
      call.publish(call.device().make_tensor(spec, x.buffer), out);
      return;
    }
    if (spec.layout == Layout::kRowMajor && x.spec.dtype == DType::kBFloat4B) {
      fail(TTNN_STATUS_DTYPE, "BFLOAT4_B cannot be untilized");
    }
    if (x.spec.layout == Layout::kRowMajor && x.spec.dtype == DType::kUInt8 && !(spec.padded_shape() == spec.shape)) {
      fail(TTNN_STATUS_DTYPE, "Can only tilize bfloat16/float32 or int32/uint32/uint16 tensors with padding: x is UINT8");
    }
    spec.memory = spec.layout == Layout::kRowMajor ? untilized_memory(x.spec) : tilized_memory(x.spec);
    convert(ops::kToLayout, call, x, spec, out);
  });
}

ttnn_status ttnn_to_memory_config(ttnn_tensor *handle, const ttnn_memory_config *memory_config, ttnn_tensor **out) {
  return run(ops::kToMemoryConfig, handle, "x", [&](Call &call) {
    check_out(out, "out");
    const MemoryConfig wanted = make_memory_config("memory_config", require_struct("memory_config", memory_config), kGrid);
    const Tensor &x = call.tensor(handle, "x");
    Spec spec = x.spec;
    spec.memory = wanted;
    for (const MemoryConfig &memory : {x.spec.memory, wanted}) {
      if (memory.memory_layout == TTNN_MEMORY_LAYOUT_BLOCK_SHARDED && memory.buffer_type == TTNN_BUFFER_TYPE_DRAM) {
        fail(TTNN_STATUS_UNSUPPORTED, "We don't support DRAM block sharding");
      }
    }
    place(spec, kGrid);
    check_columns_filled(x.spec, spec);
    if (spec.memory == x.spec.memory) {
      call.publish(call.device().make_tensor(spec, x.buffer), out);
      return;
    }
    convert(ops::kToMemoryConfig, call, x, spec, out);
  });
}

ttnn_status ttnn_copy(ttnn_tensor *src_handle, ttnn_tensor *dst_handle) {
  return run(ops::kCopy, src_handle, "src", [&](Call &call) {
    const Tensor &src = call.tensor(src_handle, "src");
    const Tensor &dst = call.tensor(dst_handle, "dst");
    check_writable(dst, "dst");
    check_copy(src.spec, dst.spec);
    call.device().run(ops::kCopy.name, [from = Rows(src), to = Rows(dst)](Device &d) { copy_rows(d, from, to); });
  });
}
