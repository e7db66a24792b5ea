// SPDX-License-Identifier: Apache-2.0
#define TTTV2_ISA amx
#include "isa.inl"

namespace tttv2::host {
const Kernels &amx_kernels() { return amx::kKernels; }
}  // namespace tttv2::host
