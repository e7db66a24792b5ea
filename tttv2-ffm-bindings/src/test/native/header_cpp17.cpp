// SPDX-License-Identifier: Apache-2.0
#include "ttnn_c.h"

static_assert(__cplusplus == 201703L);
static_assert(sizeof(ttnn_core_range) == 16);
