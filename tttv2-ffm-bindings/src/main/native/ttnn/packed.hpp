// SPDX-License-Identifier: Apache-2.0
//
// TTNN's own form of a tensor's values: padded, in rows or in tiles. It is also the stored form.
#pragma once

#include <cstddef>
#include <cstdint>

#include "common/host_data.hpp"
#include "common/spec.hpp"
#include "common/thread_pool.hpp"

namespace tttv2::ttnn {

// The bytes of a tensor of this spec.
uint64_t packed_size(const Spec &spec);

// Converts host data to that form, and back to row-major values of `dtype`.
void pack(ThreadPool &pool, const Spec &spec, const HostData &source, std::byte *to);
void unpack(ThreadPool &pool, const Spec &spec, const std::byte *from, DType dtype, std::byte *to);

}  // namespace tttv2::ttnn
