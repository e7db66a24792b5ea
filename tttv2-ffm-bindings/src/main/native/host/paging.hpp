// SPDX-License-Identifier: Apache-2.0
//
// Page tables: which block of a paged cache holds a position. Their values are known only when an operation runs.
#pragma once

#include <cstdint>
#include <vector>

#include "host/call.hpp"
#include "host/tensor.hpp"

namespace tttv2::host {

// A [users, P] INT32 ROW_MAJOR tensor.
void check_page_table(const Tensor &table);
// An INT32 ROW_MAJOR tensor of one value for each of `users`.
void check_positions(const Tensor &positions, const char *argument, int64_t users);
// A cache [blocks | B, KV, block | Smax, D] for heads of `size` values.
void check_cache(const Tensor &cache, const char *argument, int64_t kv_heads, int64_t size);

// When an operation runs: the entries first_page .. last_page of a user must be blocks of the cache.
void check_pages(const Rows &table, int64_t user, int64_t first_page, int64_t last_page, int64_t blocks);

// The table with the pages before each user's first one standing for that one: the kernel reads whole groups of keys,
// also where they begin before a window, and pages that no window reaches need not exist. An idle user's first page is 0.
std::vector<int32_t> readable_pages(const Rows &table, const std::vector<int64_t> &first_pages);

}  // namespace tttv2::host
