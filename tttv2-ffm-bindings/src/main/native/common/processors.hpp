// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

namespace tttv2 {

// The most worker threads that a device takes.
inline constexpr int32_t kMaxThreads = 1024;

// How many processors this process may use.
int32_t available_processors();
// Their numbers; none if there are more than the system's sets hold.
std::vector<int> processors();

}  // namespace tttv2
