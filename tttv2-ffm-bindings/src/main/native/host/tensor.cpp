// SPDX-License-Identifier: Apache-2.0
#include "host/tensor.hpp"


namespace tttv2::host {

Rows::Rows(const Tensor &tensor)
    : keep(tensor.buffer->block()),
      data(tensor.buffer->data()),
      dtype(tensor.spec.dtype),
      rows(tensor.spec.rows()),
      cols(tensor.spec.cols()),
      stride(row_bytes(tensor.spec)) {}

}  // namespace tttv2::host
