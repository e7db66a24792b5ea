// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ttnn_c.h"

namespace tttv2 {

// A device's options, checked as far as no backend has more to say.
ttnn_device_options read_device_options(const ttnn_device_options *options);

}  // namespace tttv2
