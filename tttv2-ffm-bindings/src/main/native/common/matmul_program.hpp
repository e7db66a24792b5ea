// SPDX-License-Identifier: Apache-2.0
//
// How the cores of a board share a matrix product.
#pragma once

#include <cstdint>
#include <optional>

#include "common/spec.hpp"

namespace tttv2 {

// In tiles.
struct MatmulProgram {
  int32_t multicast;  // enum ttnn_matmul_program, not DEFAULT
  int64_t grid_x, grid_y;
  int64_t in0_block_w;
  int64_t out_subblock_h, out_subblock_w;
  int64_t out_block_h, out_block_w;
  int64_t per_core_m, per_core_n;
};

// None if it is TTNN's choice.
std::optional<MatmulProgram> read_matmul_program(const ttnn_matmul_program_config *config);

// M, K and N of a product, in tiles.
struct ProductTiles {
  int64_t m, k, n;
};
// Refuses what programs are not for: stacks of b, shards, parts of the output that are larger than it.
ProductTiles check_program_operands(const MatmulProgram &program, const Spec &a, const Spec &b, const MemoryConfig &output,
                                    bool transpose_a, bool transpose_b);

}  // namespace tttv2
