// SPDX-License-Identifier: Apache-2.0
//
// What TTNN refuses of a matmul's program config. Nothing is computed by it here.
#pragma once

#include "common/matmul_program.hpp"

namespace tttv2::host {

// What a product is computed with besides: the dtypes of its tensors, and a compute config.
struct ProductForm {
  DType a, b, output;
  std::optional<DType> bias;
  bool float32_sums;
  bool packer_l1_acc;
};

void check_matmul_program(const MatmulProgram &program, const ProductTiles &product, const ProductForm &form);

}  // namespace tttv2::host
