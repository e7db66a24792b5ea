// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace tttv2 {

// The most worker threads that a device takes.
inline constexpr int32_t kMaxThreads = 1024;

// The processors that this process may use.
int32_t available_processors();

}  // namespace tttv2
