// SPDX-License-Identifier: Apache-2.0
#include "common/processors.hpp"

#include <sched.h>
#include <unistd.h>

#include <algorithm>

namespace tttv2 {

std::vector<int> processors() {
  cpu_set_t set;
  CPU_ZERO(&set);
  std::vector<int> found;
  if (sched_getaffinity(0, sizeof set, &set) != 0) return found;
  for (int i = 0; i < CPU_SETSIZE; ++i) {
    if (CPU_ISSET(i, &set)) found.push_back(i);
  }
  return found;
}

int32_t available_processors() {
  if (const size_t found = processors().size(); found > 0) return std::min(static_cast<int32_t>(found), kMaxThreads);
  return static_cast<int32_t>(std::clamp(sysconf(_SC_NPROCESSORS_ONLN), 1L, long{kMaxThreads}));
}

}  // namespace tttv2
