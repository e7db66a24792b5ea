// SPDX-License-Identifier: Apache-2.0
#include "ttnn/mocked_board.hpp"

#include <strings.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <fstream>
#include <string>

#include "common/error.hpp"

namespace tttv2::ttnn {

const char *mocked_board() {
  const char *file = std::getenv("TT_METAL_MOCK_CLUSTER_DESC_PATH");
  return file == nullptr || *file == '\0' ? nullptr : file;
}

// A chip a line below "arch:", such as "  0: wormhole_b0". Whatever else is wrong TTNN says by itself.
void check_mocked_board() {
  constexpr std::array kKnown{"wormhole_b0", "wormhole", "blackhole"};
  if (mocked_board() == nullptr) return;
  std::ifstream file(mocked_board());
  bool inside = false;
  for (std::string line; std::getline(file, line);) {
    if (!line.starts_with(' ')) {
      inside = line.starts_with("arch:");
      continue;
    }
    std::string name = line.substr(line.find(':') + 1);
    std::erase_if(name, [](char c) { return c == ' ' || c == '"' || c == '\'' || c == '\r'; });
    const bool known = std::ranges::any_of(kKnown, [&](const char *a) { return strcasecmp(a, name.c_str()) == 0; });
    if (inside && !known && line.find(':') != std::string::npos) {
      fail(TTNN_STATUS_DEVICE, "TT_METAL_MOCK_CLUSTER_DESC_PATH=%s describes a chip of \"%s\", expected wormhole_b0 or blackhole",
           mocked_board(), name.c_str());
    }
  }
}

}  // namespace tttv2::ttnn
