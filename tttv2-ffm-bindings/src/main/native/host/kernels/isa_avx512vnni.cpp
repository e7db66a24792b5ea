// SPDX-License-Identifier: Apache-2.0
#define TTTV2_ISA avx512vnni
#include "isa.inl"

namespace tttv2::host {
const Kernels &avx512vnni_kernels() { return avx512vnni::kKernels; }
}  // namespace tttv2::host
