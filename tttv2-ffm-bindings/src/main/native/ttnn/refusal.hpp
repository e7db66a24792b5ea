// SPDX-License-Identifier: Apache-2.0
//
// Why TTNN opens no device, in one line.
#pragma once

#include <string>
#include <string_view>

namespace tttv2::ttnn {

// What TTNN says, shortened, and what to do about it: by its words and by the variables that it follows, else `otherwise`, which
// may be NULL.
std::string refusal(std::string_view said, const char *otherwise);
// What is said of those variables, to be added; nothing if none is set.
std::string followed_variables();

}  // namespace tttv2::ttnn
