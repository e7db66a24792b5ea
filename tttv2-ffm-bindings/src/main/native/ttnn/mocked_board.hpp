// SPDX-License-Identifier: Apache-2.0
//
// TTNN's own mock: hardware as a file describes it.
#pragma once

namespace tttv2::ttnn {

// The file that describes the hardware; NULL if there is none and TTNN looks for boards.
const char *mocked_board();

// Refuses with DEVICE a description of another architecture than TTNN's, which ends the process when TTNN reads it.
void check_mocked_board();

}  // namespace tttv2::ttnn
