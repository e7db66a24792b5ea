// SPDX-License-Identifier: Apache-2.0
#include "common/host_data.hpp"

#include <cinttypes>
#include <utility>

#include "common/error.hpp"
#include "common/integers.hpp"
#include "common/structs.hpp"

namespace tttv2 {

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

HostData check_host_data(const ttnn_host_data *source, DType dtype, const Shape &shape, const Mesh &mesh) {
  const ttnn_host_data c = require_struct("data", source);
  HostData result{};
  result.dtype = host_dtype(dtype, c.dtype);
  result.transposed = flag("data.transposed", c.transposed);
  if (result.transposed && shape.rank() < 2) {
    fail(TTNN_STATUS_SHAPE, "transposed data needs rank 2 or more, the shape is %s", shape.str().c_str());
  }
  if (c.data == nullptr) fail(TTNN_STATUS_INVALID_ARGUMENT, "data.data is NULL");
  result.mapping = read_mapping(c.mapping, shape.rank());
  const Shape whole = whole_shape(result.mapping, mesh, shape);
  check_size("data", c.size, result.dtype, whole);
  result.data = static_cast<const std::byte *>(c.data);
  if (!is_float(dtype)) check_range(result, whole, dtype);
  return result;
}

HostData part_for(const HostData &data, const Shape &shape, const Mesh &mesh, int32_t device,
                  std::vector<std::byte> &storage) {
  if (data.mapping.replicated()) return data;
  Shape part = shape;
  Mapping mapping = data.mapping;
  if (data.transposed) {
    const int32_t last = shape.rank() - 1;
    std::swap(part[last], part[last - 1]);
    for (int32_t &dim : mapping.dims) {
      if (dim >= last - 1) dim = 2 * last - 1 - dim;
    }
  }
  const int64_t size = element_size(data.dtype);
  storage.resize(static_cast<size_t>(part.volume() * size));
  PartLayout(mapping, mesh, part, device, size).copy_out(data.data, storage.data());
  HostData result = data;
  result.data = storage.data();
  result.mapping = {};
  return result;
}

DType check_read_dtype(DType tensor, int32_t dtype) { return host_dtype(tensor, dtype); }

void check_destination(const void *dst, uint64_t dst_size, DType type, const Shape &shape) {
  if (dst == nullptr) fail(TTNN_STATUS_INVALID_ARGUMENT, "dst is NULL");
  check_size("dst", dst_size, type, shape);
}

DType check_read(DType tensor, const Shape &shape, int32_t dtype, const void *dst, uint64_t dst_size) {
  const DType type = check_read_dtype(tensor, dtype);
  check_destination(dst, dst_size, type, shape);
  return type;
}

}  // namespace tttv2
