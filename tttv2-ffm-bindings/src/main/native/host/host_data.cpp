// SPDX-License-Identifier: Apache-2.0
#include "host/host_data.hpp"

#include <cinttypes>
#include <cstring>
#include <limits>
#include <mutex>

#include "common/error.hpp"
#include "common/structs.hpp"
#include "host/integers.hpp"
#include "host/rows.hpp"
#include "host/spec.hpp"
#include "host/transpose.hpp"

namespace tttv2::host {

namespace {

// A dtype of host data that goes to or comes from a tensor.
DType host_dtype(DType tensor, int32_t dtype) {
  const bool floats = is_float(tensor);
  const bool fits = floats ? dtype == TTNN_DTYPE_FLOAT32 || dtype == TTNN_DTYPE_BFLOAT16 || dtype == TTNN_DTYPE_FLOAT16
                           : dtype == static_cast<int32_t>(tensor) || dtype == TTNN_DTYPE_UINT32 ||
                                 dtype == TTNN_DTYPE_INT32;
  if (!fits) {
    fail(TTNN_STATUS_DTYPE, "host data of dtype %d (%s) does not fit a tensor of %s", dtype,
         name(static_cast<DType>(dtype)), name(tensor));
  }
  return static_cast<DType>(dtype);
}

void check_size(const char *what, uint64_t size, DType dtype, const Shape &shape) {
  const auto expected = static_cast<uint64_t>(shape.volume() * element_size(dtype));
  if (size != expected) {
    fail(TTNN_STATUS_INVALID_ARGUMENT, "%s is %" PRIu64 " bytes, %s of shape %s has %" PRIu64, what, size, name(dtype),
         shape.str().c_str(), expected);
  }
}

// Integers of 8 and 16 bits take only what they can hold; between INT32 and UINT32 the bits stay.
void check_range(const HostData &source, const Shape &shape, DType dtype) {
  if (source.dtype == dtype || element_size(dtype) == 4) return;
  const int64_t limit = dtype == DType::kUInt8 ? UINT8_MAX : UINT16_MAX;
  for (int64_t i = 0, n = shape.volume(); i < n; ++i) {
    const int64_t value = read_integer(source.dtype, source.data + i * element_size(source.dtype));
    if (value < 0 || value > limit) {
      fail(TTNN_STATUS_INVALID_ARGUMENT, "element %" PRId64 " is %" PRId64 ", %s holds 0 to %" PRId64, i, value,
           name(dtype), limit);
    }
  }
}

}  // namespace

HostData check_host_data(const ttnn_host_data *source, DType dtype, const Shape &shape) {
  const ttnn_host_data c = require_struct("data", source);
  HostData result{};
  result.dtype = host_dtype(dtype, c.dtype);
  result.transposed = flag("data.transposed", c.transposed);
  if (result.transposed && shape.rank() < 2) {
    fail(TTNN_STATUS_SHAPE, "transposed data needs rank 2 or more, the shape is %s", shape.str().c_str());
  }
  if (c.data == nullptr) fail(TTNN_STATUS_INVALID_ARGUMENT, "data.data is NULL");
  check_size("data", c.size, result.dtype, shape);
  result.data = static_cast<const std::byte *>(c.data);
  if (!is_float(dtype)) check_range(result, shape, dtype);
  return result;
}

void write_values(Device &device, const HostData &source, const Shape &shape, const Rows &to) {
  const int64_t size = element_size(source.dtype);
  const bool same = source.dtype == to.dtype;
  if (source.transposed && (same || is_float(to.dtype))) {
    const int64_t height = shape.back(0);
    const int64_t width = shape.back(1);
    transpose(
        device, {shape.outer(2), height, width, source.dtype, to.dtype},
        [&](int64_t m, int64_t h) { return source.data + (m * height + h) * width * size; },
        [&](int64_t m, int64_t w) { return to.row(m * width + w); });
    return;
  }
  if (is_float(to.dtype)) {
    device.parallel(to.rows, to.cols, [&](int64_t begin, int64_t end, int worker) {
      for (int64_t i = begin; i < end; ++i) {
        const std::byte *row = source.data + i * to.cols * size;
        if (same) {
          std::memcpy(to.row(i), row, static_cast<size_t>(to.cols * size));
        } else {
          float *values = target(to, i, device.scratch(worker, 0, to.cols));
          unpack_columns(device.kernels(), source.dtype, row, to.cols, 0, to.cols, values);
          store(device.kernels(), to, i, values);
        }
      }
    });
    return;
  }
  const int64_t to_size = element_size(to.dtype);
  const int64_t height = source.transposed ? shape.back(1) : 1;
  device.parallel(to.rows, to.cols, [&](int64_t begin, int64_t end, int) {
    for (int64_t i = begin; i < end; ++i) {
      for (int64_t j = 0; j < to.cols; ++j) {
        const int64_t from = source.transposed ? (i / height * to.cols + j) * height + i % height : i * to.cols + j;
        write_integer(to.dtype, to.row(i) + j * to_size, read_integer(source.dtype, source.data + from * size));
      }
    }
  });
}

DType check_read(DType tensor, const Shape &shape, int32_t dtype, const void *dst, uint64_t dst_size) {
  const DType type = host_dtype(tensor, dtype);
  if (dst == nullptr) fail(TTNN_STATUS_INVALID_ARGUMENT, "dst is NULL");
  check_size("dst", dst_size, type, shape);
  return type;
}

void read_values(Device &device, const Rows &from, DType dtype, std::byte *dst) {
  const int64_t size = element_size(dtype);
  device.parallel(from.rows, from.cols, [&](int64_t begin, int64_t end, int worker) {
    for (int64_t i = begin; i < end; ++i) {
      std::byte *row = dst + i * from.cols * size;
      if (from.dtype == dtype) {
        std::memcpy(row, from.row(i), static_cast<size_t>(from.cols * size));
      } else if (is_float(from.dtype)) {
        const float *values = load(device.kernels(), from, i, device.scratch(worker, 0, from.cols));
        if (dtype == DType::kFloat32) {
          std::memcpy(row, values, static_cast<size_t>(from.cols * size));
        } else if (reinterpret_cast<uintptr_t>(row) % static_cast<uintptr_t>(size) == 0) {
          device.kernels().pack_row(dtype, values, from.cols, row);
        } else {
          float *packed = device.scratch(worker, 1, from.cols);
          device.kernels().pack_row(dtype, values, from.cols, packed);
          std::memcpy(row, packed, static_cast<size_t>(from.cols * size));
        }
      } else {
        const int64_t from_size = element_size(from.dtype);
        for (int64_t j = 0; j < from.cols; ++j) {
          write_integer(dtype, row + j * size, read_integer(from.dtype, from.row(i) + j * from_size));
        }
      }
    }
  });
}

}  // namespace tttv2::host
