// SPDX-License-Identifier: Apache-2.0
#include "common/device_options.hpp"

#include "common/error.hpp"
#include "common/mesh.hpp"
#include "common/processors.hpp"
#include "common/structs.hpp"

namespace tttv2 {

ttnn_device_options read_device_options(const ttnn_device_options *options) {
  constexpr int32_t kMaxCommandQueues = 2;
  const ttnn_device_options c = read_struct("options", options);
  if (c.device_id < 0) fail(TTNN_STATUS_INVALID_ARGUMENT, "device_id is %d, expected 0 or more", c.device_id);
  if (c.num_threads < 0 || c.num_threads > kMaxThreads) {
    fail(TTNN_STATUS_INVALID_ARGUMENT, "num_threads is %d, expected 0 to %d", c.num_threads, kMaxThreads);
  }
  if (c.num_command_queues < 0 || c.num_command_queues > kMaxCommandQueues) {
    fail(TTNN_STATUS_INVALID_ARGUMENT, "num_command_queues is %d, expected 0 to %d", c.num_command_queues,
         kMaxCommandQueues);
  }
  read_mesh(c.mesh_rows, c.mesh_cols);
  flag("pin_threads", c.pin_threads);
  return c;
}

}  // namespace tttv2
