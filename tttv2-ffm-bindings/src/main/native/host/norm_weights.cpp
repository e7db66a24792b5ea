// SPDX-License-Identifier: Apache-2.0
#include "host/norm_weights.hpp"

#include <cinttypes>

#include "common/error.hpp"
#include "common/rules.hpp"
#include "common/spec.hpp"

namespace tttv2::host {

// ROW_MAJOR weights come in rows of a tile's width, as many as x has tiles; TILE ones as one row.
void check_norm_weight(const Tensor &weight, const char *argument, int64_t width) {
  const Spec &spec = weight.spec;
  check_norm_weight_form(spec, argument, width);
  if (spec.layout == Layout::kRowMajor) {
    const Shape padded = spec.padded_shape();
    if (padded.back() != TTNN_TILE_SIZE || padded.volume() != tile_up(width)) {
      fail(TTNN_STATUS_SHAPE,
           "Gamma's last padded dim needs to equal tile width and gamma's volume needs to align with x's width: "
           "ROW_MAJOR %s has shape %s, expected [1, 1, %" PRId64 "/32, 32]",
           argument, spec.shape.str().c_str(), tile_up(width));
    }
  } else if (spec.padded_shape().back() != tile_up(width) || spec.physical_height() != TTNN_TILE_SIZE) {
    // The first row counts, as far as x is wide.
    fail(TTNN_STATUS_SHAPE, "TILE %s has shape %s, expected [1, 1, 1, %" PRId64 "]", argument,
         spec.shape.str().c_str(), width);
  }
}

void check_norm_weights(const Tensor *weight, const Tensor *bias, int64_t width) {
  if (weight != nullptr) check_norm_weight(*weight, "weight", width);
  if (bias != nullptr) check_norm_weight(*bias, "bias", width);
  if (weight != nullptr && bias != nullptr && weight->spec.layout != bias->spec.layout) {
    fail(TTNN_STATUS_DTYPE, "Gamma and beta must have the same layout! weight is %s, bias %s",
         name(weight->spec.layout), name(bias->spec.layout));
  }
}

// The rows follow each other.
const float *load_all(Device &d, const Rows &rows, int slot) {
  if (rows.keep == nullptr) return nullptr;
  if (rows.dtype == DType::kFloat32) return reinterpret_cast<const float *>(rows.data);
  float *values = d.scratch(0, slot, rows.rows * rows.cols);
  for (int64_t i = 0; i < rows.rows; ++i) {
    d.kernels().unpack_row(rows.dtype, rows.row(i), rows.cols, values + i * rows.cols);
  }
  return values;
}

}  // namespace tttv2::host
