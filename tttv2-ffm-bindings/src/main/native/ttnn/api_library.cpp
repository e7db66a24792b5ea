// SPDX-License-Identifier: Apache-2.0
//
// Who this library is. No Python is needed to know.
#include "common/operations.hpp"
#include "ttnn/interpreter.hpp"
#include "ttnn_c.h"

namespace tttv2 {

// What TTNN refuses is refused.
std::span<const Extension> extensions() { return {}; }

}  // namespace tttv2

const char *ttnn_backend_name(void) { return "ttnn"; }

const char *ttnn_backend_version(void) { return tttv2::ttnn::kTtnnVersion; }

// Padded rows or tiles, as TTNN has them in host memory (packed.hpp).
const char *ttnn_storage_format(void) { return "ttnn-packed-1"; }
