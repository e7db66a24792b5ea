// SPDX-License-Identifier: Apache-2.0
#include "host/matmul_program.hpp"

#include <cinttypes>

#include "common/block_float.hpp"
#include "common/error.hpp"
#include "host/device.hpp"

namespace tttv2::host {

namespace {

void check_divides(const char *part, int64_t divisor, const char *whole, int64_t extent) {
  if (extent % divisor != 0) {
    fail(TTNN_STATUS_SHAPE, "%s (%" PRId64 ") must be divisible by %s (%" PRId64 ")", whole, extent, part, divisor);
  }
}

int64_t tile_bytes(DType dtype) { return tiled_size(static_cast<int32_t>(dtype), TTNN_TILE_SIZE, TTNN_TILE_SIZE); }

void check_cores(const MatmulProgram &p, const ProductTiles &product) {
  if (p.grid_x > kGrid.x || p.grid_y > kGrid.y) {
    fail(TTNN_STATUS_INVALID_ARGUMENT,
         "compute_with_storage_grid_size (%" PRId64 ", %" PRId64 ") must fit within device grid (%d, %d)", p.grid_x, p.grid_y,
         kGrid.x, kGrid.y);
  }
  const int64_t down = divide_up(product.m, p.per_core_m), across = divide_up(product.n, p.per_core_n);
  if (p.multicast == TTNN_MATMUL_PROGRAM_MULTICAST_2D) {
    if (down > p.grid_y || across > p.grid_x) {
      fail(TTNN_STATUS_INVALID_ARGUMENT,
           "Num output blocks along y (%" PRId64 ") and x (%" PRId64 ") must fit the compute grid, %" PRId64 " columns of %" PRId64
           " cores",
           down, across, p.grid_x, p.grid_y);
    }
    return;
  }
  if (down * across > p.grid_x * p.grid_y) {
    fail(TTNN_STATUS_INVALID_ARGUMENT, "Number of blocks exceeds number of cores: %" PRId64 " blocks > %" PRId64 " cores",
         down * across, p.grid_x * p.grid_y);
  }
  const bool in0 = p.multicast == TTNN_MATMUL_PROGRAM_MULTICAST_IN0;
  if ((in0 ? down : across) != 1) {
    fail(TTNN_STATUS_INVALID_ARGUMENT, "%s requires %s to fit within a single block of a core, there are %" PRId64,
         in0 ? "MULTICAST_IN0" : "MULTICAST_IN1", in0 ? "M" : "N", in0 ? down : across);
  }
}

// Sums wait in L1 in the output's dtype, unless they are added up there or are FLOAT32.
DType sums_dtype(const ProductForm &form, int64_t steps) {
  if (form.float32_sums) return DType::kFloat32;
  const bool added_in_l1 = form.packer_l1_acc && steps > (form.bias.has_value() ? 1 : 2);
  return added_in_l1 ? DType::kBFloat16 : form.output;
}

// A core's buffers: of a and of b what is multiplied and what comes next, the output and its sums, which share one if they
// are alike.
void check_room(const MatmulProgram &p, const ProductTiles &product, const ProductForm &form) {
  const int64_t out_tiles = p.out_block_h * p.out_block_w;
  const int64_t steps = product.k / p.in0_block_w;
  int64_t bytes = p.in0_block_w * (p.out_block_h * tile_bytes(form.a) + p.out_block_w * tile_bytes(form.b));
  if (steps > 1) bytes *= 2;
  bytes += out_tiles * tile_bytes(form.output);
  const DType sums = sums_dtype(form, steps);
  if (sums != form.output) bytes += out_tiles * tile_bytes(sums);
  if (form.bias.has_value()) bytes += p.out_block_w * tile_bytes(*form.bias);
  if (bytes > static_cast<int64_t>(kL1BytesPerCore)) {
    fail(TTNN_STATUS_OUT_OF_MEMORY, "Statically allocated circular buffers take %" PRId64 " bytes of a core, beyond max L1 size of %" PRIu64,
         bytes, kL1BytesPerCore);
  }
}

}  // namespace

void check_matmul_program(const MatmulProgram &program, const ProductTiles &product, const ProductForm &form) {
  const int64_t registers = form.float32_sums ? 4 : 8;
  check_divides("in0_block_w", program.in0_block_w, "Kt", product.k);
  check_divides("out_block_h", program.out_block_h, "per_core_M", program.per_core_m);
  check_divides("out_block_w", program.out_block_w, "per_core_N", program.per_core_n);
  check_divides("out_subblock_h", program.out_subblock_h, "out_block_h", program.out_block_h);
  check_divides("out_subblock_w", program.out_subblock_w, "out_block_w", program.out_block_w);
  if (program.out_subblock_h * program.out_subblock_w > registers) {
    fail(TTNN_STATUS_INVALID_ARGUMENT,
         "out_subblock_w %" PRId64 " times out_subblock_h %" PRId64 " needs to be at most %" PRId64 " to fit in hardware",
         program.out_subblock_w, program.out_subblock_h, registers);
  }
  check_cores(program, product);
  check_room(program, product, form);
}

}  // namespace tttv2::host
