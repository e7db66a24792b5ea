// SPDX-License-Identifier: Apache-2.0
//
// Opens a device twice and closes it: exit code 0, or 1 after a line for each refusal.
//   usage: open_device [DEVICE_ID [MESH_ROWS MESH_COLS]]
#include <cstdio>
#include <cstdlib>

#include "ttnn_c.h"

int main(int argc, char **argv) {
  ttnn_device_options options{};
  options.struct_size = sizeof options;
  if (argc > 1) options.device_id = std::atoi(argv[1]);
  if (argc > 3) {
    options.mesh_rows = std::atoi(argv[2]);
    options.mesh_cols = std::atoi(argv[3]);
  }
  int refused = 0;
  // A refusal is no end: the next call may try again.
  for (int attempt = 0; attempt < 2; ++attempt) {
    ttnn_device *device = nullptr;
    const ttnn_status status = ttnn_device_open(&options, &device);
    if (status != TTNN_STATUS_OK) {
      ++refused;
      std::printf("%d: %s\n", status, ttnn_last_error_message());
    } else if (ttnn_device_close(device) != TTNN_STATUS_OK) {
      ++refused;
      std::printf("close: %s\n", ttnn_last_error_message());
    }
  }
  return refused == 0 ? 0 : 1;
}
