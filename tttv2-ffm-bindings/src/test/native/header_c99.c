/* SPDX-License-Identifier: Apache-2.0 */
#include "ttnn_c.h"

int header_compiles_as_c99(void);
int header_compiles_as_c99(void) { return (int)sizeof(ttnn_tensor_spec) + TTNN_STATUS_OK; }
