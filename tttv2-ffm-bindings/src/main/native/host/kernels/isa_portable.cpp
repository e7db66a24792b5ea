// SPDX-License-Identifier: Apache-2.0
#define TTTV2_ISA portable
#include "isa.inl"

namespace tttv2::host {
const Kernels &portable_kernels() { return portable::kKernels; }
}  // namespace tttv2::host
