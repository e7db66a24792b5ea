// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "kernels.hpp"

namespace tttv2::host {

// Those that this processor and its operating system run, best first.
std::vector<const Kernels *> runnable_kernels();

}  // namespace tttv2::host
