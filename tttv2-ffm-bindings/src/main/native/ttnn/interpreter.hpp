// SPDX-License-Identifier: Apache-2.0
//
// Which Python: found and asked before it is loaded.
#pragma once

#include <string>

namespace tttv2::ttnn {

struct Interpreter {
  std::string program;  // as it names itself; a virtual environment's own
  std::string library;  // the file of libpython
};

// $TTTV2_PYTHON, else the active virtual environment's, else python3 on PATH. Refuses with DEVICE what cannot be embedded,
// has no ttnn of the tested version, or has libraries of it that were cut short.
Interpreter find_interpreter();

// The version of ttnn that this library was written for and tested with.
inline constexpr const char *kTtnnVersion = "0.81.1";

}  // namespace tttv2::ttnn
