// SPDX-License-Identifier: Apache-2.0
#include "host/tensor.hpp"

#include "host/device.hpp"
#include "host/kernels/quads.hpp"

namespace tttv2::host {

Form storage_form(const Kernels &kernels, const Spec &spec) {
  const bool weights = spec.shape.rank() >= 2 && spec.layout == Layout::kTile && !spec.memory.sharded();
  return weights ? weight_form(kernels, spec.dtype, spec.shape.back(1)) : Form::kRows;
}

Rows::Rows(const Tensor &tensor) : Rows(weights(tensor, 0)) {}

Rows Rows::weights(const Tensor &tensor, int64_t depth) {
  Buffer &buffer = *tensor.buffer;
  const Spec &spec = tensor.spec;
  if (!has_quads(spec.dtype, depth)) buffer.turn_to_rows(tensor.device->pool(), spec.dtype, spec.rows(), spec.cols());
  Rows rows;
  rows.keep = buffer.block();
  if (buffer.form() == Form::kQuads) rows.quads = tensor.buffer;
  rows.data = buffer.data();
  rows.dtype = spec.dtype;
  rows.rows = spec.rows();
  rows.cols = spec.cols();
  rows.stride = row_bytes(spec);
  return rows;
}

Matrix Rows::matrix(int64_t first) const {
  if (quads == nullptr) return {dtype, row(first), stride};
  return {dtype, quads->data() + first * stride, stride, quads->form()};
}

}  // namespace tttv2::host
