// SPDX-License-Identifier: Apache-2.0
//
// Who this library is.
#include <exception>

#include "host/kernels/kernels.hpp"
#include "host/kernels/weight_panels.hpp"
#include "ttnn_c.h"

using namespace tttv2;
using namespace tttv2::host;

const char *ttnn_backend_name(void) { return "host"; }

const char *ttnn_backend_version(void) { return TTTV2_VERSION; }

// Rows of the last dimension, one after the other (kernels.hpp, row_bytes); or that, but for weights, where the processor has a use
// for panels (weight_panels.hpp).
const char *ttnn_storage_format(void) {
  try {
    const bool panels = weight_form(kernels(), DType::kBFloat16, kGroupRows, kPanelCols) == Form::kPanels;
    return panels ? "host-panels-1" : "host-rows-1";
  } catch (const std::exception &) {  // TTTV2_ISA is wrong, which every other call says
    return "host-rows-1";
  }
}
