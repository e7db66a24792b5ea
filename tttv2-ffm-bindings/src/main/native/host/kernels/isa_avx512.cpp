// SPDX-License-Identifier: Apache-2.0
#define TTTV2_ISA avx512
#include "isa.inl"

namespace tttv2::host {
const Kernels &avx512_kernels() { return avx512::kKernels; }
}  // namespace tttv2::host
