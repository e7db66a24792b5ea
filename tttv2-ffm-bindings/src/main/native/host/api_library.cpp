// SPDX-License-Identifier: Apache-2.0
//
// Who this library is.
#include <exception>

#include "host/kernels/kernels.hpp"
#include "host/kernels/quads.hpp"
#include "ttnn_c.h"

using namespace tttv2;
using namespace tttv2::host;

const char *ttnn_backend_name(void) { return "host"; }

const char *ttnn_backend_version(void) { return TTTV2_VERSION; }

// Rows of the last dimension, one after the other (kernels.hpp, row_bytes); or that, but for weights in block floats, where
// the processor has a use for quads (quads.hpp).
const char *ttnn_storage_format(void) {
  try {
    return weight_form(kernels(), DType::kBFloat8B, kQuadRows) == Form::kQuads ? "host-quads-1" : "host-rows-1";
  } catch (const std::exception &) {  // TTTV2_ISA is wrong, which every other call says
    return "host-rows-1";
  }
}
