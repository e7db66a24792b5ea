// SPDX-License-Identifier: Apache-2.0
//
// All kernels of one instruction set. The including file defines TTTV2_ISA, the namespace and name of the instruction
// set, and is compiled with its flags. Whatever is instantiated here must have internal linkage or a name inside that
// namespace: an inline function of the standard library compiled with these flags could become the copy that the linker
// keeps for everybody, and stop older processors. A test lists the symbols.
#include <type_traits>

#include "common/block_float.hpp"
#include "isa.hpp"
#include "weight_panels.hpp"
#include "simd.hpp"

namespace tttv2::host {
[[noreturn]] void refuse_dtype(DType dtype);  // throws std::invalid_argument
}

// Each uses those before it.
// clang-format off
#include "math.inl"
#include "rows.inl"
#include "elementwise.inl"
#include "gemm.inl"
#include "sdpa.inl"
#if defined(__AVX2__)
#include "integers.inl"
#endif
#if defined(__AMX_BF16__) || defined(__AVX512BF16__)
#include "tiles.inl"
#endif
// clang-format on

namespace tttv2::host::TTTV2_ISA {

static constexpr Microkernels kMicrokernels = {
    .unpack_columns = unpack_columns_of,
    .pack_columns = pack_columns_of,
    .panels = panels,
    .unpack_panels = unpack_panels,
    .transposed_panel = transposed_panel,
    .multiply = multiply_panels,
    .multiply_stored = multiply_stored,
    .stored_rows = kBlockRows,
    .multiply_packed = multiply_packed,
#if defined(__AVX2__)
    .multiply_quads = multiply_quads,
    .integer_rows = kIntegerRows,
#else
    .multiply_quads = nullptr,
    .integer_rows = 0,
#endif
    .softmax_step = softmax_step,
    .scale = scale,
#if defined(__AMX_BF16__) || defined(__AVX512BF16__)
    .tiles = &kTiles,
#else
    .tiles = nullptr,
#endif
};

#define TTTV2_TEXT(x) #x
#define TTTV2_NAME(x) TTTV2_TEXT(x)

static constexpr Kernels kKernels = {
    .isa = TTTV2_NAME(TTTV2_ISA),
    .unpack_row = unpack_row,
    .pack_row = pack_row,
    .add = add,
    .subtract = subtract,
    .multiply = multiply,
    .activate = activate,
    .rms_norm = rms_norm,
    .layer_norm = layer_norm,
    .softmax = softmax,
    .rotate_half = rotate_half,
    .rotate_pairs = rotate_pairs,
    .micro = &kMicrokernels,
};

}  // namespace tttv2::host::TTTV2_ISA
