// SPDX-License-Identifier: Apache-2.0
//
// From TTNN's exceptions to statuses.
#pragma once

#include <string>

#include "common/error.hpp"

namespace tttv2::ttnn {

enum class Raised { kTypeError, kMemoryError, kOther };

// The error of an exception with this text: TTNN's own words first, then its condition and where it stands.
Error failure(Raised raised, const std::string &text);

}  // namespace tttv2::ttnn
