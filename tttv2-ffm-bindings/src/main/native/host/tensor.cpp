// SPDX-License-Identifier: Apache-2.0
#include "host/tensor.hpp"

#include "host/device.hpp"
#include "host/kernels/weight_panels.hpp"

namespace tttv2::host {

Form storage_form(const Kernels &kernels, const Spec &spec) {
  if (spec.shape.rank() < 2 || spec.layout != Layout::kTile || spec.memory.sharded()) return Form::kRows;
  // Whatever is written from the host and read by other operations would be turned twice.
  constexpr uint64_t kLeastBytes = 256 * 1024;
  if (!is_block_float(spec.dtype) && bytes(spec) < kLeastBytes) return Form::kRows;
  return weight_form(kernels, spec.dtype, spec.shape.back(1), spec.cols());
}

void turn_to_rows(const Tensor &tensor) {
  const Spec &spec = tensor.spec;
  tensor.buffer->turn_to_rows(tensor.device->pool(), spec.dtype, spec.rows(), spec.cols());
}

Rows::Rows(const Tensor &tensor) : Rows(weights(tensor, 0)) {}

Rows Rows::weights(const Tensor &tensor, int64_t depth) {
  const Buffer &buffer = *tensor.buffer;
  const Spec &spec = tensor.spec;
  if (!has_panels(spec.dtype, depth, spec.cols())) turn_to_rows(tensor);
  Rows rows;
  rows.keep = buffer.block();
  if (buffer.form() == Form::kPanels) rows.panels = tensor.buffer;
  rows.data = buffer.data();
  rows.dtype = spec.dtype;
  rows.rows = spec.rows();
  rows.cols = spec.cols();
  rows.stride = row_bytes(spec);
  return rows;
}

Matrix Rows::matrix(int64_t first) const {
  if (panels == nullptr) return {dtype, row(first), stride};
  return {dtype, panels->data() + first * stride, stride, panels->form()};
}

}  // namespace tttv2::host
