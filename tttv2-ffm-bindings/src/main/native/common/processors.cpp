// SPDX-License-Identifier: Apache-2.0
#include "common/processors.hpp"

#include <sched.h>
#include <unistd.h>

#include <algorithm>

namespace tttv2 {

int32_t available_processors() {
  cpu_set_t set;
  CPU_ZERO(&set);
  if (sched_getaffinity(0, sizeof set, &set) == 0) return std::clamp(CPU_COUNT(&set), 1, kMaxThreads);
  // More processors than a cpu_set_t counts.
  return static_cast<int32_t>(std::clamp(sysconf(_SC_NPROCESSORS_ONLN), 1L, long{kMaxThreads}));
}

}  // namespace tttv2
