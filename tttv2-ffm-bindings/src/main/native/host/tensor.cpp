// SPDX-License-Identifier: Apache-2.0
#include "host/tensor.hpp"

#include <algorithm>
#include <cstring>

#include "common/error.hpp"

namespace tttv2::host {

bool Shape::operator==(const Shape &other) const { return std::ranges::equal(extents(), other.extents()); }

std::string Shape::str() const { return to_string(extents()); }

bool MemoryConfig::operator==(const MemoryConfig &other) const {
  return memory_layout == other.memory_layout && buffer_type == other.buffer_type &&
         orientation == other.orientation && shard_height == other.shard_height && shard_width == other.shard_width &&
         num_ranges == other.num_ranges &&
         std::equal(ranges, ranges + num_ranges, other.ranges, [](const ttnn_core_range &a, const ttnn_core_range &b) {
           return a.start_x == b.start_x && a.start_y == b.start_y && a.end_x == b.end_x && a.end_y == b.end_y;
         });
}

Shape Spec::padded_shape() const {
  Shape padded = shape;
  if (layout == Layout::kTile) {
    for (int32_t i = std::max(0, shape.rank() - 2); i < shape.rank(); ++i) {
      padded[i] = static_cast<int64_t>(round_up(static_cast<uint64_t>(shape[i]), TTNN_TILE_SIZE));
    }
  }
  return padded;
}

bool is_float(DType dtype) {
  return dtype == DType::kFloat32 || dtype == DType::kBFloat16 || is_block_float(dtype);
}

bool is_block_float(DType dtype) { return dtype == DType::kBFloat8B || dtype == DType::kBFloat4B; }

int64_t element_size(DType dtype) {
  switch (dtype) {
    case DType::kFloat32:
    case DType::kUInt32:
    case DType::kInt32:
      return 4;
    case DType::kBFloat16:
    case DType::kFloat16:
    case DType::kUInt16:
      return 2;
    case DType::kUInt8:
      return 1;
    case DType::kBFloat8B:
    case DType::kBFloat4B:
      break;
  }
  fail(TTNN_STATUS_INTERNAL, "%s has no element size", name(dtype));
}

const char *name(DType dtype) {
  switch (dtype) {
    case DType::kFloat32:
      return "FLOAT32";
    case DType::kBFloat16:
      return "BFLOAT16";
    case DType::kBFloat8B:
      return "BFLOAT8_B";
    case DType::kBFloat4B:
      return "BFLOAT4_B";
    case DType::kUInt32:
      return "UINT32";
    case DType::kInt32:
      return "INT32";
    case DType::kUInt16:
      return "UINT16";
    case DType::kUInt8:
      return "UINT8";
    case DType::kFloat16:
      return "FLOAT16";
  }
  return "?";
}

const char *name(Layout layout) { return layout == Layout::kTile ? "TILE" : "ROW_MAJOR"; }

Rows::Rows(const Tensor &tensor)
    : keep(tensor.buffer->block()),
      data(tensor.buffer->data()),
      dtype(tensor.spec.dtype),
      rows(tensor.spec.rows()),
      cols(tensor.spec.cols()),
      stride(tensor.spec.row_bytes()) {}

}  // namespace tttv2::host
