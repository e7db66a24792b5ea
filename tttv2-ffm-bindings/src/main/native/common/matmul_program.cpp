// SPDX-License-Identifier: Apache-2.0
#include "common/matmul_program.hpp"

#include <cinttypes>

#include "common/error.hpp"
#include "common/structs.hpp"

namespace tttv2 {

namespace {

void check_count(const char *field, int32_t value) {
  if (value < 1) fail(TTNN_STATUS_INVALID_ARGUMENT, "program_config.%s is %d, which is not valid", field, value);
}

int64_t tiles(int64_t extent) { return divide_up(extent, TTNN_TILE_SIZE); }

}  // namespace

std::optional<MatmulProgram> read_matmul_program(const ttnn_matmul_program_config *config) {
  const auto c = read_struct("program_config", config);
  const std::pair<const char *, int32_t> counts[] = {
      {"grid_x", c.grid_x},
      {"grid_y", c.grid_y},
      {"in0_block_w", c.in0_block_w},
      {"out_subblock_h", c.out_subblock_h},
      {"out_subblock_w", c.out_subblock_w},
      {"out_block_h", c.out_block_h == 0 ? c.per_core_m : c.out_block_h},
      {"out_block_w", c.out_block_w == 0 ? c.per_core_n : c.out_block_w},
      {"per_core_m", c.per_core_m},
      {"per_core_n", c.per_core_n},
  };
  if (c.program == TTNN_MATMUL_PROGRAM_DEFAULT) {
    for (const auto &[field, count] : counts) {
      if (count != 0) fail(TTNN_STATUS_INVALID_ARGUMENT, "program_config.%s is %d, but program is DEFAULT", field, count);
    }
    return std::nullopt;
  }
  if (c.program < TTNN_MATMUL_PROGRAM_DEFAULT || c.program > TTNN_MATMUL_PROGRAM_MULTICAST_2D) {
    fail(TTNN_STATUS_INVALID_ARGUMENT, "program_config.program is %d, which is not an enum ttnn_matmul_program", c.program);
  }
  for (const auto &[field, count] : counts) check_count(field, count);
  return MatmulProgram{c.program,
                       c.grid_x,
                       c.grid_y,
                       c.in0_block_w,
                       c.out_subblock_h,
                       c.out_subblock_w,
                       c.out_block_h == 0 ? c.per_core_m : c.out_block_h,
                       c.out_block_w == 0 ? c.per_core_n : c.out_block_w,
                       c.per_core_m,
                       c.per_core_n};
}

ProductTiles check_program_operands(const MatmulProgram &program, const Spec &a, const Spec &b, const MemoryConfig &output,
                                    bool transpose_a, bool transpose_b) {
  if (a.memory.sharded() || b.memory.sharded() || output.sharded()) {
    fail(TTNN_STATUS_UNSUPPORTED, "program_config is for interleaved tensors: %s is sharded",
         a.memory.sharded()   ? "a"
         : b.memory.sharded() ? "b"
                              : "the output");
  }
  if (a.shape.rank() < 2 || b.shape.rank() < 2 || b.shape.outer(2) != 1) {
    fail(TTNN_STATUS_UNSUPPORTED, "program_config is for matrices times one matrix: a has shape %s, b %s", a.shape.str().c_str(),
         b.shape.str().c_str());
  }
  const int64_t height = a.shape.back(transpose_a ? 0 : 1);
  const ProductTiles product{a.shape.outer(2) * tiles(height), tiles(a.shape.back(transpose_a ? 1 : 0)),
                             tiles(b.shape.back(transpose_b ? 1 : 0))};
  if (program.per_core_m > product.m || program.per_core_n > product.n) {
    fail(TTNN_STATUS_INVALID_ARGUMENT,
         "program_config.per_core_m is %" PRId64 " and per_core_n %" PRId64 ", but the output has %" PRId64 " x %" PRId64 " tiles",
         program.per_core_m, program.per_core_n, product.m, product.n);
  }
  return product;
}

}  // namespace tttv2
