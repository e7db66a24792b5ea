// SPDX-License-Identifier: Apache-2.0
#define TTTV2_ISA avx2
#include "isa.inl"

namespace tttv2::host {
const Kernels &avx2_kernels() { return avx2::kKernels; }
}  // namespace tttv2::host
