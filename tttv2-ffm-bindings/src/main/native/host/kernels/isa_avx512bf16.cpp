// SPDX-License-Identifier: Apache-2.0
#define TTTV2_ISA avx512bf16
#include "isa.inl"

namespace tttv2::host {
const Kernels &avx512bf16_kernels() { return avx512bf16::kKernels; }
}  // namespace tttv2::host
