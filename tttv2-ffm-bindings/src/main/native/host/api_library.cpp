// SPDX-License-Identifier: Apache-2.0
//
// Who this library is.
#include "ttnn_c.h"

const char *ttnn_backend_name(void) { return "host"; }

const char *ttnn_backend_version(void) { return TTTV2_VERSION; }

// Rows of the last dimension, one after the other (kernels.hpp, row_bytes).
const char *ttnn_storage_format(void) { return "host-rows-1"; }
